#pragma once
// The sections of powers against the last record of the chain (spec 6, points 4 and 5): streamed once, all consecutive
// ratios in one random combination, every point on its curve and in its subgroup, and hashed on the way when the file
// is whole.
#include <optional>

#include "msm/msm.hpp"
#include "setup/phase1_blocks.hpp"
#include "setup/phase1_links.hpp"

namespace solemn::setup::phase1 {

/// What is wrong, and where.
struct Fault {
  format::PtauSection section;
  std::uint64_t point;
  std::string what;  // "is not on the curve"
};
std::string describe(const Fault& fault);  // "section 2: point 17 is not on the curve"

using MaybeFault = std::optional<Fault>;  // empty: nothing wrong

struct PowersReport {
  MaybeFault off_curve, off_subgroup;
  /// Only examined when no point is off curve or subgroup.
  MaybeFault tau_g1, tau_g2, alpha_tau, beta_tau, beta_g2;
  std::optional<base::Hash64> challenge;  // hash of all points, when asked for
  bool points_are_sound() const noexcept { return !off_curve && !off_subgroup; }
  bool sound() const noexcept {
    return points_are_sound() && !tau_g1 && !tau_g2 && !alpha_tau && !beta_tau && !beta_g2;
  }
};

/// Is shown the powers as they are read.
template <class C>
class PowersObserver {
 public:
  virtual ~PowersObserver() = default;
  /// The next points of a section, from its first on. One call at a time. Each is on its curve, and of BLS12-381 in its
  /// subgroup; of BN254 G2 the sum of all says that later.
  virtual void see(format::PtauSection section, std::uint64_t first,
                   std::span<const typename curve::G1<C>::Affine> points) = 0;
  virtual void see(format::PtauSection section, std::uint64_t first,
                   std::span<const typename curve::G2<C>::Affine> points) = 0;
};

/// Streams sections 2 to 6. expected: the last record; response: what the challenge hash begins with, null to leave it
/// out; observer: null, or shown all points, up to the first bad one. Soundness error below 2^(1 - bits); msm.hpp says
/// when fewer bits do. Memory: some 5 MiB, up to 30 with 16 threads, and what ChainCheck keeps. Throws Error{io}.
template <class C>
PowersReport examine_powers(const format::PtauReader<C>& file, const Accumulated<C>& expected,
                            const base::Hash64* response, const Context& context, unsigned bits = msm::kSoundBits,
                            PowersObserver<C>* observer = nullptr);

}  // namespace solemn::setup::phase1
