#include "beacon/round_time.hpp"

#include <charconv>

namespace solemn::beacon {

std::optional<std::uint64_t> round_at(const Chain& chain, std::int64_t time) noexcept {
  if (time < chain.genesis_time || time > kMaxTime) return std::nullopt;
  return static_cast<std::uint64_t>((time - chain.genesis_time) / chain.period_seconds) + 1;
}

std::optional<std::int64_t> time_of_round(const Chain& chain, std::uint64_t round) noexcept {
  if (round == 0 || chain.genesis_time < 0 || chain.genesis_time > kMaxTime) return std::nullopt;
  const auto room = static_cast<std::uint64_t>(kMaxTime - chain.genesis_time) / chain.period_seconds;
  if (round - 1 > room) return std::nullopt;
  return chain.genesis_time + static_cast<std::int64_t>((round - 1) * chain.period_seconds);
}

std::optional<std::int64_t> parse_time(std::string_view text) noexcept {
  if (const auto time = parse_utc(text)) return time;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > kMaxTime) return std::nullopt;
  return value;
}

}  // namespace solemn::beacon
