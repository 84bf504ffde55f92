// The elements of a document that stand in boxes and columns.
#include <algorithm>

#include "base/error.hpp"
#include "base/words.hpp"
#include "paper/layout.hpp"

namespace solemn::paper {

namespace {

constexpr double kCellPadding = 5, kCellLeading = 13;

struct Cell {
  std::vector<std::string_view> lines, smaller;
  double height() const noexcept {
    return static_cast<double>(lines.size()) * kCellLeading + static_cast<double>(smaller.size()) * kSmallLeading;
  }
};

Cell cell_of(Fonts& fonts, const Style& style, std::string_view text, double width) {
  const std::size_t end = text.find('\n');
  Cell cell{wrap(fonts, style, text.substr(0, end), width), {}};
  if (end != std::string_view::npos) cell.smaller = wrap(fonts, kSmall, text.substr(end + 1), width);
  return cell;
}

void draw_cell(Canvas page, double x, double y, const Style& style, const Cell& cell) {
  for (const std::string_view line : cell.lines) page.text(x, (y += kCellLeading) - 3.6, style, line);
  for (const std::string_view line : cell.smaller) page.text(x, (y += kSmallLeading) - 3.4, kSmall, line);
}

Style cell_style(ColumnKind kind) {
  return kind == ColumnKind::mono ? Style{Face::mono, 8, 0.05, 0} : Style{Face::regular, 9.2, 0.05, 0};
}

class TableLayout {
 public:
  TableLayout(Layout& layout, const Table& table) : layout_(layout), table_(table), edges_{layout.left()} {
    double shares = 0;
    for (const Column& column : table.columns) shares += column.share;
    for (const Column& column : table.columns) edges_.push_back(edges_.back() + layout.width() * column.share / shares);
  }

  void head() {
    constexpr Style kHead{Face::bold, 8.5, 0.2, 0};
    Canvas page = layout_.canvas();
    double height = 0;
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      const Cell cell = cell_of(layout_.fonts, kHead, table_.columns[i].head, room(i));
      draw_cell(page, text_x(i), layout_.y, kHead, cell);
      height = std::max(height, cell.height());
    }
    top_ = layout_.y += height + 2;
    page.line(layout_.left(), layout_.y, layout_.right(), layout_.y, 0.9, 0.1);
  }

  void row(const std::vector<std::string>& texts) {
    ASSERT(texts.size() <= table_.columns.size());
    std::vector<Cell> cells;
    double height = std::max(table_.row_mm * kPointsPerMm, kCellLeading);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      cells.push_back(cell_of(layout_.fonts, cell_style(table_.columns[i].kind), texts[i], room(i)));
      height = std::max(height, cells.back().height() + 2 * kCellPadding - 2);
    }
    if (layout_.free() < height && layout_.y > top_) {
      verticals();
      layout_.new_page();
      head();
    }
    Canvas page = layout_.canvas();
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      if (table_.columns[i].kind == ColumnKind::box)
        page.framed(text_x(i), layout_.y + kCellPadding, 10.5, 10.5, 0.9, 0.1);
      else if (i < cells.size())
        draw_cell(page, text_x(i), layout_.y + kCellPadding - 2, cell_style(table_.columns[i].kind), cells[i]);
    }
    layout_.y += height;
    page.line(layout_.left(), layout_.y, layout_.right(), layout_.y, kHair, handwritten() ? 0.5 : kLightGrey);
  }

  /// Between the columns of the rows of this page, where people write.
  void verticals() {
    if (!handwritten()) return;
    for (std::size_t i = 1; i + 1 < edges_.size(); ++i)
      layout_.canvas().line(edges_[i], top_, edges_[i], layout_.y, kHair, 0.5);
  }

 private:
  bool handwritten() const noexcept { return table_.row_mm > 0; }
  double inset(std::size_t column) const noexcept { return column == 0 ? 0 : kCellPadding; }
  double text_x(std::size_t column) const noexcept { return edges_[column] + inset(column); }
  double room(std::size_t column) const noexcept { return edges_[column + 1] - text_x(column) - kCellPadding; }
  Layout& layout_;
  const Table& table_;
  std::vector<double> edges_;  // one more than columns
  double top_ = 0;             // of the rows on this page
};

/// Rows of a key and its value from layout.y down, between x and x + width.
class KeyValueLayout {
 public:
  KeyValueLayout(Layout& layout, double x, double width, std::span<const KeyValue> rows)
      : layout_(layout), x_(x), width_(width), rows_(rows) {
    for (const KeyValue& row : rows) keys_ = std::max(keys_, layout.fonts.width(kLabel, row.key) + 14);
    keys_ = std::min(keys_, 0.42 * width);
  }
  double height() {
    double sum = 0;
    for (const KeyValue& row : rows_) sum += height_of(row);
    return sum;
  }
  void draw() {
    for (const KeyValue& row : rows_) {
      const double height = height_of(row);
      layout_.need(height);
      Canvas page = layout_.canvas();
      draw_column(page, x_, kLabel, row.key, keys_ - 8);
      draw_column(page, x_ + keys_, value_style(row), row.value, width_ - keys_);
      layout_.y += height;
      page.line(x_, layout_.y - 1, x_ + width_, layout_.y - 1, kHair, row.value.empty() ? 0.5 : kLightGrey);
    }
  }

 private:
  static Style value_style(const KeyValue& row) { return row.mono ? kMono : kBody; }
  double height_of(const KeyValue& row) {
    const std::size_t n = std::max(wrap(layout_.fonts, value_style(row), row.value, width_ - keys_).size(),
                                   wrap(layout_.fonts, kLabel, row.key, keys_ - 8).size());
    return static_cast<double>(std::max<std::size_t>(n, 1)) * kCellLeading + (row.value.empty() ? 13 : 6);
  }
  void draw_column(Canvas page, double x, const Style& style, std::string_view text, double width) {
    double y = layout_.y + 2;
    for (const std::string_view line : wrap(layout_.fonts, style, text, width))
      page.text(x, (y += kCellLeading) - 3.2, style, line);
  }
  Layout& layout_;
  double x_, width_, keys_ = 0;
  std::span<const KeyValue> rows_;
};

}  // namespace

void Document::key_values(std::span<const KeyValue> rows) {
  KeyValueLayout(*layout_, layout_->left(), layout_->width(), rows).draw();
  layout_->y += 8;
}

void Document::table(const Table& table) {
  layout_->need(60);
  TableLayout rows(*layout_, table);
  rows.head();
  for (const auto& row : table.rows) rows.row(row);
  rows.verticals();
  layout_->y += 12;
}

void Document::signatures(std::span<const Signature> people) {
  constexpr double kRow = 58, kGap = 26;
  const double width = (layout_->width() - kGap) / 2;
  for (std::size_t i = 0; i < people.size(); ++i) {
    if (i % 2 == 0) {
      layout_->need(kRow);
      layout_->y += kRow;
    }
    const double x = layout_->left() + (i % 2 == 0 ? 0 : width + kGap), line = layout_->y - 26,
                 dates = x + width * 0.66;
    Canvas page = layout_->canvas();
    page.line(x, line, dates - 8, line, 0.7, 0.2);
    page.line(dates, line, x + width, line, 0.7, 0.2);
    const std::string& name = people[i].name.empty() ? people[i].role : people[i].name;
    Style style{Face::bold, 9, 0, 0};
    style.size *= std::min(1.0, (dates - 8 - x) / layout_->fonts.width(style, name));
    page.text(x, line + 11, style, name);
    if (!people[i].name.empty()) page.text(x, line + 21.5, kSmall, people[i].role);
    page.text(dates, line + 11, kSmall, "date, time");
  }
  layout_->y += 8;
}

void Document::mono(std::span<const MonoLine> lines) {
  constexpr double kPadding = 11, kNumbers = 26, kAdvance = 0.6;
  std::size_t longest = 1, longest_checksum = 0;
  for (const MonoLine& line : lines) {
    longest = std::max(longest, line.text.size());
    longest_checksum = std::max(longest_checksum, line.checksum.size());
  }
  const double letters = static_cast<double>(longest + (longest_checksum == 0 ? 0 : longest_checksum + 3)),
               size = std::min(15.5, (layout_->width() - 2 * kPadding - kNumbers) / (kAdvance * letters)),
               leading = 1.75 * size, height = leading * static_cast<double>(lines.size()) + 2 * kPadding - 2;
  layout_->need(height);
  Canvas page = layout_->canvas();
  page.filled(layout_->left(), layout_->y, layout_->width(), height, 0.965);
  page.framed(layout_->left(), layout_->y, layout_->width(), height, 0.6, 0.55);
  const double text_x = layout_->left() + kPadding + kNumbers,
               checks_x = text_x + kAdvance * size * static_cast<double>(longest + 3);
  double y = layout_->y + kPadding - 2;
  if (longest_checksum != 0)
    page.line(checks_x - kAdvance * size * 1.5, layout_->y + 6, checks_x - kAdvance * size * 1.5,
              layout_->y + height - 6, kHair, 0.5);
  for (std::size_t i = 0; i < lines.size(); ++i, y += leading) {
    const double baseline = y + 0.66 * leading;
    page.text(layout_->left() + kPadding, baseline, {Face::regular, 9, 0.4, 0}, std::to_string(i + 1));
    page.text(text_x, baseline, {Face::mono_bold, size, 0, 0}, lines[i].text);
    page.text(checks_x, baseline, {Face::mono, size, 0.15, 0}, lines[i].checksum);
  }
  layout_->y += height + 10;
}

void Document::hash(std::string_view label, base::ByteSpan digest) {
  constexpr Style kHex{Face::mono, 10, 0, 0}, kWords{Face::regular, 9.2, 0.2, 0};
  constexpr std::size_t kWordBytes = 16;
  std::string hex;
  for (std::size_t i = 0; i < digest.size(); i += 2)
    hex += (i == 0 ? "" : " ") + base::to_hex(digest.subspan(i, std::min<std::size_t>(2, digest.size() - i)));
  std::string words = base::words_of(digest.first(std::min(kWordBytes / 2, digest.size())));
  if (digest.size() > kWordBytes / 2)
    words +=
        "\n" + base::words_of(digest.subspan(kWordBytes / 2, std::min(kWordBytes, digest.size()) - kWordBytes / 2));
  layout_->need(60);
  layout_->lines(layout_->left(), {Face::bold, 9, 0.2, 0}, 14, label, layout_->width());
  constexpr double kEightGroups = 0.6 * 10 * 39.5;  // points: eight groups a line
  layout_->lines(layout_->left() + 10, kHex, 14.5, hex, kEightGroups);
  layout_->lines(layout_->left() + 10, kWords, 13, words, layout_->width() - 10);
  layout_->y += 8;
}

void Document::qr(std::string_view text, QrLevel level, double width_mm, std::span<const KeyValue> beside) {
  constexpr double kGap = 16;
  const QrCode code = paper::qr(text, level);
  const double side = width_mm * kPointsPerMm, x = layout_->left() + side + kGap;
  KeyValueLayout rows(*layout_, x, layout_->right() - x, beside);
  const double height = std::max(side, beside.empty() ? 0 : rows.height());
  layout_->need(height);
  const double top = layout_->y;
  layout_->canvas().code(layout_->left(), top, side, code);
  layout_->canvas().framed(layout_->left(), top, side, side, 0.6, 0.55);
  rows.draw();
  layout_->y = top + height + 10;
}

}  // namespace solemn::paper
