#pragma once
// Questions to the person at the terminal. Answers never go through stdin or stdout.
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/secret.hpp"

namespace solemn::cli {

/// What was typed, without the line end, in guarded memory.
struct HiddenLine {
  static constexpr std::size_t kMaxBytes = 4096;
  base::SecretArray<std::byte> memory{kMaxBytes};
  std::size_t length = 0;
  base::ByteSpan bytes() const noexcept { return memory.expose().first(length); }
};

/// A line from /dev/tty without echo; nullopt when there is no terminal. Throws Error{interrupted} after ctrl-C.
std::optional<HiddenLine> read_hidden_line(std::string_view prompt);

}  // namespace solemn::cli
