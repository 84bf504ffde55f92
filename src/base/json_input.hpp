#pragma once
// Strict reading of JSON, for readers of hostile bytes: bounded in size, depth, fields and values, no field twice, none
// unknown where the reader asks for that. Every error names what is wrong, and where.
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace solemn::base {

/// Members in the order of the text. They are searched one after the other, which JsonLimits::fields keeps short.
using Json = nlohmann::ordered_json;

struct JsonLimits {
  std::size_t bytes;
  int depth;
  std::size_t fields = 256;                   // of one object
  std::size_t values = std::size_t{1} << 21;  // of the whole text, with names and brackets
};

/// For a reader of two forms: whether this is the text of an object, and not the binary one, whose first byte may be a
/// brace as any other. Such text has no zero byte (RFC 8259 section 7); the binary form must always have one.
bool looks_like_json(ByteSpan bytes) noexcept;

/// Throws Error{malformed}, as all of these do. AnyJson: Json, or nlohmann::json, whose members are sorted.
template <class AnyJson = Json>
AnyJson parse_json(std::string_view text, const JsonLimits& limits);
/// The same, and it is an object.
Json parse_object(std::string_view text, const JsonLimits& limits);
/// An object with all of `required`, and nothing that is in neither list.
void require_fields(const Json& object, std::span<const std::string_view> required,
                    std::span<const std::string_view> optional);

/// The value of a field. These throw when it is missing or of another type.
const Json& field(const Json& object, const char* name);
/// low <= value <= high
std::uint64_t number_of(const Json& object, const char* name, std::uint64_t low, std::uint64_t high);
bool flag_of(const Json& object, const char* name);
const std::string& string_of(const Json& object, const char* name);
const Json& list_of(const Json& object, const char* name, std::size_t least, std::size_t most);
/// Lower-case hexadecimal of so many bytes.
Bytes hex_of(const Json& object, const char* name, std::size_t min_bytes, std::size_t max_bytes);
Hash32 hash_of(const Json& object, const char* name);
/// The same of a value that is no field, such as one of a list; `name` is for the error.
Hash32 hash_from(const Json& text, const char* name);

/// "the field 'threshold' is not a whole number"
[[noreturn]] void malformed_field(const char* name, std::string_view what);

}  // namespace solemn::base
