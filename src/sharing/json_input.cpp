#include "sharing/json_input.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "base/error.hpp"

namespace solemn::sharing {

namespace {

constexpr int kMaxDepth = 4;

[[noreturn]] void malformed(const std::string& what) { throw base::Error(base::Code::malformed, what); }

/// Watches the parser: nothing deep, no field twice in one object.
class Watch {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    if (depth > kMaxDepth) malformed("the JSON text is nested too deeply");
    if (event == Event::object_start) fields_.emplace_back();
    if (event == Event::object_end) fields_.pop_back();
    if (event == Event::key && !fields_.back().insert(parsed.get<std::string>()).second)
      malformed("the field '" + base::printable(parsed.get<std::string>()) + "' occurs twice");
    return true;
  }

 private:
  std::vector<std::set<std::string>> fields_;
};

bool is_in(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

void malformed_field(const char* field, std::string_view what) {
  malformed("the field '" + std::string(field) + "' " + std::string(what));
}

Json parse_object(std::string_view text) {
  if (text.size() > kMaxJsonBytes) malformed("the JSON text is larger than 256 KiB");
  Watch watch;
  Json json;
  try {
    json = Json::parse(text,
                       [&](int depth, Json::parse_event_t event, Json& parsed) { return watch(depth, event, parsed); });
  } catch (const Json::exception& error) { malformed("not valid JSON: " + base::printable(error.what())); }
  if (!json.is_object()) malformed("not a JSON object");
  return json;
}

void require_fields(const Json& object, std::span<const std::string_view> required,
                    std::span<const std::string_view> optional) {
  if (!object.is_object()) malformed("a JSON object is expected");
  for (const auto& [name, value] : object.items())
    if (!is_in(required, name) && !is_in(optional, name))
      malformed("the field '" + base::printable(name) + "' is not known");
  for (const std::string_view name : required)
    if (!object.contains(name)) malformed("the field '" + std::string(name) + "' is missing");
}

std::uint64_t number_of(const Json& object, const char* field, std::uint64_t low, std::uint64_t high) {
  const Json& value = object.at(field);
  if (!value.is_number_unsigned()) malformed_field(field, "is not a whole number");
  const auto number = value.get<std::uint64_t>();
  if (number < low || number > high)
    malformed_field(field, "is not from " + std::to_string(low) + " to " + std::to_string(high));
  return number;
}

bool flag_of(const Json& object, const char* field) {
  const Json& value = object.at(field);
  if (!value.is_boolean()) malformed_field(field, "is not true or false");
  return value.get<bool>();
}

const std::string& string_of(const Json& object, const char* field) {
  const Json& value = object.at(field);
  if (!value.is_string()) malformed_field(field, "is not a string");
  return value.get_ref<const std::string&>();
}

base::Bytes hex_of(const Json& object, const char* field, std::size_t min_bytes, std::size_t max_bytes) {
  const std::string& text = string_of(object, field);
  auto bytes = base::from_hex(text);
  if (!bytes || base::to_hex(*bytes) != text) malformed_field(field, "is not lower-case hexadecimal");
  if (bytes->size() < min_bytes || bytes->size() > max_bytes)
    malformed_field(field, "has " + std::to_string(bytes->size()) + " bytes");
  return std::move(*bytes);
}

base::Hash32 hash_from(const Json& text, const char* field) {
  const auto bytes = text.is_string() ? base::from_hex(text.get_ref<const std::string&>()) : std::nullopt;
  if (!bytes || bytes->size() != 32 || base::to_hex(*bytes) != text.get_ref<const std::string&>())
    malformed_field(field, "is not 32 bytes in lower-case hexadecimal");
  base::Hash32 hash{};
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

const Json& list_of(const Json& object, const char* field, std::size_t least, std::size_t most) {
  const Json& value = object.at(field);
  if (!value.is_array()) malformed_field(field, "is not a list");
  if (value.size() < least || value.size() > most)
    malformed_field(field, "has " + std::to_string(value.size()) + " entries");
  return value;
}

}  // namespace solemn::sharing
