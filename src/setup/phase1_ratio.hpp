#pragma once
// Chains P, tau P, tau^2 P, ...: their random combinations against the pairing, and, when one does not hold, where it
// breaks.
#include <optional>

#include "curve/pairing.hpp"
#include "hash/entropy.hpp"
#include "msm/msm.hpp"
#include "setup/context.hpp"

namespace solemn::setup::phase1 {

/// BLS12-381 has small cofactors, so each point is tested; BN254 G1 has none, and for BN254 G2 sums of random rows do.
template <class G>
constexpr bool tests_each_point() noexcept {
  return G::Curve::kId == curve::CurveId::bls12_381;
}

/// tau as the chain of contributions gives it: tau G1 and tau G2.
template <class C>
struct Ratio {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  typename G1::Affine tau_g1;
  typename G2::Affine tau_g2;
  /// right = tau * left
  bool relates(const typename msm::ChainCheck<G1>::Sums& sums) const {
    return curve::pairing_product_is_one<C>(
        std::array<curve::PairingInput<C>, 2>{{{sums.right, G2::generator()}, {-sums.left, tau_g2}}});
  }
  bool relates(const typename msm::ChainCheck<G2>::Sums& sums) const {
    return curve::pairing_product_is_one<C>(
        std::array<curve::PairingInput<C>, 2>{{{G1::generator(), sums.right}, {-tau_g1, sums.left}}});
  }
};

/// The first point that is not tau times the one before it; nullopt when there is none. Reads the section about three
/// times. Domain: points on the curve and in the subgroup.
template <class C, class G>
std::optional<std::uint64_t> find_chain_break(const format::PtauReader<C>& file, format::PtauSection section,
                                              const Ratio<C>& tau, const Context& context);

/// The first point outside the prime-order subgroup, each tested by itself. Domain: points on the curve.
template <class C, class G>
std::optional<std::uint64_t> find_outside_subgroup(const format::PtauReader<C>& file, format::PtauSection section,
                                                   const Context& context);

/// Throws Error{malformed}.
[[noreturn]] void refuse_outside_subgroup(const base::Path& file, format::PtauSection section);

/// Whether all points of a section are in the prime-order subgroup, as they go by in blocks (error below 2^-128).
/// Domain: points of the curve.
template <class G>
class SubgroupTest {
 public:
  /// n_points: of the section.
  SubgroupTest(std::uint64_t n_points, base::Pool& pool);
  void add(std::span<const typename G::Affine> block);
  bool finish();

 private:
  base::Pool& pool_;
  bool each_ = false, inside_ = true;
  std::optional<msm::ChainCheck<G>> rows_;  // where sums of random rows tell
};

/// How many points of a section of powers domains up to 2^power are made of: of section 2 2^(power+1), where there are
/// so many.
template <class C>
std::uint64_t points_of_domains(const format::PtauReader<C>& file, format::PtauSection section, unsigned power);

/// Throws Error{malformed} unless every one of those, in sections 2 to 6, is in its prime-order subgroup: what must be
/// known before points are multiplied. Reads G2 only on BN254.
template <class C>
void require_subgroups(const format::PtauReader<C>& file, unsigned power, const Context& context);

}  // namespace solemn::setup::phase1
