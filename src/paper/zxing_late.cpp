// The functions of ZXing that its headers only declare. The library is loaded with the first code that is read or
// written: hardly a command does, and all would start later for its relocation.
//
// Names as the Itanium C++ ABI mangles them; a member function is called as one that takes `this` first, which is the
// same call there.
#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>
#define ZX_USE_UTF8
#include <dlfcn.h>
#include <ZXing/ReadBarcode.h>
#include <ZXing/ZXVersion.h>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace {

using solemn::base::Code;
using solemn::base::Error;

constexpr const char* kName = "libZXing.so.2";
static_assert(ZXING_VERSION_MAJOR == 1, "which library and which names belong to these headers?");

void* library() {
  static void* const handle = dlopen(kName, RTLD_NOW | RTLD_LOCAL);  // never closed: what it made may still live
  if (handle == nullptr) throw Error(Code::io, solemn::base::printable(dlerror()), "apt-get install libzxing2");
  return handle;
}

template <class Function>
Function* find(const char* name) {
  void* const symbol = dlsym(library(), name);
  if (symbol == nullptr) throw Error(Code::io, std::string(kName) + " has no " + name);
  return reinterpret_cast<Function*>(symbol);
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
