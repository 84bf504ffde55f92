#include "release/json.hpp"

#include <chrono>
#include <cstdio>
#include <set>

#include "base/error.hpp"

namespace solemn::release {

using base::Code;
using base::Error;

namespace {

constexpr int kMaxDepth = 16;

[[noreturn]] void malformed(const std::string& what) { throw Error(Code::malformed, what); }

}  // namespace

Json parse_object(base::ByteSpan text, std::string_view what) {
  const std::string name(what);
  if (text.size() > kMaxJsonBytes) malformed(name + ": more than " + base::human_bytes(kMaxJsonBytes));
  std::vector<std::set<std::string>> names;  // of the objects that are open
  const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
    if (depth > kMaxDepth) malformed(name + ": nested too deeply");
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key && !names.back().insert(value.get<std::string>()).second)
      malformed(name + ": field '" + base::printable(value.get<std::string>()) + "' is given twice");
    return true;
  };
  Json root;
  try {
    root = Json::parse(base::as_text(text), watch);
  } catch (const Json::exception&) { malformed(name + ": not JSON"); }
  if (!root.is_object()) malformed(name + ": not a JSON object");
  return root;
}

const Json& field(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) malformed("field '" + std::string(name) + "' is missing");
  return *found;
}

std::string text_field(const Json& object, const char* name) {
  const Json& value = field(object, name);
  if (!value.is_string()) malformed("field '" + std::string(name) + "' is not a text");
  return value.get<std::string>();
}

std::uint64_t number_field(const Json& object, const char* name, std::uint64_t limit) {
  const Json& value = field(object, name);
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > limit)
    malformed("field '" + std::string(name) + "' is not a number from 0 to " + std::to_string(limit));
  return value.get<std::uint64_t>();
}

bool is_digest(std::string_view text) noexcept {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string digest_field(const Json& object, const char* name) {
  std::string value = text_field(object, name);
  if (!is_digest(value)) malformed("field '" + std::string(name) + "' is not 64 lower-case hexadecimal digits");
  return value;
}

std::string utc_text(std::uint64_t unix_seconds) {
  using namespace std::chrono;
  const sys_seconds time{seconds{unix_seconds}};
  const sys_days day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", int{date.year()}, unsigned{date.month()},
                unsigned{date.day()}, static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  return text;
}

std::optional<std::uint64_t> parse_utc(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (kForm[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != kForm[i]) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t n) { return std::stoi(std::string(text.substr(at, n))); };
  const year_month_day date{year{number(0, 4)}, month{static_cast<unsigned>(number(5, 2))},
                            day{static_cast<unsigned>(number(8, 2))}};
  if (!date.ok() || number(0, 4) < 1970 || number(0, 4) > 2199 || number(11, 2) > 23 || number(14, 2) > 59 ||
      number(17, 2) > 59)
    return std::nullopt;
  const auto time = sys_days{date} + hours{number(11, 2)} + minutes{number(14, 2)} + seconds{number(17, 2)};
  return static_cast<std::uint64_t>(time.time_since_epoch() / seconds{1});
}

}  // namespace solemn::release
