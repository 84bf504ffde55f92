#include "transcript/time.hpp"

#include "base/error.hpp"
#include "base/time.hpp"

namespace solemn::transcript {

std::uint64_t unix_now() {
  const std::int64_t now = base::now_seconds();
  if (now < 0 || now > base::kMaxTime) {
    throw base::Error(base::Code::refused, "this machine's clock is before 1970 or after 9999", "set the clock");
  }
  return static_cast<std::uint64_t>(now);
}

std::string time_text(std::uint64_t unix_seconds) { return base::utc(static_cast<std::int64_t>(unix_seconds)); }

std::optional<std::uint64_t> parse_time(std::string_view text) {
  const auto time = base::parse_utc(text);
  return time ? std::optional(static_cast<std::uint64_t>(*time)) : std::nullopt;
}

}  // namespace solemn::transcript
