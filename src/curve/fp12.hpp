#pragma once
// Fp12 = Fp6[w]/(w^2 - v), the target of the pairing. Bodies in fp12.inc (instantiated with the pairing).
#include <cstdint>

#include "curve/fp6.hpp"

namespace solemn::curve {

template <class C>
struct Fp12 {
  using Half = Fp6<C>;
  using Base = typename C::Fq2;
  Half c0, c1;  // c0 + c1 w

  static constexpr Fp12 zero() noexcept { return {}; }
  static constexpr Fp12 one() noexcept { return {Half::one(), Half::zero()}; }
  friend Fp12 operator*(const Fp12& a, const Fp12& b) noexcept { return a.times(b); }
  Fp12& operator*=(const Fp12& b) noexcept { return *this = times(b); }
  friend constexpr bool operator==(const Fp12&, const Fp12&) noexcept = default;  // not constant time

  Fp12 times(const Fp12& b) const noexcept;
  Fp12 square() const noexcept;
  /// Inverse; of zero: zero.
  Fp12 inverse() const noexcept;
  /// x^(q^6); the inverse on the cyclotomic subgroup.
  constexpr Fp12 conjugate() const noexcept { return {c0, -c1}; }
  /// x^q and x^(q^2).
  Fp12 frobenius() const noexcept;
  Fp12 frobenius2() const noexcept;
  /// Granger, Scott, eprint 2009/565. Domain: x^(q^4 - q^2 + 1) = 1, as after the easy part of the final
  /// exponentiation.
  Fp12 cyclotomic_square() const noexcept;
  /// x^|z|, same domain.
  Fp12 cyclotomic_power_z() const noexcept;
  /// By the sparse lines of the Miller loop: a + b w + c v w (divisive twist), a + b v + c v w (multiplicative twist).
  Fp12 times_034(const Base& a, const Base& b, const Base& c) const noexcept;
  Fp12 times_014(const Base& a, const Base& b, const Base& c) const noexcept;
  /// By a line scaled to 1 + b w + c v w (divisive twist), c + b v + v w (multiplicative twist).
  Fp12 times_line(const Base& b, const Base& c) const noexcept;
};

}  // namespace solemn::curve
