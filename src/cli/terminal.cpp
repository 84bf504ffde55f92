#include "cli/terminal.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.hpp"
#include "cli/ui.hpp"

namespace solemn::cli {

std::optional<HiddenLine> read_hidden_line(std::string_view prompt) {
  const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal < 0) return std::nullopt;
  termios before{};
  tcgetattr(terminal, &before);
  termios hidden = before;
  hidden.c_lflag &= static_cast<tcflag_t>(~static_cast<tcflag_t>(ECHO));
  tcsetattr(terminal, TCSAFLUSH, &hidden);
  [[maybe_unused]] const auto shown = write(terminal, prompt.data(), prompt.size());
  HiddenLine line;
  std::byte letter{};
  while (line.length < HiddenLine::kMaxBytes && read(terminal, &letter, 1) == 1 && letter != std::byte{'\n'})
    line.memory.expose()[line.length++] = letter;
  tcsetattr(terminal, TCSAFLUSH, &before);
  [[maybe_unused]] const auto newline = write(terminal, "\n", 1);
  close(terminal);
  if (interrupted()) throw base::Error(base::Code::interrupted, "interrupted at a prompt");
  return line;
}

}  // namespace solemn::cli
