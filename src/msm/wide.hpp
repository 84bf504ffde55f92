#pragma once
// Two's complement integers of N limbs for constants known when compiling.
#include <array>
#include <cstddef>
#include <cstdint>

#include "field/limbs.hpp"

namespace solemn::msm {

/// a * b + c + carry, the high half goes to carry.
constexpr std::uint64_t multiply_add(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t& carry) noexcept {
  const field::U128 sum = static_cast<field::U128>(a) * b + c + carry;
  carry = static_cast<std::uint64_t>(sum >> 64);
  return static_cast<std::uint64_t>(sum);
}

template <std::size_t N>
struct Wide {
  std::array<std::uint64_t, N> limbs{};

  static constexpr Wide from(std::uint64_t value) noexcept {
    Wide out;
    out.limbs[0] = value;
    return out;
  }
  constexpr bool is_negative() const noexcept { return limbs[N - 1] >> 63 != 0; }
  friend constexpr bool operator==(const Wide&, const Wide&) noexcept = default;
  friend constexpr Wide operator+(const Wide& a, const Wide& b) noexcept {
    Wide out;
    field::add_limbs(out.limbs, a.limbs, b.limbs);
    return out;
  }
  friend constexpr Wide operator-(const Wide& a, const Wide& b) noexcept {
    Wide out;
    field::sub_limbs(out.limbs, a.limbs, b.limbs);
    return out;
  }
  constexpr Wide operator-() const noexcept { return Wide() - *this; }
  constexpr Wide absolute() const noexcept { return is_negative() ? -*this : *this; }
  /// Modulo 2^(64 N).
  friend constexpr Wide operator*(const Wide& a, const Wide& b) noexcept {
    Wide out;
    for (std::size_t i = 0; i < N; ++i) {
      std::uint64_t carry = 0;
      for (std::size_t j = 0; i + j < N; ++j) {
        out.limbs[i + j] = multiply_add(a.limbs[i], b.limbs[j], out.limbs[i + j], carry);
      }
    }
    return out;
  }
  constexpr Wide shifted_left(unsigned bits) const noexcept {
    Wide out;
    for (std::size_t i = bits / 64; i < N; ++i) {
      out.limbs[i] = limbs[i - bits / 64] << (bits % 64);
      if (bits % 64 != 0 && i > bits / 64) out.limbs[i] |= limbs[i - bits / 64 - 1] >> (64 - bits % 64);
    }
    return out;
  }
};

/// floor(a / b) for a >= 0, b > 0, by long division.
template <std::size_t N>
constexpr Wide<N> divide(const Wide<N>& a, const Wide<N>& b) noexcept {
  Wide<N> quotient, rest;
  for (unsigned i = 64 * N; i-- > 0;) {
    rest = rest.shifted_left(1);
    rest.limbs[0] |= a.limbs[i / 64] >> (i % 64) & 1;
    if (!(rest - b).is_negative()) {
      rest = rest - b;
      quotient.limbs[i / 64] |= std::uint64_t{1} << (i % 64);
    }
  }
  return quotient;
}

}  // namespace solemn::msm
