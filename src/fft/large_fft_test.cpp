// Sizes at which the tables of twiddles are products of two, and files' batches span several chunks.
#include <span>
#include <vector>

#include "fft/fft_testing.hpp"
#include "fft/group_testing.hpp"
#include "fft/scalar_fft.hpp"

namespace solemn::fft {
namespace {

template <class F>
void check_large_scalar_transform(unsigned log2) {
  base::Pool pool;
  const std::vector<F> coefficients = testing::random_scalars<F>(std::size_t{1} << log2, 1);
  std::vector<F> values = coefficients;
  forward<F>(values, pool);
  const Domain<F> domain(log2);
  for (const std::uint64_t i : {std::uint64_t{0}, std::uint64_t{1}, domain.size() / 3, domain.size() - 1}) {
    EXPECT_EQ(values[i], testing::horner(coefficients, domain.power(i))) << i;
  }
  inverse<F>(values, pool);
  EXPECT_EQ(values, coefficients);
}

TEST(LargeScalarFft, bn254) { check_large_scalar_transform<field::Fp<field::Bn254Fr>>(22); }
TEST(LargeScalarFft, bls12_381) { check_large_scalar_transform<field::Fp<field::Bls12_381Fr>>(23); }

template <class G>
class LargeGroupFft : public ::testing::Test {};
TYPED_TEST_SUITE(LargeGroupFft, testing::Groups);

TYPED_TEST(LargeGroupFft, several_chunks_and_passes_transform_logarithms) {
  using G = TypeParam;
  using F = typename G::Scalar;
  base::Pool pool(2);
  const unsigned k = 15;
  std::vector<F> x = testing::awkward_scalars<F>(std::size_t{1} << k, 3);
  auto points = testing::points_of<G>(x, pool);
  auto stored = points;
  std::vector<typename G::Affine> temporary(points.size());
  inverse<G>(points, pool, base::silent_progress());
  inverse<F>(std::span(x), pool);
  EXPECT_EQ(points, testing::points_of<G>(x, pool));
  testing::VectorStore<G> store{stored}, scratch{temporary};
  const std::uint64_t memory = std::uint64_t{1} << 20;
  inverse_out_of_core<G>(k, store.store(), scratch.store(), memory, pool, base::silent_progress());
  EXPECT_GT(scratch.n_calls, 0U);
  EXPECT_EQ(stored, points);
}

}  // namespace
}  // namespace solemn::fft
