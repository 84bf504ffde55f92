#include "cli/screen.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "cli/ui.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

namespace {

constexpr std::size_t kMaxLineBytes = 4096, kWidest = 96;

bool begins_character(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

/// Echo off while it lives.
class HiddenInput {
 public:
  HiddenInput(int terminal, bool hidden) : terminal_(terminal), hidden_(hidden) {
    if (!hidden_) return;
    tcgetattr(terminal_, &before_);
    termios silent = before_;
    silent.c_lflag &= static_cast<tcflag_t>(~static_cast<tcflag_t>(ECHO));
    tcsetattr(terminal_, TCSAFLUSH, &silent);
  }
  ~HiddenInput() {
    if (hidden_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

 private:
  int terminal_;
  bool hidden_;
  termios before_{};
};

}  // namespace

std::size_t columns_of(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::string word;
  const auto put = [&] {
    if (word.empty()) return;
    std::string& last = lines.back();
    if (!last.empty() && columns_of(last) + 1 + columns_of(word) > width) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + word;
    word.clear();
  };
  for (const char c : text) {
    if (c != ' ' && c != '\n') {
      word += c;
      continue;
    }
    put();
    if (c == '\n') lines.emplace_back();
  }
  put();
  return lines;
}

std::string spread(std::string_view left, std::string_view right, std::size_t width) {
  const std::size_t used = columns_of(left) + columns_of(right);
  return std::string(left) + std::string(used < width ? width - used : 1, ' ') + std::string(right);
}

std::string bar(std::size_t done, std::size_t total, std::size_t width) {
  const std::size_t inside = width > 2 ? width - 2 : 0;
  const std::size_t full = total == 0 ? 0 : std::min(inside, done * inside / total);
  return "[" + std::string(full, '#') + std::string(inside - full, '.') + "]";
}

Screen::Screen() : terminal_(open("/dev/tty", O_RDWR | O_CLOEXEC)) {
  if (terminal_ < 0)
    throw Error(Code::refused, "there is no terminal, and a ceremony is a conversation", "run it at a terminal");
  winsize size{};
  if (ioctl(terminal_, TIOCGWINSZ, &size) == 0 && size.ws_col != 0 && size.ws_row != 0) {
    width_ = std::clamp<std::size_t>(size.ws_col, 60, kWidest);
    height_ = std::max<std::size_t>(size.ws_row, 16);
  }
  const char* term = std::getenv("TERM");
  plain_ = term == nullptr || std::string_view(term) == "dumb";
  if (!plain_) write("\033[?1049h\033[2J\033[H");
}

Screen::~Screen() {
  // The alternate screen has no scrollback; clearing it first leaves nothing in the terminal's memory of it.
  if (!plain_) write("\033[2J\033[3J\033[H\033[?1049l");
  close(terminal_);
}

void Screen::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(terminal_, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Screen::begin_page(std::vector<std::string> head, std::string later) {
  head_ = std::move(head);
  later_ = std::move(later);
  write(plain_ ? "\n" : "\033[2J\033[3J\033[H");
  for (const std::string& text : head_) write(text + "\n");
  row_ = head_.size();
}

bool Screen::need(std::size_t rows) {
  if (row_ + rows + 1 < height_) return false;
  pause();
  begin_page(head_, later_);
  if (later_.empty()) return true;
  const std::vector<std::string> parts = wrapped(later_, width_ - 8);
  write("  " + parts.front() + (parts.size() > 1 ? " ..." : "") + "\n\n");
  row_ += 2;
  return true;
}

void Screen::line(std::string_view text) {
  (void)need(1);
  write(std::string(text) + "\n");
  ++row_;
}

void Screen::lines(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) line(text);
}

void Screen::paragraph(std::string_view text, std::size_t indent) {
  for (const std::string& part : wrapped(text, width_ - indent - 2)) line(std::string(indent, ' ') + part);
}

void Screen::strong(std::string_view text, std::size_t indent) {
  for (const std::string& part : wrapped(text, width_ - indent - 2)) {
    line(plain_ ? std::string(indent, ' ') + part : std::string(indent, ' ') + "\033[1m" + part + "\033[0m");
  }
}

std::size_t Screen::read_line(base::MutableByteSpan out, bool shown, std::string_view prompt) {
  const HiddenInput hidden(terminal_, !shown);
  write(prompt);
  std::size_t length = 0;
  while (true) {
    pollfd waiting{terminal_, POLLIN, 0};
    const int ready = poll(&waiting, 1, 1000);
    if (interrupted()) throw Error(Code::interrupted, "interrupted at a prompt", "nothing is lost: run it again");
    if (ready == 0 && idle) {
      const std::vector<std::string> news = idle();
      for (const std::string& text : news) write("\r\n" + text);
      if (!news.empty()) write(prompt);
      continue;
    }
    if (ready <= 0) continue;
    std::byte letter{};
    const ssize_t n = read(terminal_, &letter, 1);
    if (n <= 0) throw Error(Code::interrupted, "the terminal was closed", "nothing is lost: run it again");
    if (letter == std::byte{'\n'}) break;
    if (length < out.size()) out[length++] = letter;
    base::wipe(&letter, 1);
  }
  if (!shown) write("\n");
  ++row_;
  return length;
}

std::string Screen::ask(std::string_view prompt) {
  (void)need(1);
  std::array<std::byte, kMaxLineBytes> typed;
  std::string text(base::as_text(base::ByteSpan(typed).first(read_line(typed, true, prompt))));
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_blank(text.back())) text.pop_back();
  text.erase(text.begin(), std::ranges::find_if_not(text, is_blank));
  return text;
}

sign::SecretText Screen::ask_hidden(std::string_view prompt) {
  (void)need(1);
  sign::SecretText typed(kMaxLineBytes);
  return sign::secret_copy(typed.expose().first(read_line(typed.expose(), false, prompt)));
}

void Screen::pause() {
  std::array<std::byte, 64> typed;
  (void)read_line(typed, true, "  Enter to go on ");
}

}  // namespace solemn::cli
