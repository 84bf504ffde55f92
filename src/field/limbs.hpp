#pragma once
// Little-endian multi-limb integers as std::array: the carry chains under fp.hpp, usable in constant expressions.
// Branch-free in the values except what ends in _vartime.
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/ct.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace solemn::field {

__extension__ typedef unsigned __int128 U128;

template <std::size_t N>
using LimbArray = std::array<std::uint64_t, N>;

/// a + b + carry; carry in and out are 0 or 1. At run time by the intrinsic where there is one: g++ 12 turns 128-bit
/// sums into three times as many instructions.
constexpr std::uint64_t add_carry(std::uint64_t a, std::uint64_t b, std::uint64_t& carry) noexcept {
#if defined(__x86_64__)
  if (!std::is_constant_evaluated()) {
    unsigned long long sum = 0;
    carry = _addcarry_u64(static_cast<unsigned char>(carry), a, b, &sum);
    return sum;
  }
#endif
  const U128 sum = static_cast<U128>(a) + b + carry;
  carry = static_cast<std::uint64_t>(sum >> 64);
  return static_cast<std::uint64_t>(sum);
}

/// a - b - borrow; borrow in and out are 0 or 1.
constexpr std::uint64_t sub_borrow(std::uint64_t a, std::uint64_t b, std::uint64_t& borrow) noexcept {
#if defined(__x86_64__)
  if (!std::is_constant_evaluated()) {
    unsigned long long difference = 0;
    borrow = _subborrow_u64(static_cast<unsigned char>(borrow), a, b, &difference);
    return difference;
  }
#endif
  const U128 difference = static_cast<U128>(a) - b - borrow;
  borrow = static_cast<std::uint64_t>(difference >> 127);
  return static_cast<std::uint64_t>(difference);
}

/// out = a + b mod 2^(64 N), returns the carry. out may be a or b.
template <std::size_t N>
constexpr std::uint64_t add_limbs(LimbArray<N>& out, const LimbArray<N>& a, const LimbArray<N>& b) noexcept {
  std::uint64_t carry = 0;
#pragma GCC unroll 8
  for (std::size_t i = 0; i < N; ++i) out[i] = add_carry(a[i], b[i], carry);
  return carry;
}

/// out = a - b mod 2^(64 N), returns the borrow. out may be a or b.
template <std::size_t N>
constexpr std::uint64_t sub_limbs(LimbArray<N>& out, const LimbArray<N>& a, const LimbArray<N>& b) noexcept {
  std::uint64_t borrow = 0;
#pragma GCC unroll 8
  for (std::size_t i = 0; i < N; ++i) out[i] = sub_borrow(a[i], b[i], borrow);
  return borrow;
}

/// choice ? a : b
template <std::size_t N>
constexpr LimbArray<N> select_limbs(ct::Choice choice, const LimbArray<N>& a, const LimbArray<N>& b) noexcept {
  LimbArray<N> out{};
#pragma GCC unroll 8
  for (std::size_t i = 0; i < N; ++i) out[i] = ct::select(choice, a[i], b[i]);
  return out;
}

/// out = t mod p for t < 2p. out may be t.
template <std::size_t N>
constexpr void reduce_once(LimbArray<N>& out, const LimbArray<N>& t, const LimbArray<N>& p) noexcept {
  LimbArray<N> reduced{};
  const ct::Choice keep = ct::Choice::from_bit(sub_limbs(reduced, t, p));
#pragma GCC unroll 8
  for (std::size_t i = 0; i < N; ++i) out[i] = ct::select(keep, t[i], reduced[i]);
}

/// out = a * b / 2^(64 N) mod p by CIOS without the extra carry limb. Domain: b < p, a any; p odd with its top bit
/// free; neg_inverse = -p^-1 mod 2^64. The running value stays below b + p < 2p < 2^(64 N). Unrolled, on raw arrays:
/// g++ 12 takes 67 instead of 96 ns for six limbs (Zen 3, 2026-11).
template <std::size_t N>
[[gnu::always_inline]] inline constexpr void montgomery_mul(LimbArray<N>& out, const LimbArray<N>& a,
                                                            const LimbArray<N>& b, const LimbArray<N>& p,
                                                            std::uint64_t neg_inverse) noexcept {
  std::uint64_t t[N]{};
  const std::uint64_t *pa = a.data(), *pb = b.data(), *pp = p.data();
#pragma GCC unroll 8
  for (std::size_t i = 0; i < N; ++i) {
    U128 x = static_cast<U128>(pa[i]) * pb[0] + t[0];  // one limb of t + a[i] * b
    const std::uint64_t m = static_cast<std::uint64_t>(x) * neg_inverse;
    U128 y = static_cast<U128>(m) * pp[0] + static_cast<std::uint64_t>(x);  // one limb of that + m * p
#pragma GCC unroll 8
    for (std::size_t j = 1; j < N; ++j) {
      x = static_cast<U128>(pa[i]) * pb[j] + t[j] + static_cast<std::uint64_t>(x >> 64);
      y = static_cast<U128>(m) * pp[j] + static_cast<std::uint64_t>(x) + static_cast<std::uint64_t>(y >> 64);
      t[j - 1] = static_cast<std::uint64_t>(y);
    }
    t[N - 1] = static_cast<std::uint64_t>(x >> 64) + static_cast<std::uint64_t>(y >> 64);
  }
  LimbArray<N> unreduced{};
#pragma GCC unroll 8
  for (std::size_t i = 0; i < N; ++i) unreduced[i] = t[i];
  reduce_once(out, unreduced, p);
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
