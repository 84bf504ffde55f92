// Files to grey pictures.
#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "paper/converter.hpp"
#include "paper/scan.hpp"

namespace solemn::paper {

using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

[[noreturn]] void malformed(const std::string& why) {
  throw Error(Code::malformed, "the picture cannot be read: " + why,
              "take it again as PNG or JPEG, or scan the sheet to a PDF");
}

/// The head of a PNM file: "P5", then numbers, with blanks and comments between them, and one blank after the last.
class PnmHead {
 public:
  explicit PnmHead(ByteSpan file) : rest_(base::as_text(file)) {
    if (!rest_.starts_with("P4") && !rest_.starts_with("P5") && !rest_.starts_with("P6"))
      malformed("not a binary PNM file (P4, P5 or P6)");
    kind_ = rest_[1];
    rest_.remove_prefix(2);
    width_ = number(kMaxSide);
    height_ = number(kMaxSide);
    highest_ = kind_ == '4' ? 1 : number(255);
    if (rest_.empty() || !is_blank(rest_[0])) malformed("no blank after the numbers of its head");
    rest_.remove_prefix(1);
    if (std::size_t{width_} * height_ > kMaxPixels) malformed("more than 64 million pixels");
    row_bytes_ = kind_ == '4' ? (width_ + 7) / 8 : kind_ == '5' ? width_ : 3 * std::size_t{width_};
    if (rest_.size() / height_ < row_bytes_) malformed("it ends too early");
  }
  unsigned width() const noexcept { return width_; }
  unsigned height() const noexcept { return height_; }
  ByteSpan row(unsigned y) const noexcept { return base::as_bytes(rest_).subspan(y * row_bytes_, row_bytes_); }
  ByteSpan after() const noexcept { return base::as_bytes(rest_).subspan(height_ * row_bytes_); }
  std::byte grey(ByteSpan row, unsigned x) const noexcept {
    const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(row[i]); };
    if (kind_ == '4') return std::byte{(at(x / 8) >> (7 - x % 8) & 1U) != 0 ? std::uint8_t{0} : std::uint8_t{255}};
    const unsigned value =
        kind_ == '5'
            ? at(x)
            : (77 * at(3 * std::size_t{x}) + 150 * at(3 * std::size_t{x} + 1) + 29 * at(3 * std::size_t{x} + 2)) / 256;
    return static_cast<std::byte>(std::min(255U, value * 255 / highest_));
  }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  unsigned number(unsigned highest) {
    while (!rest_.empty() && (is_blank(rest_[0]) || rest_[0] == '#')) {
      if (rest_[0] == '#') rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size() - 1));
      rest_.remove_prefix(1);
    }
    unsigned value = 0;
    if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') malformed("a number is missing in its head");
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; rest_.remove_prefix(1)) {
      value = 10 * value + static_cast<unsigned>(rest_[0] - '0');
      if (value > highest) malformed("a number in its head is above " + std::to_string(highest));
    }
    if (value == 0) malformed("a number in its head is 0");
    return value;
  }
  std::string_view rest_;
  char kind_ = 0;
  unsigned width_ = 0, height_ = 0, highest_ = 0;
  std::size_t row_bytes_ = 0;
};

constexpr const char* kPdfLongSide = "3508";  // pixels
constexpr std::size_t kMaxPageBytes = 3 * kMaxPixels + 64;
constexpr int kNoSuchPage = 99;  // pdftoppm's and pdftotext's exit status

SecretBytes converted(const Converter& converter, ByteSpan file) {
  Converted result = convert(converter, file, kMaxPageBytes);
  if (result.status != 0) malformed("it is cut or damaged ('" + converter.program + "' gives up)");
  return std::move(result.output);
}

void for_each_page(ByteSpan pdf, const std::function<void(const Picture&)>& each) {
  for (unsigned page = 1; page <= kMaxPages; ++page) {
    const std::string number = std::to_string(page);
    const Converted result =
        convert({"pdftoppm", "poppler-utils", {"-gray", "-scale-to", kPdfLongSide, "-f", number, "-l", number, "-"}},
                pdf, kMaxPageBytes);
    if (page > 1 && result.status == kNoSuchPage) return;
    if (result.status != 0) malformed("page " + number + " is cut or damaged ('pdftoppm' gives up)");
    each(parse_pnm(result.output.expose()));
  }
  malformed("more than " + std::to_string(kMaxPages) + " pages");
}

struct Format {
  std::string_view begins_with;
  Converter converter;
};
const std::array<Format, 4>& formats() {
  static const std::array<Format, 4> kFormats = {{{"\x89PNG\r\n", {"pngtopnm", "netpbm", {}}},
                                                  {"\xff\xd8\xff", {"jpegtopnm", "netpbm", {}}},
                                                  {{"II*\0", 4}, {"tifftopnm", "netpbm", {}}},
                                                  {{"MM\0*", 4}, {"tifftopnm", "netpbm", {}}}}};
  return kFormats;
}

}  // namespace

Picture parse_pnm(ByteSpan file, ByteSpan* rest) {
  const PnmHead head(file);
  Picture picture{head.width(), head.height(), SecretBytes(std::size_t{head.width()} * head.height())};
  auto out = picture.pixels.expose().begin();
  for (unsigned y = 0; y < head.height(); ++y) {
    const ByteSpan row = head.row(y);
    for (unsigned x = 0; x < head.width(); ++x) *out++ = head.grey(row, x);
  }
  if (rest != nullptr) *rest = head.after();
  return picture;
}

void for_each_picture(ByteSpan file, const std::function<void(const Picture&)>& each) {
  if (file.size() > kMaxPictureFileBytes) malformed("larger than 128 MiB");
  const std::string_view text = base::as_text(file);
  if (text.starts_with("%PDF-")) return for_each_page(file, each);
  for (const auto& [begins_with, converter] : formats())
    if (text.starts_with(begins_with)) return each(parse_pnm(converted(converter, file).expose()));
  if (text.empty()) malformed("the file is empty");
  if (text.substr(std::min<std::size_t>(4, text.size())).starts_with("ftyp"))
    malformed("HEIC or a film, as telephones make them");
  if (text[0] != 'P') malformed("not PDF, PNG, JPEG, TIFF or PNM");
  unsigned n_pictures = 0;
  for (ByteSpan rest = file; !rest.empty();) {
    if (++n_pictures > kMaxPages) malformed("more than " + std::to_string(kMaxPages) + " pages");
    each(parse_pnm(rest, &rest));
  }
}

SecretBytes pdf_text(ByteSpan pdf) { return converted({"pdftotext", "poppler-utils", {"-layout", "-", "-"}}, pdf); }

}  // namespace solemn::paper
