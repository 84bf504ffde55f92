// The transform through storage, and the block of the coset kind.
#include <span>
#include <vector>

#include "base/error.hpp"
#include "fft/group_fft.hpp"
#include "fft/group_testing.hpp"
#include "fft/scalar_fft.hpp"

namespace solemn::fft {
namespace {

using testing::awkward_scalars;
using testing::Counter;
using testing::on_every_backend;
using testing::points_of;
using testing::VectorStore;

template <class G>
class OutOfCore : public ::testing::Test {
 protected:
  base::Pool pool_{2};
};
TYPED_TEST_SUITE(OutOfCore, testing::Groups);

TYPED_TEST(OutOfCore, equals_the_transform_in_memory_for_every_budget) {
  using G = TypeParam;
  using F = typename G::Scalar;
  for (const unsigned k : {0U, 1U, 2U, 5U, 8U}) {
    const auto input = points_of<G>(awkward_scalars<F>(std::size_t{1} << k, k), this->pool_);
    auto expected = input;
    inverse<G>(expected, this->pool_, base::silent_progress());
    const std::uint64_t minimum = out_of_core_minimum_bytes<G>(k);
    for (const std::uint64_t extra : {0U, 3000U, 8000U, 10000000U}) {
      auto points = input;
      std::vector<typename G::Affine> temporary(points.size());
      VectorStore<G> store{points}, scratch{temporary};
      Counter counter;
      inverse_out_of_core<G>(k, store.store(), scratch.store(), minimum + extra, this->pool_, counter);
      EXPECT_EQ(points, expected) << k << " " << extra;
      EXPECT_EQ(counter.units, group_transform_cost(k));
      if (k == 8) { EXPECT_EQ(scratch.n_calls == 0, extra > 1000000) << "one pass only where memory suffices"; }
    }
  }
}

// Reads one store and writes another, as its users do.
TYPED_TEST(OutOfCore, forward_equals_the_transform_in_memory_for_every_budget) {
  using G = TypeParam;
  using F = typename G::Scalar;
  for (const unsigned k : {0U, 1U, 2U, 5U, 8U}) {
    auto input = points_of<G>(awkward_scalars<F>(std::size_t{1} << k, 20 + k), this->pool_);
    auto expected = input;
    forward<G>(expected, this->pool_, base::silent_progress());
    const auto before = input;
    for (const std::uint64_t extra : {0U, 3000U, 8000U, 10000000U}) {
      std::vector<typename G::Affine> result(input.size()), temporary(input.size());
      VectorStore<G> from{input}, to{result}, scratch{temporary};
      bool written = false;
      const PointStore<G> store = {[&](std::uint64_t first, std::span<typename G::Affine> out) {
                                     EXPECT_FALSE(written) << "read after a write";
                                     from.store().read(first, out);
                                   },
                                   [&](std::uint64_t first, std::span<const typename G::Affine> in) {
                                     written = true;
                                     to.store().write(first, in);
                                   }};
      Counter counter;
      forward_out_of_core<G>(k, store, scratch.store(), out_of_core_minimum_bytes<G>(k) + extra, this->pool_, counter);
      EXPECT_EQ(result, expected) << k << " " << extra;
      EXPECT_EQ(input, before);
      EXPECT_EQ(counter.units, forward_transform_cost(k));
      if (k == 8) { EXPECT_EQ(scratch.n_calls == 0, extra > 1000000) << "one pass only where memory suffices"; }
    }
  }
}

TYPED_TEST(OutOfCore, more_memory_means_longer_runs) {
  using G = TypeParam;
  const unsigned k = 8;
  std::uint64_t calls_before = ~std::uint64_t{0};
  for (const std::uint64_t rows : {1U, 2U, 4U, 8U}) {
    std::vector<typename G::Affine> points(std::size_t{1} << k, G::generator()), temporary(points.size());
    VectorStore<G> store{points}, scratch{temporary};
    const std::uint64_t memory = (out_of_core_minimum_bytes<G>(k) + rows * 16 * sizeof(points[0])) * 4 / 3;
    inverse_out_of_core<G>(k, store.store(), scratch.store(), memory, this->pool_, base::silent_progress());
    EXPECT_LE(store.n_calls, calls_before);
    calls_before = store.n_calls;
  }
  EXPECT_LT(calls_before, 256U);
}

TYPED_TEST(OutOfCore, refuses_less_memory_than_the_minimum_before_touching_anything) {
  using G = TypeParam;
  std::vector<typename G::Affine> points(256, G::generator()), temporary(256);
  VectorStore<G> store{points}, scratch{temporary};
  const std::uint64_t too_little = out_of_core_minimum_bytes<G>(8) - 1;
  const auto code_of = [&](auto transform) {
    try {
      transform();
    } catch (const base::Error& error) { return error.code(); }
    return base::Code::internal;
  };
  EXPECT_EQ(code_of([&] {
              inverse_out_of_core<G>(8, store.store(), scratch.store(), too_little, this->pool_,
                                     base::silent_progress());
            }),
            base::Code::usage);
  EXPECT_EQ(code_of([&] {
              inverse_coset_block<G>(7, store.store(), scratch.store(), out_of_core_minimum_bytes<G>(7) - 1,
                                     this->pool_, base::silent_progress());
            }),
            base::Code::usage);
  EXPECT_EQ(store.n_calls + scratch.n_calls, 0U);
}

// sum_i h_i^j L_i = P_j over the points h of H u shift*H, for all j < 2m: what makes the block a Lagrange basis.
TYPED_TEST(OutOfCore, coset_block_is_the_lagrange_basis_of_both_cosets) {
  using G = TypeParam;
  using F = typename G::Scalar;
  for (unsigned log2_half = 0; log2_half <= 4; ++log2_half) {
    const std::size_t m = std::size_t{1} << log2_half;
    const auto input = points_of<G>(awkward_scalars<F>(2 * m, 40 + log2_half), this->pool_);
    auto points = input;
    std::vector<typename G::Affine> temporary(m);
    VectorStore<G> store{points}, scratch{temporary};
    Counter counter;
    inverse_coset_block<G>(log2_half, store.store(), scratch.store(), out_of_core_minimum_bytes<G>(log2_half),
                           this->pool_, counter);
    EXPECT_EQ(counter.units, coset_block_cost(log2_half));
    const F root = Domain<F>(log2_half).root();
    for (std::size_t j = 0; j < 2 * m; ++j) {
      auto sum = G::Jacobian::infinity();
      F h = F::one();
      for (std::size_t i = 0; i < 2 * m; ++i, h *= root) {
        if (i == m) h = F::from_u64(25);
        sum = add_vartime(sum, curve::mul_reference<G>(points[i], h.pow_vartime(j)));
      }
      ASSERT_EQ(sum.to_affine(), input[j]) << log2_half << " " << j;
    }
  }
}

// From a known tau: L_i is the Lagrange polynomial of the point h_i at tau, times the generator. Several chunks and
// passes.
TYPED_TEST(OutOfCore, coset_block_of_powers_of_tau_is_the_lagrange_polynomials_at_tau) {
  using G = TypeParam;
  using F = typename G::Scalar;
  const unsigned log2_half = 6;
  const std::size_t m = std::size_t{1} << log2_half;
  const F tau = testing::random_scalars<F>(1, 99)[0];
  std::vector<F> logarithms(2 * m), nodes(2 * m);
  powers<F>(logarithms, F::one(), tau, this->pool_);
  powers<F>(std::span(nodes).first(m), F::one(), Domain<F>(log2_half).root(), this->pool_);
  powers<F>(std::span(nodes).subspan(m), F::from_u64(25), Domain<F>(log2_half).root(), this->pool_);
  std::vector<F> expected(2 * m);
  for (std::size_t i = 0; i < 2 * m; ++i) {
    F numerator = F::one(), denominator = F::one();
    for (std::size_t j = 0; j < 2 * m; ++j) {
      if (j == i) continue;
      numerator *= tau - nodes[j];
      denominator *= nodes[i] - nodes[j];
    }
    expected[i] = numerator * denominator.inverse();
  }
  auto points = points_of<G>(logarithms, this->pool_);
  std::vector<typename G::Affine> temporary(m);
  VectorStore<G> store{points}, scratch{temporary};
  inverse_coset_block<G>(log2_half, store.store(), scratch.store(), out_of_core_minimum_bytes<G>(log2_half),
                         this->pool_, base::silent_progress());
  EXPECT_EQ(points, points_of<G>(expected, this->pool_));
}

}  // namespace
}  // namespace solemn::fft
