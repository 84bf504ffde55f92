// The functions of ZXing that its headers only declare. The library is loaded with the first code that is read or
// written: hardly a command does, and all would start later for its relocation.
//
// Names as the Itanium C++ ABI mangles them; a member function is called as one that takes `this` first, which is the
// same call there.
#define ZX_USE_UTF8
#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>
#include <ZXing/ReadBarcode.h>
#include <ZXing/ZXVersion.h>

#include "base/late_library.hpp"

namespace {

static_assert(ZXING_VERSION_MAJOR == 1 && ZXING_VERSION_MINOR == 4, "is it still this library, with these names?");

template <class Function>
Function* find(const char* name) {
  static const solemn::base::LateLibrary library("libZXing.so.2", "libzxing2");
  return library.find<Function*>(name);
}

}  // namespace

namespace ZXing {

Results ReadBarcodes(const ImageView& view, const DecodeHints& hints) {
  static auto* const read = find<Results(const ImageView&, const DecodeHints&)>(
      "_ZN5ZXing12ReadBarcodesERKNS_9ImageViewERKNS_11DecodeHintsE");
  return read(view, hints);
}

const ByteArray& Result::bytes() const {
  static auto* const bytes_of = find<const ByteArray&(const Result*)>("_ZNK5ZXing6Result5bytesEv");
  return bytes_of(this);
}

BitMatrix MultiFormatWriter::encode(const std::wstring& contents, int width, int height) const {
  static auto* const write = find<BitMatrix(const MultiFormatWriter*, const std::wstring&, int, int)>(
      "_ZNK5ZXing17MultiFormatWriter6encodeERKNSt7__cxx1112basic_stringIwSt11char_traitsIwESaIwEEEii");
  return write(this, contents, width, height);
}

}  // namespace ZXing
