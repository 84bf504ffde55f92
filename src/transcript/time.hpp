#pragma once
// Times in the record: RFC 3339, UTC, whole seconds: "2026-11-26T00:41:12Z".
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace solemn::transcript {

/// Seconds since 1970 by this machine's clock.
std::uint64_t unix_now();
/// What the clocks of two honest people may differ by, in seconds.
inline constexpr std::uint64_t kClockTolerance = 300;
/// What an entry made now is dated, after one of the time `last`: now, or `last` where the other clock is a little
/// ahead.
constexpr std::uint64_t time_after(std::uint64_t last, std::uint64_t now) noexcept {
  return last > now && last - now <= kClockTolerance ? last : now;
}
/// REQUIRES: before the year 10000.
std::string time_text(std::uint64_t unix_seconds);
/// Strict: exactly that form, a day that exists, 1970 to 9999, no leap second; nullopt otherwise.
std::optional<std::uint64_t> parse_time(std::string_view text);

}  // namespace solemn::transcript
