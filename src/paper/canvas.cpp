#include "paper/canvas.hpp"

#include <cmath>

namespace solemn::paper {

namespace {

std::string_view face_name(Face face) {
  constexpr std::array<std::string_view, kFaces> kNames = {"/F0", "/F1", "/F2", "/F3"};
  return kNames[static_cast<std::size_t>(face)];
}

constexpr double kQuietModules = 4;

}  // namespace

Extent extent(const DocumentInfo& info) noexcept {
  const Extent page = info.size == PageSize::letter ? Extent{612, 792} : Extent{210 * kPointsPerMm, 297 * kPointsPerMm};
  return info.orientation == Orientation::landscape ? Extent{page.height, page.width} : page;
}

/// Glyph numbers with kerning between them, straight into the guarded page.
void Canvas::show(const Style& style, std::string_view text) {
  Glyph before = 0;
  out_ << face_name(style.face) << " " << style.size << " Tf " << style.tracking << " Tc [<";
  fonts_.for_glyphs(style.face, text, [&](Glyph number) {
    const double kerning = before == 0 ? 0 : fonts_[style.face].kerning(before, number);
    if (kerning != 0) out_ << ">" << -kerning << "<";
    out_.hex16(number);
    before = number;
  });
  out_ << ">] TJ\n";
}

void Canvas::text(double x, double baseline, const Style& style, std::string_view text) {
  if (text.empty()) return;
  out_ << "BT " << style.grey << " g " << x << " " << page_.height - baseline << " Td ";
  show(style, text);
  out_ << "ET\n";
}

void Canvas::text_right(double right, double baseline, const Style& style, std::string_view text) {
  this->text(right - fonts_.width(style, text), baseline, style, text);
}

void Canvas::line(double x1, double y1, double x2, double y2, double width, double grey) {
  out_ << grey << " G " << width << " w " << x1 << " " << page_.height - y1 << " m " << x2 << " " << page_.height - y2
       << " l S\n";
}

void Canvas::filled(double x, double y, double width, double height, double grey) {
  out_ << grey << " g " << x << " " << page_.height - y - height << " " << width << " " << height << " re f\n";
}

void Canvas::framed(double x, double y, double width, double height, double line_width, double grey) {
  out_ << grey << " G " << line_width << " w " << x << " " << page_.height - y - height << " " << width << " " << height
       << " re S\n";
}

void Canvas::stamp(std::string_view text) {
  const double angle = std::atan2(page_.height, page_.width), cosine = std::cos(angle), sine = std::sin(angle);
  const double diagonal = std::hypot(page_.width, page_.height);
  Style style{Face::bold, 100, 0.91, 0};
  style.size = std::min(200.0, 100 * 0.72 * diagonal / fonts_.width(style, text));
  const double half = fonts_.width(style, text) / 2, drop = style.size * 0.36;  // half of a capital's height
  out_ << "q " << style.grey << " g BT " << cosine << " " << sine << " " << -sine << " " << cosine << " "
       << page_.width / 2 - half * cosine + drop * sine << " " << page_.height / 2 - half * sine - drop * cosine
       << " Tm ";
  show(style, text);
  out_ << "ET Q\n";
}

/// Whole numbers under a scale, and one path: no seams between modules.
void Canvas::code(double x, double y, double side, const QrCode& code) {
  filled(x, y, side, side, 1);
  const double module = side / (code.side + 2 * kQuietModules), left = x + kQuietModules * module,
               bottom = page_.height - y - side + kQuietModules * module;
  constexpr double kPrecision = 1000;  // the scale has more digits than numbers in the file: written in thousandths
  out_ << "q 0 g 1 0 0 1 " << left << " " << bottom << " cm 0.001 0 0 0.001 0 0 cm\n";
  const double unit = std::round(module * kPrecision);
  for (unsigned row = 0; row < code.side; ++row)
    for (unsigned column = 0; column < code.side; ++column) {
      unsigned run = 0;
      while (column + run < code.side && code.dark(column + run, row)) ++run;
      if (run == 0) continue;
      out_ << unit * column << " " << unit * (code.side - 1 - row) << " " << unit * run << " " << unit << " re\n";
      column += run;
    }
  out_ << "f Q\n";
}

}  // namespace solemn::paper
