#include "sign/utf8.hpp"

#include <algorithm>

namespace solemn::sign {

std::optional<std::uint32_t> take_code_point(std::string_view& text) noexcept {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t n =
      first < 0x80 ? 1 : (first < 0xc2 ? 0 : (first < 0xe0 ? 2 : (first < 0xf0 ? 3 : (first < 0xf5 ? 4 : 0))));
  if (n == 0 || text.size() < n) return std::nullopt;
  std::uint32_t code = n == 1 ? first : first & (0x7fU >> n);
  for (std::size_t i = 1; i < n; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return std::nullopt;
    code = (code << 6) | (next & 0x3fU);
  }
  const bool overlong = (n == 3 && code < 0x800) || (n == 4 && code < 0x10000);
  if (overlong || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff) return std::nullopt;
  text.remove_prefix(n);
  return code;
}

bool is_clean_text(std::string_view text, std::string_view allowed) noexcept {
  while (!text.empty()) {
    const char first = text[0];
    const auto code = take_code_point(text);
    if (!code) return false;
    const bool control = *code < 0x20 || (*code >= 0x7f && *code < 0xa0);
    if (control && (*code > 0x7f || allowed.find(first) == std::string_view::npos)) return false;
  }
  return true;
}

bool is_unicode_space(std::uint32_t code_point) noexcept {
  return (code_point >= 0x09 && code_point <= 0x0d) || code_point == 0x20 || code_point == 0x85 || code_point == 0xa0 ||
         code_point == 0x1680 || (code_point >= 0x2000 && code_point <= 0x200a) || code_point == 0x2028 ||
         code_point == 0x2029 || code_point == 0x202f || code_point == 0x205f || code_point == 0x3000;
}

}  // namespace solemn::sign
