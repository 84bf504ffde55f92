#pragma once
// Homogeneous projective points (X/Z, Y/Z) with the complete addition law of y^2 = x^3 + b: one sequence of operations
// for every pair of points, equal, opposite and infinity included, so it needs neither branches nor care. Source:
// Renes, Costello, Batina, eprint 2015/1060, algorithm 7. Domain: curves without a point of order two.
#include "curve/group.hpp"

namespace solemn::curve {

template <class F>
struct Projective {
  F x, y, z;
  static constexpr Projective infinity() noexcept { return {F::zero(), F::one(), F::zero()}; }
  static constexpr Projective from(const Affine<F>& p) noexcept {
    const ct::Choice at_infinity = p.is_infinity();
    return {p.x, F::select(at_infinity, F::one(), p.y), F::select(at_infinity, F::zero(), F::one())};
  }
  /// (X Z : Y Z^2 : Z)
  constexpr Jacobian<F> to_jacobian() const noexcept { return {x * z, y * z.square(), z}; }
  static constexpr Projective select(ct::Choice choice, const Projective& a, const Projective& b) noexcept {
    return {F::select(choice, a.x, b.x), F::select(choice, a.y, b.y), F::select(choice, a.z, b.z)};
  }
};

/// a + b, constant time; b3 = 3 b of the curve.
template <class F>
constexpr Projective<F> add(const Projective<F>& a, const Projective<F>& b, const F& b3) noexcept {
  const F xx = a.x * b.x;
  const F yy = a.y * b.y;
  const F zz3 = b3 * (a.z * b.z);
  const F xy = (a.x + a.y) * (b.x + b.y) - xx - yy;  // X1 Y2 + X2 Y1
  const F yz = a.y * b.z + b.y * a.z;                // Y1 Z2 + Y2 Z1
  const F xz3 = b3 * (a.x * b.z + b.x * a.z);        // 3b (X1 Z2 + X2 Z1)
  const F xx3 = xx.dbl() + xx;                       // 3 X1 X2
  const F sum = yy + zz3;
  const F difference = yy - zz3;
  return {xy * difference - yz * xz3, xx3 * xz3 + difference * sum, yz * sum + xx3 * xy};
}

/// 2 a, likewise, for a little more than half the work: algorithm 9.
template <class F>
constexpr Projective<F> twice(const Projective<F>& a, const F& b3) noexcept {
  const F yy = a.y.square();
  const F zz3 = b3 * a.z.square();
  const F difference = yy - (zz3.dbl() + zz3);
  const F yy8 = yy.dbl().dbl().dbl();
  return {(difference * (a.x * a.y)).dbl(), difference * (yy + zz3) + yy8 * zz3, yy8 * (a.y * a.z)};
}

}  // namespace solemn::curve
