#pragma once
// Rounds and times. Round 1 is out at the genesis time, round r at genesis + (r - 1) period; times are whole Unix
// seconds. Everything is integer arithmetic, bounded by the year 9999.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "beacon/chain.hpp"

namespace solemn::beacon {

constexpr std::int64_t kMaxTime = 253'402'300'799;  // 9999-12-31T23:59:59Z

/// The newest round that is out at `time`: floor((time - genesis) / period) + 1; nullopt before the genesis and after
/// kMaxTime. At the very second of a round it is that round.
std::optional<std::uint64_t> round_at(const Chain& chain, std::int64_t time) noexcept;
/// nullopt for round 0 and for rounds after kMaxTime.
std::optional<std::int64_t> time_of_round(const Chain& chain, std::uint64_t round) noexcept;

/// "2023-08-23T15:59:24Z". REQUIRES: 0 <= time <= kMaxTime.
std::string utc(std::int64_t time);
/// Unix seconds, or RFC 3339 in UTC with whole seconds ("2023-08-23T15:59:24Z"); nullopt for anything else.
std::optional<std::int64_t> parse_time(std::string_view text) noexcept;
/// The same without the Unix seconds: what files hold.
std::optional<std::int64_t> parse_utc(std::string_view text) noexcept;
/// "1 d 2 h", "3 min 4 s"
std::string duration_text(std::int64_t seconds);

}  // namespace solemn::beacon
