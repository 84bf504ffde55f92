#pragma once
// Little-endian multi-limb integers as std::array: the carry chains under fp.hpp, usable in constant expressions.
// Branch-free in the values except what ends in _vartime.
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/ct.hpp"

namespace solemn::field {

__extension__ typedef unsigned __int128 U128;

template <std::size_t N>
using LimbArray = std::array<std::uint64_t, N>;

/// a + b + carry; carry in and out are 0 or 1.
constexpr std::uint64_t add_carry(std::uint64_t a, std::uint64_t b, std::uint64_t& carry) noexcept {
  const U128 sum = static_cast<U128>(a) + b + carry;
  carry = static_cast<std::uint64_t>(sum >> 64);
  return static_cast<std::uint64_t>(sum);
}

/// a - b - borrow; borrow in and out are 0 or 1.
constexpr std::uint64_t sub_borrow(std::uint64_t a, std::uint64_t b, std::uint64_t& borrow) noexcept {
  const U128 difference = static_cast<U128>(a) - b - borrow;
  borrow = static_cast<std::uint64_t>(difference >> 127);
  return static_cast<std::uint64_t>(difference);
}

/// a * b + c + carry, the high half goes to carry. Never overflows.
constexpr std::uint64_t mul_add(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t& carry) noexcept {
  const U128 wide = static_cast<U128>(a) * b + c + carry;
  carry = static_cast<std::uint64_t>(wide >> 64);
  return static_cast<std::uint64_t>(wide);
}

/// out = a + b mod 2^(64 N), returns the carry. out may be a or b.
template <std::size_t N>
constexpr std::uint64_t add_limbs(LimbArray<N>& out, const LimbArray<N>& a, const LimbArray<N>& b) noexcept {
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < N; ++i) out[i] = add_carry(a[i], b[i], carry);
  return carry;
}

/// out = a - b mod 2^(64 N), returns the borrow. out may be a or b.
template <std::size_t N>
constexpr std::uint64_t sub_limbs(LimbArray<N>& out, const LimbArray<N>& a, const LimbArray<N>& b) noexcept {
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < N; ++i) out[i] = sub_borrow(a[i], b[i], borrow);
  return borrow;
}

/// choice ? a : b
template <std::size_t N>
constexpr LimbArray<N> select_limbs(ct::Choice choice, const LimbArray<N>& a, const LimbArray<N>& b) noexcept {
  LimbArray<N> out{};
  for (std::size_t i = 0; i < N; ++i) out[i] = ct::select(choice, a[i], b[i]);
  return out;
}

/// t mod p for t < 2p.
template <std::size_t N>
constexpr LimbArray<N> reduce_once(const LimbArray<N>& t, const LimbArray<N>& p) noexcept {
  LimbArray<N> reduced{};
  const std::uint64_t borrow = sub_limbs(reduced, t, p);
  return select_limbs(ct::Choice::from_bit(borrow), t, reduced);
}

/// a * b / 2^(64 N) mod p by CIOS without the extra carry limb. Domain: b < p, a any; p odd with its top bit free;
/// neg_inverse = -p^-1 mod 2^64. The running value stays below b + p < 2p < 2^(64 N).
template <std::size_t N>
[[gnu::always_inline]] inline constexpr LimbArray<N> montgomery_mul(const LimbArray<N>& a, const LimbArray<N>& b,
                                                                    const LimbArray<N>& p,
                                                                    std::uint64_t neg_inverse) noexcept {
  LimbArray<N> t{};
  for (std::size_t i = 0; i < N; ++i) {
    std::uint64_t high = 0;  // carry of t + a[i] * b
    t[0] = mul_add(a[i], b[0], t[0], high);
    const std::uint64_t m = t[0] * neg_inverse;
    std::uint64_t carry = 0;  // carry of m * p
    mul_add(m, p[0], t[0], carry);
    for (std::size_t j = 1; j < N; ++j) {
      const std::uint64_t low = mul_add(a[i], b[j], t[j], high);
      t[j - 1] = mul_add(m, p[j], low, carry);
    }
    t[N - 1] = high + carry;
  }
  return reduce_once(t, p);
}

/// a < b, constant time.
template <std::size_t N>
constexpr ct::Choice less_limbs(const LimbArray<N>& a, const LimbArray<N>& b) noexcept {
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < N; ++i) sub_borrow(a[i], b[i], borrow);
  return ct::Choice::from_bit(borrow);
}

template <std::size_t N>
constexpr ct::Choice limbs_are_zero(const LimbArray<N>& a) noexcept {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < N; ++i) bits |= a[i];
  return ct::is_zero(bits);
}

/// a >> 1 with the given bit (0 or 1) shifted in at the top.
template <std::size_t N>
constexpr LimbArray<N> shift_right_1(const LimbArray<N>& a, std::uint64_t top_bit = 0) noexcept {
  LimbArray<N> out{};
  for (std::size_t i = 0; i < N; ++i) out[i] = (a[i] >> 1) | ((i + 1 < N ? a[i + 1] : top_bit) << 63);
  return out;
}

/// Number of bits up to the highest one; public values only.
template <std::size_t N>
constexpr std::size_t bit_length_vartime(const LimbArray<N>& a) noexcept {
  for (std::size_t i = 64 * N; i-- > 0;) {
    if ((a[i / 64] >> (i % 64) & 1) != 0) return i + 1;
  }
  return 0;
}

}  // namespace solemn::field
