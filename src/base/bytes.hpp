#pragma once
// Byte spans, little- and big-endian loads and stores, hex, checked sizes. The only place that reinterprets memory.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace solemn::base {

using Bytes = std::vector<std::byte>;
using ByteSpan = std::span<const std::byte>;
using MutableByteSpan = std::span<std::byte>;
using Hash64 = std::array<std::byte, 64>;
using Hash32 = std::array<std::byte, 32>;

std::uint32_t load_le32(ByteSpan in) noexcept;  // REQUIRES: in.size() >= 4 (asserted), the same for the others
std::uint64_t load_le64(ByteSpan in) noexcept;
std::uint32_t load_be32(ByteSpan in) noexcept;
std::uint64_t load_be64(ByteSpan in) noexcept;
void store_le32(MutableByteSpan out, std::uint32_t value) noexcept;
void store_le64(MutableByteSpan out, std::uint64_t value) noexcept;
void store_be32(MutableByteSpan out, std::uint32_t value) noexcept;
void store_be64(MutableByteSpan out, std::uint64_t value) noexcept;

/// The bytes of a text, and a text of the bytes.
ByteSpan as_bytes(std::string_view text) noexcept;
std::string_view as_text(ByteSpan bytes) noexcept;

/// Views of an array of trivially copyable elements as bytes. The memory layout of points is the file layout.
template <class T>
ByteSpan object_bytes(std::span<const T> items) noexcept {
  static_assert(std::is_trivially_copyable_v<T>);
  return std::as_bytes(items);
}
template <class T>
MutableByteSpan writable_object_bytes(std::span<T> items) noexcept {
  static_assert(std::is_trivially_copyable_v<T>);
  return std::as_writable_bytes(items);
}

/// Lower-case hex without prefix.
std::string to_hex(ByteSpan bytes);
/// Strict: even length, hex digits only (either case), no prefix; nullopt otherwise.
std::optional<Bytes> from_hex(std::string_view hex);
/// For people to compare: groups of 8 digits, 4 groups a line, each line begun with `indent`.
std::string grouped_hex(ByteSpan bytes, std::string_view indent = "    ");
/// `text` with control characters, non-UTF-8 bytes and bidirectional overrides shown as \xNN: safe for a terminal.
std::string printable(std::string_view text);
/// `text` as one word for a shell: name, 'two words', $'odd\x1bname' where it is not printable.
std::string shell_word(std::string_view text);

/// Sum or product; throws Error{malformed} when it does not fit in 64 bits.
std::uint64_t checked_add(std::uint64_t a, std::uint64_t b);
std::uint64_t checked_mul(std::uint64_t a, std::uint64_t b);

/// "1.5 GiB"
std::string human_bytes(std::uint64_t n_bytes);

}  // namespace solemn::base
