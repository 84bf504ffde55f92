#pragma once
// Strict reading of the JSON of this folder: bounded size and depth, no field twice; every error names the field.
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace solemn::release {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxJsonBytes = 1 << 20;

/// One object. Throws Error{malformed}: too large, not JSON, nested deeper than 16, a field twice, no object.
Json parse_object(base::ByteSpan text, std::string_view what);

/// The value of a field; they throw Error{malformed} when it is missing or of another type.
const Json& field(const Json& object, const char* name);
std::string text_field(const Json& object, const char* name);
/// A whole number, 0 <= value <= limit.
std::uint64_t number_field(const Json& object, const char* name, std::uint64_t limit);
/// 64 lower-case hex digits.
std::string digest_field(const Json& object, const char* name);
bool is_digest(std::string_view text) noexcept;

/// "2026-11-26T01:02:03Z" and back; nullopt for any other form or an impossible date (base/time.hpp).
std::string utc_text(std::uint64_t unix_seconds);
std::optional<std::uint64_t> parse_utc(std::string_view text);

}  // namespace solemn::release
