#pragma once
// Drawing on one page, in points from the top left corner. Private to this folder.
#include "paper/fonts.hpp"
#include "paper/guarded_buffer.hpp"
#include "paper/qr.hpp"

namespace solemn::paper {

struct Extent {
  double width = 0, height = 0;  // points
};
constexpr double kPointsPerMm = 72 / 25.4;
Extent extent(const DocumentInfo& info) noexcept;

class Canvas {
 public:
  Canvas(Fonts& fonts, Extent page, GuardedBuffer& out) : fonts_(fonts), page_(page), out_(out) {}
  void text(double x, double baseline, const Style& style, std::string_view text);
  void text_right(double right, double baseline, const Style& style, std::string_view text);
  void line(double x1, double y1, double x2, double y2, double width, double grey);
  void filled(double x, double y, double width, double height, double grey);
  void framed(double x, double y, double width, double height, double line_width, double grey);
  /// Across the page from lower left to upper right.
  void stamp(std::string_view text);
  /// White square with the code and its quiet zone in it.
  void code(double x, double y, double side, const QrCode& code);

 private:
  void show(const Style& style, std::string_view text);
  Fonts& fonts_;
  Extent page_;
  GuardedBuffer& out_;
};

}  // namespace solemn::paper
