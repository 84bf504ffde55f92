#include "transcript/time.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "base/error.hpp"

namespace solemn::transcript {

namespace {
constexpr std::uint64_t kEnd = 253402300800;  // 10000-01-01T00:00:00Z
}

std::uint64_t unix_now() {
  using std::chrono::system_clock;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(system_clock::now().time_since_epoch()).count();
  if (seconds < 0 || static_cast<std::uint64_t>(seconds) >= kEnd) {
    throw base::Error(base::Code::refused, "this machine's clock is before 1970 or after 9999", "set the clock");
  }
  return static_cast<std::uint64_t>(seconds);
}

std::string time_text(std::uint64_t unix_seconds) {
  ASSERT(unix_seconds < kEnd);
  const auto seconds = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

std::optional<std::uint64_t> parse_time(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:ddZ";
  if (text.size() != kShape.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !digit : text[i] != kShape[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t length) {
    int value = 0;
    for (const char c : text.substr(at, length)) value = 10 * value + (c - '0');
    return value;
  };
  std::tm parts{};
  parts.tm_year = number(0, 4) - 1900;
  parts.tm_mon = number(5, 2) - 1;
  parts.tm_mday = number(8, 2);
  parts.tm_hour = number(11, 2);
  parts.tm_min = number(14, 2);
  parts.tm_sec = number(17, 2);
  if (parts.tm_year < 70) return std::nullopt;
  const std::time_t seconds = timegm(&parts);
  if (seconds < 0) return std::nullopt;
  const auto value = static_cast<std::uint64_t>(seconds);
  // timegm takes the 31st of April for the 1st of May: writing it again shows that.
  if (value >= kEnd || time_text(value) != text) return std::nullopt;
  return value;
}

}  // namespace solemn::transcript
