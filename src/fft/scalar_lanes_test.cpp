// The scalar kernels in lanes of IFMA, with the bounds of every value followed (field/bound.hpp), against those of the
// portable backend, layer by layer.
#if defined(__x86_64__)
#define SOLEMN_GHOST_BOUNDS
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "fft/fft_testing.hpp"
#include "fft/scalar_kernels.hpp"

#include "field/ifma_begin.inc"

#include "fft/scalar_lanes.inc"
#include "field/vec8.inc"

namespace solemn::fft {
template <class F>
ScalarKernels<F> followed_kernels() {
  return ScalarLanes<F, field::ifma::Vec8<typename F::Params, 1>>::table(portable_kernels<F>().powers);
}
template ScalarKernels<field::Fp<field::Bn254Fr>> followed_kernels();
template ScalarKernels<field::Fp<field::Bls12_381Fr>> followed_kernels();
}  // namespace solemn::fft

#include "field/ifma_end.inc"

namespace solemn::fft {
namespace {

template <class F>
class ScalarLanesBounds : public ::testing::Test {
 protected:
  void SetUp() override {
    if (base::usable_backends().front() != base::Backend::ifma) GTEST_SKIP() << "this processor has no IFMA";
    lanes_ = followed_kernels<F>();
  }
  /// The least, the largest, the rest by chance.
  static std::vector<F> values(std::size_t n) {
    std::vector<F> out = testing::random_scalars<F>(n, n);
    for (std::size_t i = 0; i < n; i += 3) out[i] = i % 2 == 0 ? F::zero() : largest();
    return out;
  }
  /// What lies in memory as p - 1.
  static F largest() {
    typename F::Limbs limbs = F::Params::kModulus;
    limbs[0] -= 1;
    return *F::from_montgomery(limbs);
  }
  /// Layers of block t, one by one.
  void layers(std::span<F> block, std::uint64_t t, unsigned n_layers) {
    for (unsigned layer = 0; layer < n_layers; ++layer) {
      const std::size_t size = block.size() >> layer;
      for (std::size_t b = 0; b < std::size_t{1} << layer; ++b) {
        portable_.columns(block.subspan(b * size, size), (t << layer) + b, 1, 0, size / 2, reference_.view());
      }
    }
  }

  base::Pool pool_{1};
  const ScalarKernels<F>& portable_ = portable_kernels<F>();
  ScalarKernels<F> lanes_{};
  static constexpr unsigned kLog2 = 18;
  Twiddles<F> reference_{kLog2, Direction::forward, 20, pool_};
};
using Fields = ::testing::Types<field::Fp<field::Bn254Fr>, field::Fp<field::Bls12_381Fr>>;
TYPED_TEST_SUITE(ScalarLanesBounds, Fields);

TYPED_TEST(ScalarLanesBounds, columns_are_the_layers_one_by_one) {
  using F = TypeParam;
  for (const unsigned low_bits : {3U, 9U, 20U}) {  // tables of two factors, and of one
    const Twiddles<F> twiddles(this->kLog2, Direction::forward, low_bits, this->pool_, this->lanes_.twiddle_one);
    for (unsigned n_layers = 1; n_layers <= this->lanes_.layers_at_once; ++n_layers) {
      for (const std::uint64_t t : {0U, 1U, 6U, 511U}) {
        const std::size_t n_columns = 3 * this->lanes_.width, n_rows = std::size_t{1} << n_layers;
        std::vector<F> block = this->values(32 * n_rows);
        std::vector<F> expected = block;
        this->layers(expected, t, n_layers);
        for (std::size_t row = 0; row < n_rows; ++row) {  // columns that were not asked for stay
          std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(32 * row + n_columns), 32 - n_columns,
                      expected.begin() + static_cast<std::ptrdiff_t>(32 * row + n_columns));
        }
        this->lanes_.columns(block, t, n_layers, 0, 8, twiddles.view());
        this->lanes_.columns(block, t, n_layers, 8, n_columns, twiddles.view());
        EXPECT_EQ(block, expected) << n_layers << " " << t << " " << low_bits;
      }
    }
  }
}

TYPED_TEST(ScalarLanesBounds, blocks_are_all_their_layers_one_by_one) {
  using F = TypeParam;
  for (const unsigned low_bits : {3U, 9U, 20U}) {
    const Twiddles<F> twiddles(this->kLog2, Direction::forward, low_bits, this->pool_, this->lanes_.twiddle_one);
    for (unsigned log2 = 0; log2 <= this->lanes_.block_log2; ++log2) {
      for (const std::uint64_t t : {0U, 8U, 56U}) {
        std::vector<F> eight = this->values(std::size_t{8} << log2), expected = eight;
        for (std::uint64_t b = 0; b < 8; ++b) {
          this->layers(std::span(expected).subspan(b << log2, std::size_t{1} << log2), t + b, log2);
        }
        this->lanes_.blocks(eight, t, twiddles.view());
        EXPECT_EQ(eight, expected) << log2 << " " << t << " " << low_bits;
      }
    }
  }
}

TYPED_TEST(ScalarLanesBounds, factors_are_those_of_the_reference) {
  using F = TypeParam;
  for (const std::size_t n : {0U, 1U, 7U, 8U, 31U, 32U, 33U, 75U, 128U}) {
    for (const F& ratio : {this->largest(), testing::random_scalars<F>(1, 5)[0]}) {
      std::vector<F> scaled = this->values(n), expected = scaled;
      this->lanes_.scale(scaled, ratio);
      this->portable_.scale(expected, ratio);
      EXPECT_EQ(scaled, expected) << n;
      this->lanes_.scale_by_powers(scaled, this->largest(), ratio);
      this->portable_.scale_by_powers(expected, this->largest(), ratio);
      EXPECT_EQ(scaled, expected) << n;
      if (n < 2) continue;
      EXPECT_NE(scaled[1], F::zero());
      this->lanes_.scale(scaled, scaled[1]);  // by one of them
      this->portable_.scale(expected, expected[1]);
      EXPECT_EQ(scaled, expected) << n;
    }
  }
}

}  // namespace
}  // namespace solemn::fft
#endif
