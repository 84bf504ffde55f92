#pragma once
// Where the next element goes. Private to this folder.
#include "paper/canvas.hpp"

namespace solemn::paper {

// Points. One grid for all documents.
constexpr double kSide = 20 * kPointsPerMm, kTop = 70, kBottom = 62;
constexpr Style kBody{Face::regular, 10, 0.05, 0}, kBodyBold{Face::bold, 10, 0, 0}, kSmall{Face::regular, 8.5, 0.35, 0},
    kLabel{Face::regular, 9, 0.35, 0}, kMono{Face::mono, 9, 0.05, 0};
constexpr double kBodyLeading = 14.5, kSmallLeading = 12, kHair = 0.4, kLightGrey = 0.8, kParagraphGap = 6;

class Layout {
 public:
  explicit Layout(DocumentInfo info);

  const DocumentInfo info;
  Fonts fonts;
  double y = 0;  // of the next element

  double left() const noexcept { return kSide; }
  double width() const noexcept { return size_.width - 2 * kSide; }
  double right() const noexcept { return size_.width - kSide; }
  double free() const noexcept { return size_.height - kBottom - y; }
  bool at_top() const noexcept { return y <= kTop; }
  std::size_t pages() const noexcept { return pages_.size(); }
  void new_page();
  void need(double points);
  Canvas canvas() { return Canvas(fonts, size_, pages_.back()); }
  /// Lines from y on, on as many pages as it takes; y moves below the last.
  void lines(double x, const Style& style, double leading, std::string_view text, double width);
  /// Mono text without blanks is broken anywhere, like all that is too long.
  std::vector<std::string_view> wrapped(const Style& style, std::string_view text, double width) {
    return wrap(fonts, style, text, width);
  }
  SecretBytes finish();

 private:
  void furniture(std::size_t number, GuardedBuffer& out);
  Extent size_;
  std::vector<GuardedBuffer> pages_;
};

}  // namespace solemn::paper
