#include "paper/qr.hpp"

#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>

#include <algorithm>
#include <exception>

#include "base/error.hpp"
#include "paper/wiped_heap.hpp"

namespace solemn::paper {

using base::Code;
using base::Error;

namespace {

/// ZXing's scale from 0 to 8, which it maps to L, M, Q and H.
int zxing_level(QrLevel level) {
  constexpr std::array<int, 4> kLevels = {1, 3, 5, 7};
  return kLevels[static_cast<std::size_t>(level)];
}

}  // namespace

bool is_qr_text(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || std::string_view(" $%*+-./:").find(c) < 9;
  });
}

QrCode qr(std::string_view text, QrLevel level) {
  if (text.empty() || text.size() > kMaxQrCharacters)
    throw Error(Code::usage, "a QR code of " + std::to_string(text.size()) + " characters; it can have 1 to " +
                                 std::to_string(kMaxQrCharacters));
  if (!is_qr_text(text))
    throw Error(Code::usage, "a QR code may have digits, capitals and ' $%*+-./:' only",
                "those are read back unchanged by every reader");
  const WipedHeap wiped;
  std::wstring wide(text.begin(), text.end());
  QrCode code;
  try {
    ZXing::MultiFormatWriter writer(ZXing::BarcodeFormat::QRCode);
    const ZXing::BitMatrix matrix = writer.setEccLevel(zxing_level(level)).setMargin(0).encode(wide, 0, 0);
    ASSERT(matrix.width() == matrix.height() && matrix.width() >= 21);
    code.side = static_cast<unsigned>(matrix.width());
    code.modules = SecretBytes(std::size_t{code.side} * code.side);
    for (unsigned y = 0; y < code.side; ++y)
      for (unsigned x = 0; x < code.side; ++x)
        code.modules.expose()[y * code.side + x] =
            std::byte{matrix.get(static_cast<int>(x), static_cast<int>(y)) ? std::uint8_t{1} : std::uint8_t{0}};
  } catch (const std::invalid_argument&) { throw Error(Code::usage, "the text is too long for a QR code"); }
  return code;
}

}  // namespace solemn::paper
