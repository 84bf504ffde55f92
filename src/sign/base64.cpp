#include "sign/base64.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace solemn::sign {
namespace {

/// All ones when low <= c <= high.
constexpr std::uint32_t in_range(std::uint32_t c, char low, char high) noexcept {
  const std::uint32_t below = (c - static_cast<std::uint32_t>(low)) >> 8;
  const std::uint32_t above = (static_cast<std::uint32_t>(high) - c) >> 8;
  return ~(0U - ((below | above) & 1U));
}

/// 0..63, or 64 and more for what is no digit. Without a table: the digits may be secret.
constexpr std::uint32_t digit_value(char digit, Alphabet alphabet) noexcept {
  const auto c = static_cast<std::uint32_t>(static_cast<unsigned char>(digit));
  const char plus = alphabet == Alphabet::url ? '-' : '+', slash = alphabet == Alphabet::url ? '_' : '/';
  const std::uint32_t upper = in_range(c, 'A', 'Z'), lower = in_range(c, 'a', 'z'), number = in_range(c, '0', '9'),
                      p = in_range(c, plus, plus), s = in_range(c, slash, slash);
  const std::uint32_t value =
      (upper & (c - 'A')) | (lower & (c - 'a' + 26)) | (number & (c - '0' + 52)) | (p & 62U) | (s & 63U);
  return value | (~(upper | lower | number | p | s) & 64U);
}

/// The digit of a value below 64, by arithmetic.
constexpr std::uint32_t digit_of(std::uint32_t value) noexcept {
  const std::uint32_t c = value + 'A';                    // 0..25: A-Z
  const std::uint32_t lower = ((25 - value) >> 8) & 6;    // 26 and more: a-z
  const std::uint32_t number = ((51 - value) >> 8) & 75;  // 52 and more: 0-9
  const std::uint32_t plus = ((61 - value) >> 8) & 15;    // 62: +
  const std::uint32_t slash = ((62 - value) >> 8) & 3;    // 63: /
  return c + lower - number - plus + slash;
}

/// The digits of `text` without its padding; nullopt when the padding is wrong.
std::optional<std::string_view> without_padding(std::string_view text, Padding padding) noexcept {
  if (padding == Padding::forbidden) return text;
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t n_pads = 0;
  while (n_pads < 2 && n_pads < text.size() && text[text.size() - 1 - n_pads] == '=') ++n_pads;
  return text.substr(0, text.size() - n_pads);
}

/// Decodes digits without padding; false for a stray character, a lone digit or unused bits that are not zero.
bool decode(base::MutableByteSpan out, std::string_view digits, Alphabet alphabet) noexcept {
  if (digits.size() % 4 == 1 || out.size() != digits.size() * 3 / 4) return false;
  std::uint32_t bits = 0, bad = 0;
  unsigned n_bits = 0;
  std::size_t at = 0;
  for (const char digit : digits) {
    const std::uint32_t value = digit_value(digit, alphabet);
    bad |= value & 64U;
    bits = (bits << 6) | (value & 63U);
    n_bits += 6;
    if (n_bits >= 8) {
      n_bits -= 8;
      out[at++] = static_cast<std::byte>(bits >> n_bits);
    }
  }
  return bad == 0 && (bits & ((1U << n_bits) - 1)) == 0;
}

}  // namespace

void encode_base64_into(base::MutableByteSpan out, base::ByteSpan bytes) noexcept {
  ASSERT(out.size() == (bytes.size() + 2) / 3 * 4);
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) bits = (bits << 8) | (k < n ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0);
    for (std::size_t k = 0; k < 4; ++k)
      out[at++] = k <= n ? static_cast<std::byte>(digit_of((bits >> (18 - 6 * k)) & 63)) : std::byte{'='};
  }
}

std::string to_base64(base::ByteSpan bytes, Padding padding) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  encode_base64_into(base::writable_object_bytes(std::span(text)), bytes);
  while (padding == Padding::forbidden && text.ends_with('=')) text.pop_back();
  return text;
}

std::optional<base::Bytes> from_base64(std::string_view text, Alphabet alphabet, Padding padding) {
  const auto digits = without_padding(text, padding);
  if (!digits || digits->size() % 4 == 1) return std::nullopt;
  base::Bytes out(digits->size() * 3 / 4);
  if (!decode(out, *digits, alphabet)) return std::nullopt;
  return out;
}

bool decode_base64_into(base::MutableByteSpan out, std::string_view text) noexcept {
  const auto digits = without_padding(text, Padding::required);
  return digits && decode(out, *digits, Alphabet::standard);
}

std::string wrapped_base64(base::ByteSpan bytes, std::size_t width) {
  const std::string digits = to_base64(bytes);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); i += width) text += digits.substr(i, width) + "\n";
  return text;
}

}  // namespace solemn::sign
