#include "beacon/json_input.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "base/error.hpp"

namespace solemn::beacon::internal {

namespace {

constexpr int kMaxDepth = 2;

// Watches the parser: nothing deep, no key twice in one object.
class Watch {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    if (depth > kMaxDepth) malformed("the JSON text is nested too deeply");
    if (event == Event::object_start) keys_.emplace_back();
    if (event == Event::object_end) keys_.pop_back();
    if (event == Event::key && !keys_.back().insert(parsed.get<std::string>()).second) {
      malformed("the field '" + base::printable(parsed.get<std::string>()) + "' occurs twice");
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> keys_;
};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void malformed(const std::string& what) { throw base::Error(base::Code::malformed, what); }

Json parse_object(std::string_view text) {
  if (text.size() > kMaxTextBytes) malformed("the JSON text is larger than 16 KiB");
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
  for (const auto& [name, value] : object.items()) {
    if (!contains(required, name) && !contains(optional, name)) {
      malformed("the field '" + base::printable(name) + "' is not known");
    }
  }
  for (const std::string_view name : required) {
    if (!object.contains(name)) malformed("the field '" + std::string(name) + "' is missing");
  }
}

std::uint64_t number_of(const Json& object, const char* field, std::uint64_t low, std::uint64_t high) {
  const Json& value = object.at(field);
  if (!value.is_number_unsigned()) malformed("the field '" + std::string(field) + "' is not a whole number");
  const auto number = value.get<std::uint64_t>();
  if (number < low || number > high) {
    malformed("the field '" + std::string(field) + "' is not from " + std::to_string(low) + " to " +
              std::to_string(high));
  }
  return number;
}

const std::string& string_of(const Json& object, const char* field) {
  const Json& value = object.at(field);
  if (!value.is_string()) malformed("the field '" + std::string(field) + "' is not a string");
  return value.get_ref<const std::string&>();
}

base::Bytes hex_of(const Json& object, const char* field, std::size_t min_bytes, std::size_t max_bytes) {
  auto bytes = base::from_hex(string_of(object, field));
  if (!bytes) malformed("the field '" + std::string(field) + "' is not hexadecimal");
  if (bytes->size() < min_bytes || bytes->size() > max_bytes) {
    malformed("the field '" + std::string(field) + "' has " + std::to_string(bytes->size()) + " bytes");
  }
  return std::move(*bytes);
}

base::Hash32 hash_of(const Json& object, const char* field) {
  const base::Bytes bytes = hex_of(object, field, 32, 32);
  base::Hash32 hash{};
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

}  // namespace solemn::beacon::internal
