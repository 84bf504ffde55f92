#pragma once
// QR codes (ISO/IEC 18004) by ZXing. Alphanumeric mode only: readers pass those characters unchanged, while binary ones
// are mangled by some (zbar without -Sbinary). ZXing writes as well as reads because all it allocates comes from
// operator new and is wiped here (wiped_heap.hpp); libqrencode frees what it copied as it is. That writer and reader
// are not wrong in the same way is tested with zbar.
#include "paper/document.hpp"

namespace solemn::paper {

/// 0-9, A-Z, space and $%*+-./: — the alphabet of the alphanumeric mode.
bool is_qr_text(std::string_view text) noexcept;
constexpr std::size_t kMaxQrCharacters = 1000;  // larger ones are too fine for cameras

/// Modules of a code, without the quiet zone (4 modules) around it.
struct QrCode {
  unsigned side = 0;       // 21, 25, ...
  SecretBytes modules{0};  // side * side, row by row; 1: dark
  bool dark(unsigned x, unsigned y) const noexcept { return modules.expose()[y * side + x] == std::byte{1}; }
};
/// Throws Error{usage} when the text is empty, too long or has other characters.
QrCode qr(std::string_view text, QrLevel level);

}  // namespace solemn::paper
