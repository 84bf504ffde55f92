#include "transcript/canonical_json.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/json_input.hpp"
#include "transcript/malformed.hpp"

namespace solemn::transcript {

namespace {

constexpr std::int64_t kMaxInteger = (std::int64_t{1} << 53) - 1;

bool is_member_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
}

bool is_integer(const Json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(kMaxInteger);
  return value.is_number_integer() && value.get<std::int64_t>() >= -kMaxInteger;
}

/// The subset of which canonical_json.hpp speaks. Recursion: kMaxJsonDepth.
void require_subset(const Json& value) {
  if (value.is_number() && !is_integer(value)) malformed("a number is not an integer of at most 53 bits");
  if (!value.is_structured()) return;
  for (const auto& [name, part] : value.items()) {
    if (value.is_object() && !is_member_name(name))
      malformed("the member name '" + base::printable(name.substr(0, 64)) + "' is not allowed");
    require_subset(part);
  }
}

bool contains(std::initializer_list<std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Json parse_json(std::string_view text) {
  // Of sorted members there may be many.
  constexpr base::JsonLimits kLimits{kMaxJsonBytes, kMaxJsonDepth, kMaxJsonBytes};
  try {
    Json value = base::parse_json<Json>(text, kLimits);
    require_subset(value);
    return value;
  } catch (const base::Error& error) { malformed(error.message()); }
}

Json parse_canonical(std::string_view text) {
  Json value = parse_json(text);
  if (canonical(value) != text) malformed("the JSON text is not in its canonical spelling");
  return value;
}

std::string canonical(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::strict); }

const Json& object_of(const Json& json, const std::string& what, std::initializer_list<std::string_view> required,
                      std::initializer_list<std::string_view> optional) {
  if (!json.is_object()) malformed(what + " is not an object");
  for (const auto& [name, value] : json.items()) {
    if (!contains(required, name) && !contains(optional, name))
      malformed(what + " has the unknown member '" + name + "'");
  }
  for (const std::string_view name : required) {
    if (!json.contains(name)) malformed(what + " has no member '" + std::string(name) + "'");
  }
  return json;
}

const std::string& string_of(const Json& json, const std::string& what) {
  if (!json.is_string()) malformed(what + " is not a string");
  return json.get_ref<const std::string&>();
}

const std::string& name_of(const Json& json, const std::string& what, std::size_t longest) {
  const std::string& text = string_of(json, what);
  const bool clean = base::printable(text) == text;
  if (text.empty() || text.size() > longest || !clean)
    malformed(what + " is empty, too long or has control characters");
  return text;
}

std::uint64_t number_of(const Json& json, const std::string& what) {
  if (!json.is_number_unsigned()) malformed(what + " is not a number from 0 on");
  return json.get<std::uint64_t>();
}

const Json& array_of(const Json& json, const std::string& what, std::size_t longest) {
  if (!json.is_array()) malformed(what + " is not an array");
  if (json.size() > longest) malformed(what + " has more than " + std::to_string(longest) + " items");
  return json;
}

}  // namespace solemn::transcript
