#include "format/json_input.hpp"

#include <algorithm>
#include <set>

namespace solemn::format::internal {

namespace {

constexpr std::size_t kMaxTextBytes = std::size_t{64} << 20;
constexpr int kMaxDepth = 8;
constexpr std::size_t kMaxEvents = std::size_t{1} << 21;

// Watches the parser: nothing deep, nothing huge, no key twice in one object.
class Watch {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    if (depth > kMaxDepth) malformed("the JSON text is nested too deeply");
    if (++n_events_ > kMaxEvents) malformed("the JSON text has too many values");
    if (event == Event::object_start) keys_.emplace_back();
    if (event == Event::object_end) keys_.pop_back();
    if (event == Event::key && !keys_.back().insert(parsed.get<std::string>()).second) {
      malformed("the field '" + base::printable(parsed.get<std::string>()) + "' occurs twice");
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> keys_;
  std::size_t n_events_ = 0;
};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Json parse_json(std::string_view text) {
  if (text.size() > kMaxTextBytes) malformed("the JSON text is larger than 64 MiB");
  Watch watch;
  try {
    return Json::parse(text,
                       [&](int depth, Json::parse_event_t event, Json& parsed) { return watch(depth, event, parsed); });
  } catch (const Json::exception& error) { malformed("not valid JSON: " + base::printable(error.what())); }
}

Json parse_object(std::string_view text, std::span<const std::string_view> required,
                  std::span<const std::string_view> optional) {
  Json json = parse_json(text);
  if (!json.is_object()) malformed("not a JSON object");
  for (const auto& [name, value] : json.items()) {
    if (!contains(required, name) && !contains(optional, name)) {
      malformed("the field '" + base::printable(name) + "' is not known");
    }
  }
  for (const std::string_view name : required) {
    if (!json.contains(name)) malformed("the field '" + std::string(name) + "' is missing");
  }
  return json;
}

const Json& array_of(const Json& json, std::size_t n, const std::string& name) {
  if (!json.is_array() || json.size() != n) malformed(name + " is not an array of " + std::to_string(n));
  return json;
}

const std::string& string_of(const Json& json, const std::string& name) {
  if (!json.is_string()) malformed(name + " is not a string");
  return json.get_ref<const std::string&>();
}

}  // namespace solemn::format::internal
