#include "fft/group_fft.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "base/error.hpp"
#include "curve/curves.hpp"
#include "fft/bit_reverse.hpp"
#include "fft/layers.hpp"
#include "fft/scalar_fft.hpp"

namespace solemn::fft {

namespace {

constexpr std::array<std::uint64_t, 1> kWhole = {0};

template <class G>
void transform(std::span<typename G::Affine> points, Direction direction, const typename G::Scalar* scale,
               base::Pool& pool, base::Progress& progress) {
  ASSERT(std::has_single_bit(points.size()));
  const auto log2 = static_cast<unsigned>(std::countr_zero(points.size()));
  Layers<G> layers(log2, direction, Layers<G>::preferred_pairs(pool), pool, progress);
  layers.run(points, kWhole, log2, scale);
  bit_reverse(points, pool);
}

}  // namespace

template <class G>
void forward(std::span<typename G::Affine> points, base::Pool& pool, base::Progress& progress) {
  transform<G>(points, Direction::forward, nullptr, pool, progress);
}

template <class G>
void inverse(std::span<typename G::Affine> points, base::Pool& pool, base::Progress& progress) {
  if (points.size() == 1) return;
  ASSERT(std::has_single_bit(points.size()));
  const Domain<typename G::Scalar> domain(static_cast<unsigned>(std::countr_zero(points.size())));
  transform<G>(points, Direction::inverse, &domain.size_inverse(), pool, progress);
}

// Layer l: 2^l blocks of n/2^(l+1) butterflies, block 0 free; in the last one all n points are scaled.
std::uint64_t group_transform_cost(unsigned log2_size) noexcept {
  if (log2_size == 0) return 0;
  const std::uint64_t half = std::uint64_t{1} << (log2_size - 1);
  return (log2_size - 1) * half + 2;
}

// As above, without the scaling: n/2 a layer, but for block 0.
std::uint64_t forward_transform_cost(unsigned log2_size) noexcept {
  const std::uint64_t size = std::uint64_t{1} << log2_size;
  return log2_size * (size / 2) - (size - 1);
}

template void forward<curve::G1<curve::Bn254>>(std::span<curve::G1<curve::Bn254>::Affine>, base::Pool&,
                                               base::Progress&);
template void forward<curve::G2<curve::Bn254>>(std::span<curve::G2<curve::Bn254>::Affine>, base::Pool&,
                                               base::Progress&);
template void forward<curve::G1<curve::Bls12_381>>(std::span<curve::G1<curve::Bls12_381>::Affine>, base::Pool&,
                                                   base::Progress&);
template void forward<curve::G2<curve::Bls12_381>>(std::span<curve::G2<curve::Bls12_381>::Affine>, base::Pool&,
                                                   base::Progress&);
template void inverse<curve::G1<curve::Bn254>>(std::span<curve::G1<curve::Bn254>::Affine>, base::Pool&,
                                               base::Progress&);
template void inverse<curve::G2<curve::Bn254>>(std::span<curve::G2<curve::Bn254>::Affine>, base::Pool&,
                                               base::Progress&);
template void inverse<curve::G1<curve::Bls12_381>>(std::span<curve::G1<curve::Bls12_381>::Affine>, base::Pool&,
                                                   base::Progress&);
template void inverse<curve::G2<curve::Bls12_381>>(std::span<curve::G2<curve::Bls12_381>::Affine>, base::Pool&,
                                                   base::Progress&);

}  // namespace solemn::fft
