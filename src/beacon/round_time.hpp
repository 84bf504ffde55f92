#pragma once
// Rounds and times. Round 1 is out at the genesis time, round r at genesis + (r - 1) period; times are whole Unix
// seconds. Everything is integer arithmetic, bounded by the year 9999.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "beacon/chain.hpp"

namespace solemn::beacon {

using base::duration_text;
using base::kMaxTime;
using base::parse_utc;
using base::utc;

/// The newest round that is out at `time`: floor((time - genesis) / period) + 1; nullopt before the genesis and after
/// kMaxTime. At the very second of a round it is that round.
std::optional<std::uint64_t> round_at(const Chain& chain, std::int64_t time) noexcept;
/// nullopt for round 0 and for rounds after kMaxTime.
std::optional<std::int64_t> time_of_round(const Chain& chain, std::uint64_t round) noexcept;

/// Unix seconds, or RFC 3339 in UTC with whole seconds ("2023-08-23T15:59:24Z"); nullopt for anything else.
std::optional<std::int64_t> parse_time(std::string_view text) noexcept;

}  // namespace solemn::beacon
