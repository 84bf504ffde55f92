#pragma once
// Members of what people recorded, for messages and comparisons: hostile records give an empty text, never an
// exception.
#include <string>

#include "transcript/canonical_json.hpp"

namespace solemn::keys {

/// Empty when `object` is none, has no such member, or it is no text.
inline std::string text_or_empty(const transcript::Json& object, const std::string& member) {
  if (!object.is_object()) return {};
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}
/// A member that is true, and nothing else.
inline bool is_true(const transcript::Json& object, const std::string& member) {
  if (!object.is_object()) return false;
  const auto found = object.find(member);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

}  // namespace solemn::keys
