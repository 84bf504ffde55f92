#include <algorithm>
#include <functional>
#include <vector>

#include "base/error.hpp"
#include "curve/curves.hpp"
#include "fft/layers.hpp"
#include "fft/scalar_fft.hpp"
#include "msm/msm.hpp"

namespace solemn::fft {

namespace {

template <class F>
struct CosetConstants {
  F shift_inverse;
  F shift_to_m;   // shift^m
  F final_scale;  // 1 / (m (shift^m - 1))
};

template <class F>
CosetConstants<F> constants_for(unsigned log2_half) {
  const F shift = F::quadratic_non_residue().square();
  F shift_to_m = shift;
  for (unsigned i = 0; i < log2_half; ++i) shift_to_m = shift_to_m.square();
  const F m = F::from_u64(std::uint64_t{1} << log2_half);
  return {shift.inverse(), shift_to_m, (m * (shift_to_m - F::one())).inverse()};
}

// (low, high) = (shift^m low - high, shift^-i (high - low)): t0 and t1 without their common denominator.
template <class G>
class Separator {
 public:
  using Affine = typename G::Affine;
  using Scalar = typename G::Scalar;
  Separator(const CosetConstants<Scalar>& constants, std::size_t max_points, base::Pool& pool)
      : constants_(constants), pool_(pool), scalars_(max_points), difference_(max_points) {}

  void separate(std::uint64_t first, std::span<Affine> low, std::span<Affine> high) {
    const std::span<Scalar> scalars = std::span(scalars_).first(low.size());
    const std::span<Affine> difference = std::span(difference_).first(low.size());
    std::transform(low.begin(), low.end(), difference.begin(), std::negate<>());
    msm::add_each<G>(difference, difference, high, pool_);
    std::fill(scalars.begin(), scalars.end(), constants_.shift_to_m);
    msm::mul_each_vartime<G>(low, low, scalars, pool_);
    std::transform(high.begin(), high.end(), high.begin(), std::negate<>());
    msm::add_each<G>(low, low, high, pool_);
    powers<Scalar>(scalars, constants_.shift_inverse.pow_vartime(first), constants_.shift_inverse, pool_);
    msm::mul_each_vartime<G>(high, difference, scalars, pool_);
  }

 private:
  CosetConstants<Scalar> constants_;
  base::Pool& pool_;
  std::vector<Scalar> scalars_;
  std::vector<Affine> difference_;
};

template <class G>
PointStore<G> from_point(const PointStore<G>& store, std::uint64_t offset) {
  using Affine = typename G::Affine;
  return {[&store, offset](std::uint64_t first, std::span<Affine> out) { store.read(offset + first, out); },
          [&store, offset](std::uint64_t first, std::span<const Affine> in) { store.write(offset + first, in); }};
}

}  // namespace

template <class G>
void inverse_coset_block(unsigned log2_half, const PointStore<G>& store, const PointStore<G>& temporary,
                         std::uint64_t max_memory_bytes, base::Pool& pool, base::Progress& progress) {
  using Affine = typename G::Affine;
  ASSERT(log2_half <= G::Scalar::kTwoAdicity);
  require_memory<G>(log2_half, max_memory_bytes);  // before anything is written
  const std::uint64_t m = std::uint64_t{1} << log2_half;
  const auto constants = constants_for<typename G::Scalar>(log2_half);
  {
    constexpr std::uint64_t kBytesPerPair = 3 * sizeof(Affine) + sizeof(typename G::Scalar);
    const std::uint64_t chunk =
        std::min({max_memory_bytes / kBytesPerPair, m, std::uint64_t{Layers<G>::preferred_pairs(pool)}});
    std::vector<Affine> low(static_cast<std::size_t>(chunk)), high(low.size());
    Separator<G> separator(constants, low.size(), pool);
    for (std::uint64_t i = 0; i < m; i += chunk) {
      progress.check_interrupt();
      const auto count = static_cast<std::size_t>(std::min(chunk, m - i));
      const std::span<Affine> a = std::span(low).first(count), b = std::span(high).first(count);
      store.read(i, a);
      store.read(m + i, b);
      separator.separate(i, a, b);
      store.write(i, a);
      store.write(m + i, b);
      progress.advance(2 * count);
    }
  }
  for (const std::uint64_t half : {std::uint64_t{0}, m}) {
    inverse_scaled_out_of_core<G>(log2_half, from_point<G>(store, half), temporary, max_memory_bytes,
                                  constants.final_scale, pool, progress);
  }
}

// A transform of one point is still one multiplication here, by 1 / (shift - 1).
std::uint64_t coset_block_cost(unsigned log2_half) noexcept {
  const std::uint64_t transform = log2_half == 0 ? 1 : group_transform_cost(log2_half);
  return (std::uint64_t{2} << log2_half) + 2 * transform;
}

template void inverse_coset_block<curve::G1<curve::Bn254>>(unsigned, const PointStore<curve::G1<curve::Bn254>>&,
                                                           const PointStore<curve::G1<curve::Bn254>>&, std::uint64_t,
                                                           base::Pool&, base::Progress&);
template void inverse_coset_block<curve::G2<curve::Bn254>>(unsigned, const PointStore<curve::G2<curve::Bn254>>&,
                                                           const PointStore<curve::G2<curve::Bn254>>&, std::uint64_t,
                                                           base::Pool&, base::Progress&);
template void inverse_coset_block<curve::G1<curve::Bls12_381>>(unsigned, const PointStore<curve::G1<curve::Bls12_381>>&,
                                                               const PointStore<curve::G1<curve::Bls12_381>>&,
                                                               std::uint64_t, base::Pool&, base::Progress&);
template void inverse_coset_block<curve::G2<curve::Bls12_381>>(unsigned, const PointStore<curve::G2<curve::Bls12_381>>&,
                                                               const PointStore<curve::G2<curve::Bls12_381>>&,
                                                               std::uint64_t, base::Pool&, base::Progress&);

}  // namespace solemn::fft
