#pragma once
// The one spelling of a JSON value: a subset of RFC 8785 (JCS). No whitespace; members sorted by name; strings in UTF-8
// with the shortest escapes (\b \f \n \r \t \" \\, \u00xx in lower case for other control characters, nothing else
// escaped); numbers are integers within +-(2^53 - 1). Names of members are 1 to 64 characters of printable ASCII
// without quote and backslash, so that the order of bytes is the order of RFC 8785.
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace solemn::transcript {

using Json = nlohmann::json;  // members sorted by name

inline constexpr int kMaxJsonDepth = 12;
inline constexpr std::size_t kMaxJsonBytes = std::size_t{1} << 20;

/// Reads JSON in any spelling. Throws Error{malformed}: longer than kMaxJsonBytes, deeper than kMaxJsonDepth, a member
/// twice, a number or a name outside the subset, invalid UTF-8.
Json parse_json(std::string_view text);
/// The same, and the text must be the canonical spelling, byte for byte.
Json parse_canonical(std::string_view text);
/// REQUIRES: a value that parse_json() can give.
std::string canonical(const Json& value);

/// Strict access, each throws Error{malformed} naming the field. `object_of` also refuses members in neither list.
const Json& object_of(const Json& json, const std::string& what, std::initializer_list<std::string_view> required,
                      std::initializer_list<std::string_view> optional = {});
const std::string& string_of(const Json& json, const std::string& what);
/// 1 to `longest` characters (bytes), without control characters.
const std::string& name_of(const Json& json, const std::string& what, std::size_t longest = 200);
std::uint64_t number_of(const Json& json, const std::string& what);
const Json& array_of(const Json& json, const std::string& what, std::size_t longest);

}  // namespace solemn::transcript
