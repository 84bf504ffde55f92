#pragma once
// Lagrange sections against the powers they are made from (spec 3; spec 6, point 6), without transforming anything
// again.
//
// Every coefficient is drawn before a point is seen (phase1_kept_combination.hpp; phase1_streamed_combination.hpp for
// blocks whose scalars do not fit the memory, which is twice the work), so powers are added up as they are read for
// their own checks, and the file is read once. Sections whose scalars fit are compared all of a group at once.
#include <memory>

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

/// Sections 12 to 15. Cost: an MSM over the points of both sides. Soundness error below 2^(4 - bits); msm.hpp says when
/// fewer bits do. Which section or block is wrong is found by reading again.
template <class C>
class LagrangeExaminer final : public PowersObserver<C> {
 public:
  /// tau: for the one point that a top block may have and section 2 has not. Borrows file and context.
  LagrangeExaminer(const format::PtauReader<C>& file, const Ratio<C>& tau, const Context& context,
                   const LagrangeLimits& limits = {C::Fr::kTwoAdicity}, unsigned bits = msm::kSoundBits);
  ~LagrangeExaminer() override;

  void see(format::PtauSection section, std::uint64_t first,
           std::span<const typename curve::G1<C>::Affine> points) override;
  void see(format::PtauSection section, std::uint64_t first,
           std::span<const typename curve::G2<C>::Affine> points) override;

  /// Once. Reads the powers too where nobody showed them. Domain: powers that are right. Result: in the order of
  /// kLagrangeSections; both groups side by side, as each has stretches on one thread. Throws Error{io}.
  std::vector<LagrangeReport> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The same for one section, whose powers are read here.
template <class C>
LagrangeReport examine_lagrange(const format::PtauReader<C>& file, format::PtauSection lagrange, const Ratio<C>& tau,
                                const Context& context, const LagrangeLimits& limits = {C::Fr::kTwoAdicity});

}  // namespace solemn::setup::phase1
