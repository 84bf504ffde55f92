#pragma once
// Strict reading of small JSON files: bounded size and depth, no repeated or unknown field; errors name the field.
// Private to this folder.
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace solemn::sharing {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxJsonBytes = 256 << 10;

/// Throws Error{malformed}, as all of these do.
Json parse_object(std::string_view text);
void require_fields(const Json& object, std::span<const std::string_view> required,
                    std::span<const std::string_view> optional);
std::uint64_t number_of(const Json& object, const char* field, std::uint64_t low, std::uint64_t high);
bool flag_of(const Json& object, const char* field);
const std::string& string_of(const Json& object, const char* field);
/// Lower-case hexadecimal.
base::Bytes hex_of(const Json& object, const char* field, std::size_t min_bytes, std::size_t max_bytes);
base::Hash32 hash_from(const Json& text, const char* field);
const Json& list_of(const Json& object, const char* field, std::size_t least, std::size_t most);
[[noreturn]] void malformed_field(const char* field, std::string_view what);

}  // namespace solemn::sharing
