#pragma once
// The JSON of this folder, over base/json_input.hpp.
#include <optional>
#include <string>
#include <string_view>

#include "base/json_input.hpp"

namespace solemn::release {

using base::Json;

constexpr std::size_t kMaxJsonBytes = 1 << 20;

/// One object. Throws Error{malformed}, with `what` before the message.
Json parse_object(base::ByteSpan text, std::string_view what);

/// A field of 64 lower-case hex digits. Throws Error{malformed}.
std::string digest_field(const Json& object, const char* name);
bool is_digest(std::string_view text) noexcept;

/// "2026-11-26T01:02:03Z" and back; nullopt for any other form or an impossible date (base/time.hpp).
std::string utc_text(std::uint64_t unix_seconds);
std::optional<std::uint64_t> parse_utc(std::string_view text);

}  // namespace solemn::release
