#pragma once
// A full screen at the terminal for long conversations: cleared when it ends, so that nothing of it stays in the
// scrollback. Works from 80 columns and 24 rows on, and on a terminal that does not say how large it is.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sign/signer.hpp"

namespace solemn::cli {

/// Words of `text` in lines of at most `width` columns; '\n' ends a line. Columns are counted as characters.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);
/// left ... right, `width` columns apart.
std::string spread(std::string_view left, std::string_view right, std::size_t width);
/// `done` of `total` as a bar of `width` columns: "[#####.....]".
std::string bar(std::size_t done, std::size_t total, std::size_t width);
/// How many characters (not bytes) a text has.
std::size_t columns_of(std::string_view text) noexcept;

class Screen {
 public:
  /// Throws Error{refused} without a terminal.
  Screen();
  /// Wipes and leaves the screen.
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  std::size_t width() const noexcept { return width_; }
  /// An empty screen with this head: lines that stay at the top of every page. `later`: what the page is about, for
  /// the pages that follow when it is full; cut at the width.
  void begin_page(std::vector<std::string> head, std::string later = {});
  /// So many rows are left, or the next page is begun; true: it was. For what has to be seen together.
  bool need(std::size_t rows);
  /// A line of the page; when the page is full, asks to go on and begins the next.
  void line(std::string_view text = {});
  void lines(const std::vector<std::string>& texts);
  /// Wrapped, with this indent.
  void paragraph(std::string_view text, std::size_t indent = 2);
  /// Bold where the terminal can; the words carry the meaning alone.
  void strong(std::string_view text, std::size_t indent = 2);

  /// Asks for a line; blanks at both ends are cut off. While waiting, `idle` is called every second.
  /// Throws Error{interrupted} after ctrl-C or at the end of input.
  std::string ask(std::string_view prompt);
  /// The same without echo, in guarded memory.
  sign::SecretText ask_hidden(std::string_view prompt);
  /// Enter.
  void pause();
  /// Called every second while people think; returns lines to show at once, or none.
  std::function<std::vector<std::string>()> idle;

 private:
  void write(std::string_view text);
  std::size_t read_line(base::MutableByteSpan out, bool shown, std::string_view prompt);
  int terminal_;
  std::size_t width_ = 80, height_ = 24, row_ = 0;
  bool plain_;  // no escape sequences: TERM=dumb
  std::vector<std::string> head_;
  std::string later_;
};

}  // namespace solemn::cli
