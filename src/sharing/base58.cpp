#include "sharing/base58.hpp"

#include <algorithm>

#include "base/ct.hpp"
#include "hash/sha256.hpp"

namespace solemn::sharing {

using base::ByteSpan;
using sign::SecretText;

namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t kChecksum = 4;

base::Secret<base::Hash32> checksum_of(ByteSpan bytes) {
  base::Secret<base::Hash32> out;
  out.expose() = hash::sha256(bytes);
  out.expose() = hash::sha256(out.expose());
  base::wipe_stack();
  return out;
}

/// number = number * base + digit, big-endian digits below `radix`; false when it no longer fits.
bool multiply_add(std::span<std::byte> number, unsigned radix, unsigned factor, unsigned digit) noexcept {
  unsigned carry = digit;
  for (std::size_t i = number.size(); i-- > 0;) {
    carry += static_cast<unsigned>(number[i]) * factor;
    // radix is 58 or 256 at each call site, where the compiler makes a multiplication of the division
    const unsigned quotient = radix == 58 ? carry / 58 : carry / 256;
    number[i] = static_cast<std::byte>(carry - quotient * radix);
    carry = quotient;
  }
  return ct::declassify(ct::is_zero(carry));
}

std::uint64_t digit_of(std::byte c) noexcept {
  std::uint64_t digit = kAlphabet.size();
  for (std::uint64_t i = 0; i < kAlphabet.size(); ++i)
    digit = ct::select(ct::equal(static_cast<std::uint64_t>(c), static_cast<unsigned char>(kAlphabet[i])), i, digit);
  return digit;
}

std::byte character_of(std::byte digit) noexcept {
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i < kAlphabet.size(); ++i)
    found =
        ct::select(ct::equal(static_cast<std::uint64_t>(digit), i), static_cast<unsigned char>(kAlphabet[i]), found);
  return static_cast<std::byte>(found);
}

}  // namespace

SecretText base58check(ByteSpan bytes) {
  SecretText whole(bytes.size() + kChecksum);
  std::ranges::copy(bytes, whole.expose().begin());
  std::copy_n(checksum_of(bytes).expose().begin(), kChecksum,
              whole.expose().begin() + static_cast<std::ptrdiff_t>(bytes.size()));
  SecretText digits(whole.size() * 138 / 100 + 1);  // log 256 / log 58 < 1.38
  for (const std::byte byte : whole.expose()) (void)multiply_add(digits.expose(), 58, 256, static_cast<unsigned>(byte));
  std::size_t leading = 0;
  while (ct::declassify(ct::is_zero(static_cast<std::uint64_t>(digits.expose()[leading])))) ++leading;
  SecretText text(digits.size() - leading);
  std::ranges::transform(digits.expose().subspan(leading), text.expose().begin(), character_of);
  return text;
}

std::optional<SecretText> from_base58check(ByteSpan text, std::size_t n_bytes) {
  SecretText whole(n_bytes + kChecksum);
  for (const std::byte c : text) {
    const std::uint64_t digit = digit_of(c);
    if (ct::declassify(ct::equal(digit, kAlphabet.size())) ||
        !multiply_add(whole.expose(), 256, 58, static_cast<unsigned>(digit)))
      return std::nullopt;
  }
  const ByteSpan bytes = whole.expose().first(n_bytes);
  const auto sum = checksum_of(bytes);
  std::uint64_t difference = 0;
  for (std::size_t i = 0; i < kChecksum; ++i)
    difference |= static_cast<std::uint64_t>(sum.expose()[i] ^ whole.expose()[n_bytes + i]);
  if (!ct::declassify(ct::is_zero(difference))) return std::nullopt;
  return sign::secret_copy(bytes);
}

}  // namespace solemn::sharing
