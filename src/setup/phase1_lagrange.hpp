#pragma once
// Lagrange sections against the powers they are made from (spec 3; spec 6, point 6), without transforming anything
// again.
//
// For a block of n points L_i that should be the inverse transform of P_0..P_(n-1), and a random rho:
//   sum_j rho^j P_j = sum_i c_i L_i  with  c_i = sum_j (rho w^i)^j = (rho^n - 1) / (rho w^i - 1).
// Both sides are polynomials in rho of degree < n over Fr, so wrong points pass with probability below n / r < 2^-220.
// The blocks of a section are added up with random weights into one sum that must be infinity. Coefficients are
// computed where they are used: memory does not grow with the power. Blocks whose scalars fit the memory are compared
// with coefficients of another kind (phase1_kept_combination.hpp), all sections of a group at once: half the work.
#include "setup/phase1_powers.hpp"
#include "setup/phase1_ratio.hpp"

namespace solemn::setup::phase1 {

struct LagrangeReport {
  MaybeFault off_curve, off_subgroup;
  /// Only meaningful when both above are empty: which block is wrong, by its power of two.
  std::optional<unsigned> wrong_block;
  /// Section 12: whether the top block counts tau^(2N-1) G1 (cut from a larger ceremony) or infinity in its place.
  bool top_ends_in_infinity = true;
  bool sound() const noexcept { return !off_curve && !off_subgroup && !wrong_block; }
};

/// The powers that a Lagrange section is made from.
format::PtauSection powers_of(format::PtauSection lagrange) noexcept;

struct LagrangeLimits {
  /// Largest k for which a 2^k-th root of unity is used; a larger block is the two halves of spec 3.
  unsigned two_adicity;
  /// Largest k for which 2^k scalars are kept in memory, and with the transform half as many more and a quarter of
  /// roots: 112 MiB for each group.
  unsigned largest_transform = 21;
};

/// Domain: sections of one group, section 12 first if it is among them; their powers are already known to be right.
/// tau: for the one point that a top block may have and section 2 has not. Cost: an MSM over the points of both
/// sections. Soundness error below 2^(4 - bits); msm.hpp says when fewer bits do. Throws Error{io}.
template <class C>
std::vector<LagrangeReport> examine_lagrange(const format::PtauReader<C>& file,
                                             std::span<const format::PtauSection> sections, const Ratio<C>& tau,
                                             const Context& context,
                                             const LagrangeLimits& limits = {C::Fr::kTwoAdicity},
                                             unsigned bits = msm::kSoundBits);
/// Of sections 12 to 15, in the order of kLagrangeSections, both groups side by side: each has stretches on one thread.
template <class C>
std::vector<LagrangeReport> examine_all_lagrange(const format::PtauReader<C>& file, const Ratio<C>& tau,
                                                 const Context& context,
                                                 const LagrangeLimits& limits = {C::Fr::kTwoAdicity},
                                                 unsigned bits = msm::kSoundBits);
/// Of one section.
template <class C>
LagrangeReport examine_lagrange(const format::PtauReader<C>& file, format::PtauSection lagrange, const Ratio<C>& tau,
                                const Context& context, const LagrangeLimits& limits = {C::Fr::kTwoAdicity});

}  // namespace solemn::setup::phase1
