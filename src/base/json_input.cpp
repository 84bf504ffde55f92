#include "base/json_input.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "base/error.hpp"

namespace solemn::base {

namespace {

[[noreturn]] void malformed(const std::string& what) { throw Error(Code::malformed, what); }

/// Watches the parser: nothing deep, nothing huge, no field twice in one object.
template <class AnyJson>
class Watch {
 public:
  explicit Watch(const JsonLimits& limits) : limits_(limits) {}
  bool operator()(int depth, typename AnyJson::parse_event_t event, AnyJson& parsed) {
    using Event = typename AnyJson::parse_event_t;
    if (depth > limits_.depth) malformed("the JSON text is nested too deeply");
    if (++n_values_ > limits_.values) malformed("the JSON text has too many values");
    if (event == Event::object_start) fields_.emplace_back();
    if (event == Event::object_end) fields_.pop_back();
    if (event == Event::key) add_field(parsed.template get_ref<const std::string&>());
    return true;
  }

 private:
  void add_field(const std::string& name) {
    if (!fields_.back().insert(name).second) malformed("the field '" + printable(name) + "' occurs twice");
    if (fields_.back().size() > limits_.fields)
      malformed("an object has more than " + std::to_string(limits_.fields) + " fields");
  }
  const JsonLimits& limits_;
  std::vector<std::set<std::string>> fields_;  // of the objects that are open
  std::size_t n_values_ = 0;
};

std::string size_text(std::size_t bytes) {
  const bool whole = bytes % (std::size_t{1} << 20) == 0;
  return whole ? std::to_string(bytes >> 20) + " MiB" : std::to_string(bytes >> 10) + " KiB";
}

bool is_in(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

void malformed_field(const char* name, std::string_view what) {
  malformed("the field '" + std::string(name) + "' " + std::string(what));
}

bool looks_like_json(ByteSpan bytes) noexcept {
  const std::string_view text = as_text(bytes);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{' && text.find('\0') == std::string_view::npos;
}

template <class AnyJson>
AnyJson parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) malformed("the JSON text is larger than " + size_text(limits.bytes));
  if (text.starts_with("\xef\xbb\xbf")) malformed("the JSON text begins with a byte order mark");
  Watch<AnyJson> watch(limits);
  try {
    return AnyJson::parse(text, [&](int depth, typename AnyJson::parse_event_t event, AnyJson& parsed) {
      return watch(depth, event, parsed);
    });
  } catch (const typename AnyJson::exception& error) { malformed("not valid JSON: " + printable(error.what())); }
}

template Json parse_json<Json>(std::string_view, const JsonLimits&);
template nlohmann::json parse_json<nlohmann::json>(std::string_view, const JsonLimits&);

Json parse_object(std::string_view text, const JsonLimits& limits) {
  Json json = parse_json(text, limits);
  if (!json.is_object()) malformed("not a JSON object");
  return json;
}

void require_fields(const Json& object, std::span<const std::string_view> required,
                    std::span<const std::string_view> optional) {
  if (!object.is_object()) malformed("not a JSON object");
  for (const auto& [name, value] : object.items())
    if (!is_in(required, name) && !is_in(optional, name)) malformed("the field '" + printable(name) + "' is not known");
  for (const std::string_view name : required)
    if (!object.contains(name)) malformed("the field '" + std::string(name) + "' is missing");
}

const Json& field(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) malformed_field(name, "is missing");
  return *found;
}

std::uint64_t number_of(const Json& object, const char* name, std::uint64_t low, std::uint64_t high) {
  const Json& value = field(object, name);
  if (!value.is_number_unsigned()) malformed_field(name, "is not a whole number");
  const auto number = value.get<std::uint64_t>();
  if (number < low || number > high)
    malformed_field(name, "is not from " + std::to_string(low) + " to " + std::to_string(high));
  return number;
}

bool flag_of(const Json& object, const char* name) {
  const Json& value = field(object, name);
  if (!value.is_boolean()) malformed_field(name, "is not true or false");
  return value.get<bool>();
}

const std::string& string_of(const Json& object, const char* name) {
  const Json& value = field(object, name);
  if (!value.is_string()) malformed_field(name, "is not a string");
  return value.get_ref<const std::string&>();
}

const Json& list_of(const Json& object, const char* name, std::size_t least, std::size_t most) {
  const Json& value = field(object, name);
  if (!value.is_array()) malformed_field(name, "is not a list");
  if (value.size() < least || value.size() > most)
    malformed_field(name, "has " + std::to_string(value.size()) + " entries");
  return value;
}

Bytes hex_of(const Json& object, const char* name, std::size_t min_bytes, std::size_t max_bytes) {
  const std::string& text = string_of(object, name);
  auto bytes = from_hex(text);
  if (!bytes || to_hex(*bytes) != text) malformed_field(name, "is not lower-case hexadecimal");
  if (bytes->size() < min_bytes || bytes->size() > max_bytes)
    malformed_field(name, "has " + std::to_string(bytes->size()) + " bytes");
  return std::move(*bytes);
}

Hash32 hash_of(const Json& object, const char* name) { return hash_from(field(object, name), name); }

Hash32 hash_from(const Json& text, const char* name) {
  const auto bytes = text.is_string() ? from_hex(text.get_ref<const std::string&>()) : std::nullopt;
  if (!bytes || bytes->size() != 32 || to_hex(*bytes) != text.get_ref<const std::string&>())
    malformed_field(name, "is not 32 bytes in lower-case hexadecimal");
  Hash32 hash{};
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

}  // namespace solemn::base
