#include "release/json.hpp"

#include "base/error.hpp"
#include "base/time.hpp"

namespace solemn::release {

Json parse_object(base::ByteSpan text, std::string_view what) {
  constexpr base::JsonLimits kLimits{kMaxJsonBytes, 16, 1024};  // statements of others have long predicates
  try {
    return base::parse_object(base::as_text(text), kLimits);
  } catch (const base::Error& error) { throw error.with_context(what); }
}

bool is_digest(std::string_view text) noexcept {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string digest_field(const Json& object, const char* name) { return base::to_hex(base::hash_of(object, name)); }

std::string utc_text(std::uint64_t unix_seconds) { return base::utc(static_cast<std::int64_t>(unix_seconds)); }

std::optional<std::uint64_t> parse_utc(std::string_view text) {
  const auto time = base::parse_utc(text);
  return time ? std::optional(static_cast<std::uint64_t>(*time)) : std::nullopt;
}

}  // namespace solemn::release
