#include "base/time.hpp"

#include <chrono>
#include <ctime>

#include "base/error.hpp"

namespace solemn::base {

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

std::int64_t now_seconds() noexcept { return std::time(nullptr); }

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

std::string duration_text(std::int64_t seconds) {
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3600) return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
  if (seconds < 86400) return std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min";
  return std::to_string(seconds / 86400) + " d " + std::to_string(seconds / 3600 % 24) + " h";
}

}  // namespace solemn::base
