#pragma once
// Curves so small that every pair of points can be tried: y^2 = x^3 + b over the prime field of 103 elements, one of
// prime order and one of order 7 * 13. Tags like curve::G1, so the templates of curve/ and msm/ take them; the group
// law here is the textbook's, on plain integers, and shares nothing with what it checks.
#include <array>
#include <cstdint>
#include <vector>

#include "curve/group.hpp"

namespace solemn::toy {

struct Prime103 {
  static constexpr std::string_view kName = "toy.Fq";
  static constexpr std::array<std::uint64_t, 1> kModulus = {103};
};
struct Prime97 {
  static constexpr std::string_view kName = "toy.Fr97";
  static constexpr std::array<std::uint64_t, 1> kModulus = {97};
};
struct Prime13 {
  static constexpr std::string_view kName = "toy.Fr13";
  static constexpr std::array<std::uint64_t, 1> kModulus = {13};
};

/// y^2 = x^3 + kB, kOrder points, a subgroup of prime order (the modulus of ScalarParams).
template <unsigned kBValue, unsigned kOrderValue, class ScalarParams, class Backend = field::Portable>
struct ToyGroup {
  using Field = field::Fp<Prime103, Backend>;
  using Scalar = field::Fp<ScalarParams, Backend>;
  using Affine = curve::Affine<Field>;
  using Jacobian = curve::Jacobian<Field>;
  template <class B>
  using With = ToyGroup<kBValue, kOrderValue, ScalarParams, B>;
  static constexpr int kIndex = 1;
  static constexpr std::size_t kBytes = 2 * Field::kBytes;
  static constexpr unsigned kB = kBValue;
  static constexpr unsigned kOrder = kOrderValue;
  static constexpr Field b() noexcept { return Field::from_u64(kB); }
};
using PrimeOrder = ToyGroup<5, 97, Prime97>;
using CompositeOrder = ToyGroup<6, 91, Prime13>;

/// A point on plain integers.
struct Point {
  unsigned x = 0, y = 0;
  bool infinity = true;
  friend bool operator==(const Point&, const Point&) = default;
};

inline unsigned inverse_mod(unsigned a, unsigned p) {
  for (unsigned i = 1; i < p; ++i) {
    if (a * i % p == 1) return i;
  }
  return 0;
}

/// Chord and tangent.
inline Point add(const Point& a, const Point& b) {
  constexpr unsigned p = 103;
  if (a.infinity) return b;
  if (b.infinity) return a;
  if (a.x == b.x && (a.y + b.y) % p == 0) return {};
  const unsigned slope = a == b ? 3 * a.x * a.x % p * inverse_mod(2 * a.y % p, p) % p
                                : (b.y + p - a.y) % p * inverse_mod((b.x + p - a.x) % p, p) % p;
  const unsigned x = (slope * slope + 2 * p - a.x - b.x) % p;
  return {x, (slope * (a.x + p - x) + p - a.y) % p, false};
}

inline Point multiply(unsigned k, const Point& a) {
  Point out;
  for (unsigned i = 0; i < k; ++i) out = add(out, a);
  return out;
}

template <class G>
typename G::Affine to_affine(const Point& a) {
  if (a.infinity) return G::Affine::infinity();
  return {G::Field::from_u64(a.x), G::Field::from_u64(a.y)};
}
template <class G>
Point from_affine(const typename G::Affine& a) {
  if (a.is_infinity_vartime()) return {};
  return {static_cast<unsigned>(a.x.to_canonical()[0]), static_cast<unsigned>(a.y.to_canonical()[0]), false};
}

/// Every point of the curve, infinity first.
template <class G>
std::vector<Point> all_points() {
  std::vector<Point> points(1);
  for (unsigned x = 0; x < 103; ++x) {
    for (unsigned y = 0; y < 103; ++y) {
      if (y * y % 103 == (x * x * x + G::kB) % 103) points.push_back({x, y, false});
    }
  }
  return points;
}

/// The points of the subgroup of prime order, infinity first.
template <class G>
std::vector<Point> subgroup_points() {
  constexpr auto order = static_cast<unsigned>(G::Scalar::Params::kModulus[0]);
  std::vector<Point> points;
  for (const Point& a : all_points<G>()) {
    if (multiply(order, a).infinity) points.push_back(a);
  }
  return points;
}

}  // namespace solemn::toy
