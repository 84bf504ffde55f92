#include "format/json_input.hpp"

namespace solemn::format::internal {

const Json& array_of(const Json& json, std::size_t n, const std::string& name) {
  if (!json.is_array() || json.size() != n) malformed(name + " is not an array of " + std::to_string(n));
  return json;
}

const std::string& string_of(const Json& json, const std::string& name) {
  if (!json.is_string()) malformed(name + " is not a string");
  return json.get_ref<const std::string&>();
}

}  // namespace solemn::format::internal
