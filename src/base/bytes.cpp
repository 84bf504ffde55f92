#include "base/bytes.hpp"

#include <array>
#include <cstdio>
#include <cstring>

#include "base/error.hpp"

namespace solemn::base {

namespace {

template <class T>
T load_le(ByteSpan in) noexcept {
  ASSERT(in.size() >= sizeof(T));
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value | static_cast<T>(std::to_integer<T>(in[i]) << (8 * i)));
  }
  return value;
}

template <class T>
T load_be(ByteSpan in) noexcept {
  ASSERT(in.size() >= sizeof(T));
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>((value << 8) | std::to_integer<T>(in[i]));
  return value;
}

template <class T>
void store_le(MutableByteSpan out, T value) noexcept {
  ASSERT(out.size() >= sizeof(T));
  for (std::size_t i = 0; i < sizeof(T); ++i) out[i] = static_cast<std::byte>(value >> (8 * i));
}

template <class T>
void store_be(MutableByteSpan out, T value) noexcept {
  ASSERT(out.size() >= sizeof(T));
  for (std::size_t i = 0; i < sizeof(T); ++i) out[i] = static_cast<std::byte>(value >> (8 * (sizeof(T) - 1 - i)));
}

constexpr std::string_view kHexDigits = "0123456789abcdef";

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t length = 0;  // 0: not UTF-8
};

// Strict UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
CodePoint decode_utf8(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = at(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  std::uint32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return {};
    value = (value << 6) | (at(i) & 0x3F);
  }
  constexpr std::array<std::uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kLeast[length] || value > 0x10FFFF || surrogate) return {};
  return {value, length};
}

// Control characters (C0, DEL, C1), line separators, and everything that reorders or hides text.
bool is_deceptive(std::uint32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE007F);
}

}  // namespace

std::uint32_t load_le32(ByteSpan in) noexcept { return load_le<std::uint32_t>(in); }
std::uint64_t load_le64(ByteSpan in) noexcept { return load_le<std::uint64_t>(in); }
std::uint32_t load_be32(ByteSpan in) noexcept { return load_be<std::uint32_t>(in); }
std::uint64_t load_be64(ByteSpan in) noexcept { return load_be<std::uint64_t>(in); }
void store_le32(MutableByteSpan out, std::uint32_t value) noexcept { store_le(out, value); }
void store_le64(MutableByteSpan out, std::uint64_t value) noexcept { store_le(out, value); }
void store_be32(MutableByteSpan out, std::uint32_t value) noexcept { store_be(out, value); }
void store_be64(MutableByteSpan out, std::uint64_t value) noexcept { store_be(out, value); }

ByteSpan as_bytes(std::string_view text) noexcept { return std::as_bytes(std::span(text.data(), text.size())); }

std::string_view as_text(ByteSpan bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // char may alias anything
}

std::string to_hex(ByteSpan bytes) {
  std::string out;
  out.reserve(2 * bytes.size());
  for (const std::byte b : bytes) {
    out += kHexDigits[std::to_integer<std::size_t>(b >> 4)];
    out += kHexDigits[std::to_integer<std::size_t>(b & std::byte{15})];
  }
  return out;
}

std::optional<Bytes> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  Bytes out;
  out.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = hex_value(hex[i]);
    const int low = hex_value(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<std::byte>(high * 16 + low));
  }
  return out;
}

std::string grouped_hex(ByteSpan bytes, std::string_view indent) {
  const std::string hex = to_hex(bytes);
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 8) {
    if (i % 32 == 0) {
      if (i != 0) out += '\n';
      out += indent;
    } else {
      out += ' ';
    }
    out += hex.substr(i, 8);
  }
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint c = decode_utf8(text);
    const std::size_t length = c.length == 0 ? 1 : c.length;
    const std::string_view piece = text.substr(0, length);
    if (c.length != 0 && !is_deceptive(c.value)) {
      out += piece;
    } else {
      for (const char byte : piece) out += "\\x" + to_hex(as_bytes({&byte, 1}));
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";  // no shell gives these a meaning
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) return std::string(text);
  const bool odd = printable(text) != text;
  std::string word = odd ? "$'" : "'";
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (odd && (code < 0x20 || code > 0x7e)) {
      word += "\\x" + to_hex(as_bytes({&letter, 1}));
    } else if (letter == '\'') {
      word += odd ? "\\'" : "'\\''";
    } else if (odd && letter == '\\') {
      word += "\\\\";
    } else {
      word += letter;
    }
  }
  return word + "'";
}

std::uint64_t checked_add(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) throw Error(Code::malformed, "a size does not fit in 64 bits");
  return sum;
}

std::uint64_t checked_mul(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) throw Error(Code::malformed, "a size does not fit in 64 bits");
  return product;
}

std::string human_bytes(std::uint64_t n_bytes) {
  constexpr std::array<const char*, 7> kUnits = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (n_bytes < 1024) return std::to_string(n_bytes) + (n_bytes == 1 ? " byte" : " bytes");
  double value = static_cast<double>(n_bytes);
  std::size_t unit = 0;
  while (value >= 1023.95 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %s", value, kUnits[unit]);
  return text.data();
}

}  // namespace solemn::base
