#include "beacon/round_time.hpp"

#include <charconv>
#include <chrono>

#include "base/error.hpp"

namespace solemn::beacon {

namespace {

std::string padded(unsigned value, std::size_t width) {
  std::string text = std::to_string(value);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

// Exactly these digits, no sign, no blank.
std::optional<unsigned> digits(std::string_view text) noexcept {
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + static_cast<unsigned>(c - '0');
  }
  return value;
}

}  // namespace

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

std::string utc(std::int64_t time) {
  ASSERT(time >= 0 && time <= kMaxTime);
  using namespace std::chrono;
  const year_month_day date(sys_days(days(time / 86400)));
  const auto seconds_of_day = static_cast<unsigned>(time % 86400);
  return padded(static_cast<unsigned>(static_cast<int>(date.year())), 4) + "-" +
         padded(static_cast<unsigned>(date.month()), 2) + "-" + padded(static_cast<unsigned>(date.day()), 2) + "T" +
         padded(seconds_of_day / 3600, 2) + ":" + padded(seconds_of_day / 60 % 60, 2) + ":" +
         padded(seconds_of_day % 60, 2) + "Z";
}

std::optional<std::int64_t> parse_utc(std::string_view text) noexcept {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kForm[i] != 'd' && text[i] != kForm[i]) return std::nullopt;
  }
  const auto y = digits(text.substr(0, 4)), mo = digits(text.substr(5, 2)), d = digits(text.substr(8, 2)),
             h = digits(text.substr(11, 2)), mi = digits(text.substr(14, 2)), s = digits(text.substr(17, 2));
  if (!y || !mo || !d || !h || !mi || !s || *y < 1970 || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
  using namespace std::chrono;
  const year_month_day date(year(static_cast<int>(*y)), month(*mo), day(*d));
  if (!date.ok()) return std::nullopt;
  const auto n_days = static_cast<std::int64_t>(sys_days(date).time_since_epoch().count());
  return n_days * 86400 + *h * 3600 + *mi * 60 + *s;
}

std::optional<std::int64_t> parse_time(std::string_view text) noexcept {
  if (const auto time = parse_utc(text)) return time;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > kMaxTime) return std::nullopt;
  return value;
}

std::string duration_text(std::int64_t seconds) {
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3600) return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
  if (seconds < 86400) return std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min";
  return std::to_string(seconds / 86400) + " d " + std::to_string(seconds / 3600 % 24) + " h";
}

}  // namespace solemn::beacon
