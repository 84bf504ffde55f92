#pragma once
// Fp6 = Fp2[v]/(v^3 - xi) over a curve C. Bodies in fp12.inc; only the pairing computes here.
#include "curve/fp2.hpp"

namespace solemn::curve {

template <class C>
struct Fp6 {
  using Base = typename C::Fq2;
  Base c0, c1, c2;  // c0 + c1 v + c2 v^2

  static constexpr Fp6 zero() noexcept { return {}; }
  static constexpr Fp6 one() noexcept { return {Base::one(), Base::zero(), Base::zero()}; }
  friend constexpr Fp6 operator+(const Fp6& a, const Fp6& b) noexcept {
    return {a.c0 + b.c0, a.c1 + b.c1, a.c2 + b.c2};
  }
  friend constexpr Fp6 operator-(const Fp6& a, const Fp6& b) noexcept {
    return {a.c0 - b.c0, a.c1 - b.c1, a.c2 - b.c2};
  }
  constexpr Fp6 operator-() const noexcept { return {-c0, -c1, -c2}; }
  friend Fp6 operator*(const Fp6& a, const Fp6& b) noexcept { return a.times(b); }
  friend constexpr bool operator==(const Fp6&, const Fp6&) noexcept = default;  // not constant time

  Fp6 times(const Fp6& b) const noexcept;
  Fp6 times_base(const Base& b) const noexcept { return {c0 * b, c1 * b, c2 * b}; }
  Fp6 times_01(const Base& b0, const Base& b1) const noexcept;  // by b0 + b1 v
  Fp6 times_1(const Base& b1) const noexcept;                   // by b1 v
  Fp6 times_v() const noexcept;
  Fp6 square() const noexcept;
  /// Inverse; of zero: zero.
  Fp6 inverse() const noexcept;
};

}  // namespace solemn::curve
