#pragma once
// Times as whole Unix seconds and as text. Integer arithmetic, from 1970 to the year 9999.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace solemn::base {

constexpr std::int64_t kMaxTime = 253'402'300'799;  // 9999-12-31T23:59:59Z

std::int64_t now_seconds() noexcept;
/// RFC 3339 in UTC: "2023-08-23T15:59:24Z". REQUIRES: 0 <= time <= kMaxTime.
std::string utc(std::int64_t time);
/// Exactly that form; nullopt for anything else.
std::optional<std::int64_t> parse_utc(std::string_view text) noexcept;
/// "1 d 2 h", "3 min 4 s". REQUIRES: seconds >= 0.
std::string duration_text(std::int64_t seconds);

}  // namespace solemn::base
