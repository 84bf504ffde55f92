#pragma once
// UTF-8, strict (no surrogates, no overlong forms). Private to this folder.
#include <cstdint>
#include <optional>
#include <string_view>

namespace solemn::sign {

/// Cuts one code point off the front; nullopt when it is not UTF-8. REQUIRES: not empty.
std::optional<std::uint32_t> take_code_point(std::string_view& text) noexcept;
/// UTF-8 without control characters (C0, delete, C1) but those in `allowed`.
bool is_clean_text(std::string_view text, std::string_view allowed = {}) noexcept;
/// Unicode's White_Space.
bool is_unicode_space(std::uint32_t code_point) noexcept;

}  // namespace solemn::sign
