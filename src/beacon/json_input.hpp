#pragma once
// Strict reading of small JSON objects: bounded size and depth, no repeated or unknown fields; every error names the
// field. Not for other folders.
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace solemn::beacon::internal {

using Json = nlohmann::json;

/// No beacon, chain information or announcement is larger; a relay's answer is cut off there.
constexpr std::size_t kMaxTextBytes = 16384;

[[noreturn]] void malformed(const std::string& what);

/// Throws Error{malformed}, as all of these do.
Json parse_object(std::string_view text);
/// Nothing that is in neither list, and all of `required`.
void require_fields(const Json& object, std::span<const std::string_view> required,
                    std::span<const std::string_view> optional);
std::uint64_t number_of(const Json& object, const char* field, std::uint64_t low, std::uint64_t high);
const std::string& string_of(const Json& object, const char* field);
/// Hexadecimal, min to max bytes.
base::Bytes hex_of(const Json& object, const char* field, std::size_t min_bytes, std::size_t max_bytes);
base::Hash32 hash_of(const Json& object, const char* field);

}  // namespace solemn::beacon::internal
