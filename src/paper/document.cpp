#include "paper/document.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "paper/layout.hpp"
#include "paper/pdf_file.hpp"

namespace solemn::paper {

std::optional<PageSize> page_size_named(std::string_view name) noexcept {
  if (name == "a4") return PageSize::a4;
  if (name == "letter") return PageSize::letter;
  return std::nullopt;
}

Layout::Layout(DocumentInfo its_info) : info(std::move(its_info)), size_(extent(info)) { new_page(); }

void Layout::new_page() {
  pages_.emplace_back(std::size_t{16} << 10);
  y = kTop;
  if (!info.stamp.empty()) canvas().stamp(info.stamp);
}

void Layout::need(double points) {
  if (free() < points && !at_top()) new_page();
}

void Layout::lines(double x, const Style& style, double leading, std::string_view text, double its_width) {
  for (const std::string_view line : wrapped(style, text, its_width)) {
    need(leading);
    y += leading;
    canvas().text(x, y - 0.28 * leading, style, line);
  }
}

/// Header and footer, when the number of pages is known.
void Layout::furniture(std::size_t number, GuardedBuffer& out) {
  Canvas page(fonts, size_, out);
  constexpr Style kFurniture{Face::regular, 8, 0.35, 0};
  page.text(left(), 36, kFurniture, info.ceremony);
  page.text_right(right(), 36, kFurniture, info.title);
  page.line(left(), 43, right(), 43, kHair, 0.6);
  if (!info.stamp.empty()) {
    constexpr Style kBadge{Face::bold, 8.5, 1, 1.2};
    const double badge = fonts.width(kBadge, info.stamp) + 14, x = (size_.width - badge) / 2;
    page.filled(x, 25, badge, 15, 0.15);
    page.text(x + 7.6, 35.7, kBadge, info.stamp);
  }
  const double bottom = size_.height - 42;
  page.line(left(), bottom, right(), bottom, kHair, 0.6);
  page.text(left(), bottom + 13, kFurniture, info.footer);
  page.text_right(right(), bottom + 13, kFurniture,
                  "page " + std::to_string(number) + " of " + std::to_string(pages_.size()));
}

SecretBytes Layout::finish() {
  for (std::size_t i = 0; i < pages_.size(); ++i) furniture(i + 1, pages_[i]);
  return pdf_file(info, fonts, pages_);
}

Document::Document(DocumentInfo info) : layout_(std::make_unique<Layout>(std::move(info))) {}
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

void Document::title(std::string_view text, std::string_view below) {
  layout_->lines(layout_->left(), {Face::bold, 21, 0, 0}, 27, text, layout_->width());
  if (!below.empty()) layout_->lines(layout_->left(), {Face::regular, 11.5, 0.3, 0}, 17, below, layout_->width());
  layout_->y += 10;
}

void Document::heading(std::string_view text) {
  layout_->need(70);  // a heading does not stand alone at the end of a page
  if (!layout_->at_top()) layout_->y += 14;
  layout_->lines(layout_->left(), {Face::bold, 13, 0, 0}, 18, text, layout_->width());
  layout_->y += 5;
}

void Document::subheading(std::string_view text) {
  layout_->need(50);
  if (!layout_->at_top()) layout_->y += 6;
  layout_->lines(layout_->left(), {Face::bold, 10.5, 0, 0}, 15, text, layout_->width());
  layout_->y += 3;
}

void Document::paragraph(std::string_view text) {
  layout_->lines(layout_->left(), kBody, kBodyLeading, text, layout_->width());
  layout_->y += kParagraphGap;
}

void Document::small(std::string_view text) {
  layout_->lines(layout_->left(), kSmall, kSmallLeading, text, layout_->width());
  layout_->y += kParagraphGap;
}

void Document::notice(std::string_view text) {
  constexpr double kPadding = 9;
  const auto lines = layout_->wrapped(kBody, text, layout_->width() - 2 * kPadding - 4);
  const double height = static_cast<double>(lines.size()) * kBodyLeading + 2 * kPadding - 3;
  layout_->need(height + 6);
  Canvas page = layout_->canvas();
  page.filled(layout_->left(), layout_->y, layout_->width(), height, 0.94);
  page.filled(layout_->left(), layout_->y, 3, height, 0.25);
  layout_->y += kPadding - 2;
  layout_->lines(layout_->left() + kPadding + 4, kBody, kBodyLeading, text, layout_->width() - 2 * kPadding - 4);
  layout_->y += kPadding + 8;
}

void Document::numbered(std::span<const std::string> items) {
  constexpr double kIndent = 20;
  for (std::size_t i = 0; i < items.size(); ++i) {
    layout_->need(kBodyLeading);
    const std::string number = std::to_string(i + 1);
    layout_->canvas().text(layout_->left(), layout_->y + 0.72 * kBodyLeading, kBodyBold, number);
    layout_->lines(layout_->left() + kIndent, kBody, kBodyLeading, items[i], layout_->width() - kIndent);
    layout_->y += 3;
  }
  layout_->y += 3;
}

void Document::bullets(std::span<const std::string> items) {
  constexpr double kIndent = 14;
  for (const std::string& item : items) {
    layout_->need(kBodyLeading);
    layout_->canvas().filled(layout_->left() + 2, layout_->y + 0.46 * kBodyLeading, 3, 3, 0.2);
    layout_->lines(layout_->left() + kIndent, kBody, kBodyLeading, item, layout_->width() - kIndent);
    layout_->y += 2;
  }
  layout_->y += 8;
}

void Document::checklist(std::span<const CheckItem> items) {
  constexpr double kBox = 10.5, kIndent = 22;
  for (const CheckItem& item : items) {
    layout_->need(kBodyLeading + (item.note.empty() ? 0 : kSmallLeading));
    Canvas page = layout_->canvas();
    const double x = layout_->left() + 1, y = layout_->y + 2;
    page.framed(x, y, kBox, kBox, 0.9, 0.1);
    if (item.done) {
      page.line(x + 2.3, y + 2.3, x + kBox - 2.3, y + kBox - 2.3, 1.4, 0);
      page.line(x + 2.3, y + kBox - 2.3, x + kBox - 2.3, y + 2.3, 1.4, 0);
    }
    layout_->lines(layout_->left() + kIndent, kBody, kBodyLeading, item.text, layout_->width() - kIndent);
    layout_->lines(layout_->left() + kIndent, kSmall, kSmallLeading, item.note, layout_->width() - kIndent);
    layout_->y += 5;
  }
  layout_->y += 3;
}

void Document::ruled(unsigned n_lines) {
  constexpr double kPitch = 9 * kPointsPerMm;
  for (unsigned i = 0; i < n_lines; ++i) {
    layout_->need(kPitch);
    layout_->y += kPitch;
    layout_->canvas().line(layout_->left(), layout_->y, layout_->right(), layout_->y, 0.5, 0.55);
  }
  layout_->y += 10;
}

void Document::space(double mm) { layout_->y += mm * kPointsPerMm; }
void Document::page_break() {
  if (!layout_->at_top()) layout_->new_page();
}
void Document::need(double mm) { layout_->need(mm * kPointsPerMm); }
double Document::free_mm() const noexcept { return layout_->free() / kPointsPerMm; }

std::size_t Document::pages() const noexcept { return layout_->pages(); }

std::vector<std::string> Document::unprintable() const {
  return {layout_->fonts.unprintable().begin(), layout_->fonts.unprintable().end()};
}

SecretBytes Document::pdf() { return layout_->finish(); }

}  // namespace solemn::paper
