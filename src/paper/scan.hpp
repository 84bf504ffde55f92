#pragma once
// Paper read back: pictures of sheets to the texts of the QR codes on them. Pictures are hostile: PNG, JPEG, TIFF and
// PDF are decoded by netpbm's and poppler's programs, each in a process of its own with limits of time and memory, and
// never on disk; in this process only the plain PNM format is parsed, and ZXing looks for codes in it.
#include <functional>
#include <vector>

#include "base/verdict.hpp"
#include "paper/document.hpp"

namespace solemn::paper {

/// Grey pixels in guarded memory.
struct Picture {
  unsigned width = 0, height = 0;  // at most kMaxSide, and kMaxPixels in all
  SecretBytes pixels{0};           // width * height, 0: black
};
constexpr unsigned kMaxSide = 20'000;
constexpr std::size_t kMaxPixels = 64'000'000, kMaxPictureFileBytes = 128 << 20, kMaxPages = 200;

/// Binary PNM (P4, P5, P6; up to 8 bits): the first picture; `rest` is what follows it. Throws Error{malformed}.
Picture parse_pnm(base::ByteSpan file, base::ByteSpan* rest = nullptr);
/// Any of the formats above, by its first bytes, page after page; PDF pages with 3508 pixels on their longer side,
/// whatever size they say they have (A4 at 300 dpi). Throws Error{malformed};
/// Error{usage} with the package's name when the program that reads the format is missing.
void for_each_picture(base::ByteSpan file, const std::function<void(const Picture&)>& each);

/// A text that was found, as bytes.
using Scanned = SecretBytes;
/// The QR codes of a picture, from top to bottom. May be empty.
std::vector<Scanned> scan(const Picture& picture);
/// The same over all pages of a file.
std::vector<Scanned> scan_file(base::ByteSpan file);
/// The text layer of a PDF (pdftotext), for comparing what is printed as letters.
SecretBytes pdf_text(base::ByteSpan pdf);

/// What should be on paper: a name for reports, and the secret text of its code (a view).
struct Meant {
  std::string name;
  std::string_view code;
};
/// Paper against what was meant, sheet after sheet. Rules: qr-readable (as many codes as meant), qr-text (each is one
/// that was meant), qr-order.
base::Verdict compare(std::span<const Scanned> found, std::span<const Meant> meant);
/// Prints and reads again: the PDF's pages are drawn and their codes compared as above; and each of `lines` must stand
/// in its text. Rule: printed-text.
base::Verdict reread(base::ByteSpan pdf, std::span<const Meant> meant, std::span<const std::string_view> lines);

}  // namespace solemn::paper
