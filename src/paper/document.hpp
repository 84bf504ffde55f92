#pragma once
// Documents for a printer: PDF 1.7 from an own writer. Not libharu: it copies text through buffers that it frees
// unwiped, and its output depends on the clock and on zlib. Here every byte of a page stands in guarded memory from the
// first letter to the finished file, nothing is compressed, and the same calls give the same bytes.
//
// Fonts: Open Sans and JetBrains Mono are part of the program and of each file (Latin, Greek, Cyrillic, Vietnamese). A
// character that neither has is printed as its number, "[U+6F22]", and listed by unprintable(): give a Latin
// transcription beside such a name. No right-to-left text, no hyphenation.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace solemn::paper {

using SecretBytes = base::SecretArray<std::byte>;

enum class PageSize : std::uint8_t { a4, letter };
enum class Orientation : std::uint8_t { portrait, landscape };
/// "a4", "letter"
std::optional<PageSize> page_size_named(std::string_view name) noexcept;

/// What stands on every page. All texts are UTF-8; what is not is printed as "[U+FFFD]".
struct DocumentInfo {
  std::string title;      // header right, and the file's title
  std::string ceremony;   // header left: the ceremony's id
  std::string footer;     // footer left; "page x of y" stands right
  std::string stamp;      // "DRILL": large across every page, and in the header; empty: none
  std::int64_t time = 0;  // Unix seconds, the file's dates; never the clock's
  PageSize size = PageSize::a4;
  Orientation orientation = Orientation::portrait;
};

struct KeyValue {
  std::string key, value;
  bool mono = false;  // value: a hash, a path, an id; broken anywhere
};

/// Rows as high as their highest cell; the head is repeated on each page. An empty cell is room to write. In a cell,
/// what follows the first line break is smaller and grey.
enum class ColumnKind : std::uint8_t { text, mono, box };  // box: a box to tick
struct Column {
  std::string head;
  double share = 1;  // of the width, relative to the others
  ColumnKind kind = ColumnKind::text;
};
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
  double row_mm = 0;  // at least so high, with lines between the columns: 9 is enough to write by hand
};

struct CheckItem {
  std::string text;
  std::string note;   // smaller, below; may be empty
  bool done = false;  // a cross in the box
};

struct Signature {
  std::string name, role;  // under the line
};

/// A secret of several lines that people type: "1  QPZRY 9X8GF ...". Views of the caller's guarded memory.
struct MonoLine {
  std::string_view text;      // groups as they are to be printed
  std::string_view checksum;  // in a column of its own; may be empty
};

enum class QrLevel : std::uint8_t { low, medium, quartile, high };  // 7, 15, 25, 30 % of the code may be damaged

class Layout;

class Document {
 public:
  explicit Document(DocumentInfo info);
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  void title(std::string_view text, std::string_view below = {});
  void heading(std::string_view text);
  void subheading(std::string_view text);
  void paragraph(std::string_view text);
  /// Smaller and grey.
  void small(std::string_view text);
  /// In a shaded box with a bar at its left: what must not be passed over.
  void notice(std::string_view text);
  void numbered(std::span<const std::string> items);
  void bullets(std::span<const std::string> items);
  void key_values(std::span<const KeyValue> rows);
  void table(const Table& table);
  void checklist(std::span<const CheckItem> items);
  /// A line to sign on, name and role below, room for date and time at the right; two beside each other.
  void signatures(std::span<const Signature> people);
  /// Empty ruled lines for handwriting.
  void ruled(unsigned n_lines);
  /// Large, with line numbers; text and checksum never leave guarded memory.
  void mono(std::span<const MonoLine> lines);
  /// Full hex in groups of 4, and its first 16 bytes as words of the PGP list.
  void hash(std::string_view label, base::ByteSpan digest);
  /// A QR code of alphanumeric text (secret), its quiet zone inside width_mm, `beside` at its right.
  /// Throws Error{usage} as qr() does.
  void qr(std::string_view text, QrLevel level, double width_mm, std::span<const KeyValue> beside = {});
  void space(double mm);
  void page_break();
  /// Breaks the page unless so much is free on it.
  void need(double mm);
  double free_mm() const noexcept;
  std::size_t pages() const noexcept;  // so far

  /// Characters that were printed as numbers, each once.
  std::vector<std::string> unprintable() const;
  /// The finished file. Call once.
  SecretBytes pdf();

 private:
  std::unique_ptr<Layout> layout_;
};

}  // namespace solemn::paper
