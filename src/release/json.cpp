#include "release/json.hpp"

#include <set>

#include "base/error.hpp"
#include "base/time.hpp"

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

std::string utc_text(std::uint64_t unix_seconds) { return base::utc(static_cast<std::int64_t>(unix_seconds)); }

std::optional<std::uint64_t> parse_utc(std::string_view text) {
  const auto time = base::parse_utc(text);
  return time ? std::optional(static_cast<std::uint64_t>(*time)) : std::nullopt;
}

}  // namespace solemn::release
