#pragma once
// G1 and G2 as tags: G::Field, G::Scalar, G::Affine, G::Jacobian, constants. Bulk functions are templates over the tag,
// so nothing is written twice. An affine point at infinity is (0, 0): all-zero memory, as in ptau and zkey files;
// neither curve contains (0, 0).
//
// Bodies of what is not constexpr: jacobian.inc and group.inc, instantiated for the portable backend in group.cpp. Only
// kernels (and curves of tests) include the .inc files.
#include <cstdint>
#include <span>
#include <string_view>

#include "base/ct.hpp"
#include "curve/curves.hpp"

namespace solemn::curve {

template <class F>
struct Affine {
  F x, y;
  static constexpr Affine infinity() noexcept { return {}; }
  constexpr bool is_infinity_vartime() const noexcept { return x.is_zero_vartime() && y.is_zero_vartime(); }
  constexpr ct::Choice is_infinity() const noexcept { return x.is_zero() & y.is_zero(); }
  constexpr Affine operator-() const noexcept { return {x, -y}; }
  friend constexpr bool operator==(const Affine&, const Affine&) noexcept = default;  // not constant time
};

/// (X/Z^2, Y/Z^3); infinity has Z = 0. a = 0 curves only.
template <class F>
struct Jacobian {
  F x, y, z;
  static constexpr Jacobian infinity() noexcept { return {F::one(), F::one(), F::zero()}; }
  static constexpr Jacobian from(const Affine<F>& p) noexcept {
    return {F::select(p.is_infinity(), F::one(), p.x), F::select(p.is_infinity(), F::one(), p.y),
            F::select(p.is_infinity(), F::zero(), F::one())};
  }
  constexpr bool is_infinity_vartime() const noexcept { return z.is_zero_vartime(); }
  Jacobian dbl() const noexcept;
  Jacobian operator-() const noexcept { return {x, -y, z}; }
  /// Complete (all exceptional cases), by branches: not constant time.
  friend Jacobian add_vartime(const Jacobian& a, const Jacobian& b) noexcept { return a.plus_vartime(b); }
  friend Jacobian add_vartime(const Jacobian& a, const Affine<F>& b) noexcept { return a.plus_vartime(b); }
  Jacobian plus_vartime(const Jacobian& b) const noexcept;
  Jacobian plus_vartime(const Affine<F>& b) const noexcept;
  Affine<F> to_affine() const noexcept;  // constant-time inversion
  Affine<F> to_affine_vartime() const noexcept;
  friend bool equal_vartime(const Jacobian& a, const Jacobian& b) noexcept { return a.equals_vartime(b); }
  bool equals_vartime(const Jacobian& b) const noexcept;
};

/// Tags.
template <class C>
struct G1 {
  using Curve = C;
  using Field = typename C::Fq;
  using Scalar = typename C::Fr;
  using Affine = curve::Affine<Field>;
  using Jacobian = curve::Jacobian<Field>;
  template <class B>
  using With = G1<typename C::template With<B>>;
  static constexpr int kIndex = 1;
  static constexpr std::size_t kBytes = 2 * Field::kBytes;  // uncompressed, and in memory
  static constexpr std::size_t kCompressedBytes = Field::kBytes;
  static constexpr const auto& kCofactor = C::Numbers::kG1Cofactor;                // little-endian limbs
  static constexpr Field b() noexcept { return Field::from_u64(C::Numbers::kB); }  // curve coefficient
  static constexpr Affine generator() noexcept {
    constexpr const auto& g = C::Numbers::kG1Generator;
    return {Field::from_canonical_reduced(g[0]), Field::from_canonical_reduced(g[1])};
  }
};
template <class C>
struct G2 {
  using Curve = C;
  using Field = typename C::Fq2;
  using Scalar = typename C::Fr;
  using Affine = curve::Affine<Field>;
  using Jacobian = curve::Jacobian<Field>;
  template <class B>
  using With = G2<typename C::template With<B>>;
  static constexpr int kIndex = 2;
  static constexpr std::size_t kBytes = 2 * Field::kBytes;
  static constexpr std::size_t kCompressedBytes = Field::kBytes;
  static constexpr const auto& kCofactor = C::Numbers::kG2Cofactor;  // little-endian limbs
  static constexpr Field b() noexcept { return element(C::Numbers::kG2B[0], C::Numbers::kG2B[1]); }
  static constexpr Affine generator() noexcept {
    constexpr const auto& g = C::Numbers::kG2Generator;
    return {element(g[0], g[1]), element(g[2], g[3])};
  }

 private:
  using Base = typename C::Fq;
  static constexpr Field element(const typename Base::Limbs& c0, const typename Base::Limbs& c1) noexcept {
    return {Base::from_canonical_reduced(c0), Base::from_canonical_reduced(c1)};
  }
};

/// Why a point is refused. `ok` only after every check that was asked for.
enum class [[nodiscard]] PointStatus : std::uint8_t{ok, not_canonical, not_on_curve, not_in_subgroup, infinity};
std::string_view describe(PointStatus status) noexcept;  // "not in the prime-order subgroup"

/// y^2 = x^3 + b (infinity counts as on the curve). REQUIRES: coordinates reduced.
template <class G>
bool is_on_curve(const typename G::Affine& p) noexcept;
/// Membership in the group of order r, for points on the curve. Fast (endomorphisms); `_reference` multiplies by r.
/// Source: Scott, eprint 2021/1130; BN254 G2: psi(P) relation of Dai et al., eprint 2022/348.
template <class G>
bool is_in_subgroup(const typename G::Affine& p) noexcept;
template <class G>
bool is_in_subgroup_reference(const typename G::Affine& p) noexcept;
/// Everything: limbs reduced, on curve, in subgroup, not infinity unless allowed.
enum class Infinity : std::uint8_t { refuse, allow };
template <class G>
PointStatus check_point(const typename G::Affine& p, Infinity infinity) noexcept;

/// k * P by double-and-add over all bits with selects: slow, obvious; constant time in k. The reference of every other
/// multiplication. Domain: curves of odd order (both curves, both groups; any point of the curve, in the subgroup or
/// not).
template <class G>
typename G::Jacobian mul_reference(const typename G::Affine& p, const typename G::Scalar& k) noexcept;
/// The same by windows of four bits, each entry of the table looked at for each: constant time in k, a third of the
/// work. Domain: as above.
template <class G>
typename G::Jacobian mul_windows(const typename G::Affine& p, const typename G::Scalar& k) noexcept;
/// Public integer scalar of any length, little-endian limbs, not reduced mod r (cofactors).
template <class G>
typename G::Jacobian mul_integer_vartime(const typename G::Affine& p, std::span<const std::uint64_t> k) noexcept;

/// G1: phi(x, y) = (beta x, y) = lambda * P with lambda^2 + lambda + 1 = 0 mod r.  G2: psi = twist^-1 o Frobenius o
/// twist = [p mod r].
template <class C>
typename G1<C>::Affine phi(const typename G1<C>::Affine& p) noexcept;
template <class C>
typename G2<C>::Affine psi(const typename G2<C>::Affine& p) noexcept;
template <class C>
typename G2<C>::Jacobian psi(const typename G2<C>::Jacobian& p) noexcept;
template <class C>
constexpr typename C::Fr phi_eigenvalue() noexcept {
  return C::Fr::from_canonical_reduced(C::Numbers::kLambda);
}
template <class C>
constexpr typename C::Fr psi_eigenvalue() noexcept {
  return C::Fr::from_canonical_reduced(C::Numbers::kPsiEigenvalue);
}

/// [cofactor] P, exactly: what hash-to-curve needs (spec 1.2). P is any point of the curve. Fast; mul_integer_vartime
/// by the tags' cofactors is the reference.
template <class G>
typename G::Jacobian clear_cofactor_vartime(const typename G::Affine& p) noexcept;

}  // namespace solemn::curve
