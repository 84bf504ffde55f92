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
  SecretBytes pixels;              // width * height, 0: black
};
constexpr unsigned kMaxSide = 20'000;
constexpr std::size_t kMaxPixels = 64'000'000, kMaxPictureFileBytes = 128 << 20, kMaxPages = 200;

/// Binary PNM (P4, P5, P6; up to 8 bits), one or several in a row. Throws Error{malformed}.
std::vector<Picture> parse_pnm(base::ByteSpan file);
/// Any of the formats above, by its first bytes; PDF pages at `dpi`. Throws Error{malformed}; Error{usage} with the
/// package's name when the program that reads the format is missing.
std::vector<Picture> read_pictures(base::ByteSpan file, unsigned dpi = 300);

/// A text that was found, as bytes.
using Scanned = SecretBytes;
/// All QR codes in a picture, from top to bottom; each text once. May be empty.
std::vector<Scanned> scan(const Picture& picture);
/// The same over all pages.
std::vector<Scanned> scan_file(base::ByteSpan file);
/// The text layer of a PDF (pdftotext), for comparing what is printed as letters.
SecretBytes pdf_text(base::ByteSpan pdf);

/// Prints and reads again: the PDF's pages are drawn at 200 dpi and their codes compared with what was meant, in this
/// order; and each of `lines` must stand in the text. Rules: qr-codes, qr-text, printed-text.
base::Verdict reread(base::ByteSpan pdf, std::span<const std::string_view> codes,
                     std::span<const std::string_view> lines);
/// One picture or PDF from the table against what was meant. Rules: qr-codes, qr-text.
base::Verdict compare(base::ByteSpan picture_file, std::span<const std::string_view> codes);

}  // namespace solemn::paper
