#include "fft/scalar_fft.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "fft/bit_reverse.hpp"
#include "fft/fft_testing.hpp"
#include "fft/twiddles.hpp"

namespace solemn::fft {
namespace {

using testing::horner;
using testing::on_every_backend;
using testing::random_scalars;

template <class F>
class ScalarFft : public ::testing::Test {};
using Fields = ::testing::Types<field::Fp<field::Bn254Fr>, field::Fp<field::Bls12_381Fr>>;
TYPED_TEST_SUITE(ScalarFft, Fields);

TEST(Domain, roots_are_those_of_the_specification) {
  using Bn = field::Fp<field::Bn254Fr>;
  using Bls = field::Fp<field::Bls12_381Fr>;
  const Bn::Limbs bn = {0x9bd61b6e725b19f0, 0x402d111e41112ed4, 0x00e0a7eb8ef62abc, 0x2a3c09f0a58a7e85};
  const Bls::Limbs bls = {0x3829971f439f0d2b, 0xb63683508c2280b9, 0xd09b681922c813b4, 0x16a2a19edfe81f20};
  EXPECT_EQ(Domain<Bn>(28).root().to_canonical(), bn);
  EXPECT_NE(Domain<Bls>(32).root().to_canonical(), bls);  // the root of libraries that take 7 for the generator
  const Bls::Limbs snarkjs = {0x1b788f500b912f1f, 0xc4024ff270b3e094, 0x0fd56dc8d168d6c0, 0x0212d79e5b416b6f};
  EXPECT_EQ(Domain<Bls>(32).root().to_canonical(), snarkjs);
}

TYPED_TEST(ScalarFft, domain_constants_fit_together) {
  using F = TypeParam;
  for (unsigned k = 0; k <= F::kTwoAdicity; ++k) {
    const Domain<F> domain(k);
    EXPECT_EQ(domain.size(), std::uint64_t{1} << k);
    EXPECT_EQ(domain.root() * domain.root_inverse(), F::one());
    EXPECT_EQ(domain.size_inverse() * F::from_u64(domain.size()), F::one());
    EXPECT_EQ(domain.power(domain.size()), F::one());
    if (k > 0) { EXPECT_EQ(domain.power(domain.size() / 2), -F::one()); }
  }
}

TEST(BitReverse, moves_every_item_to_the_reversed_index) {
  base::Pool pool(2);
  for (unsigned bits = 0; bits <= 13; ++bits) {
    std::vector<std::uint64_t> items(std::size_t{1} << bits);
    std::iota(items.begin(), items.end(), 0U);
    bit_reverse(std::span(items), pool);
    for (std::uint64_t i = 0; i < items.size(); ++i) {
      std::uint64_t reversed = 0;
      for (unsigned b = 0; b < bits; ++b) reversed |= ((i >> b) & 1U) << (bits - 1 - b);
      ASSERT_EQ(items[i], reversed);
      ASSERT_EQ(reverse_bits(i, bits), reversed);
    }
  }
}

TYPED_TEST(ScalarFft, twiddles_are_powers_of_the_root_in_bit_reversed_order) {
  using F = TypeParam;
  base::Pool pool(2);
  constexpr unsigned kLog2 = 9;
  const Domain<F> domain(kLog2);
  for (const unsigned low_bits : {0U, 1U, 4U, 8U, 20U}) {
    const Twiddles<F> forward_table(kLog2, Direction::forward, low_bits, pool);
    const Twiddles<F> inverse_table(kLog2, Direction::inverse, low_bits, pool);
    for (std::uint64_t t = 0; t < domain.size() / 2; ++t) {
      const F expected = domain.power(reverse_bits(t, kLog2 - 1));
      ASSERT_EQ(forward_table.at(t), expected);
      ASSERT_EQ(inverse_table.at(t) * expected, F::one());
    }
  }
}

TYPED_TEST(ScalarFft, forward_equals_the_definition) {
  using F = TypeParam;
  base::Pool pool(2);
  on_every_backend([&] {
    for (unsigned k = 0; k <= 9; ++k) {
      std::vector<F> values = random_scalars<F>(std::size_t{1} << k, k + 1);
      const std::vector<F> expected = forward_reference<F>(values);
      forward<F>(values, pool);
      EXPECT_EQ(values, expected) << k;
    }
  });
}

// Sizes on both sides of the block that one thread finishes: evaluation of the polynomial at some points of the domain.
TYPED_TEST(ScalarFft, outputs_are_values_of_the_polynomial) {
  using F = TypeParam;
  base::Pool pool(2);
  on_every_backend([&] {
    for (unsigned k = 10; k <= 17; ++k) {
      const std::vector<F> coefficients = random_scalars<F>(std::size_t{1} << k, k);
      std::vector<F> values = coefficients;
      forward<F>(values, pool);
      const Domain<F> domain(k);
      for (const std::uint64_t i : {std::uint64_t{0}, std::uint64_t{1}, domain.size() / 3, domain.size() - 1}) {
        EXPECT_EQ(values[i], horner(coefficients, domain.power(i))) << k << " " << i;
      }
    }
  });
}

TYPED_TEST(ScalarFft, inverse_undoes_forward) {
  using F = TypeParam;
  base::Pool pool(2);
  on_every_backend([&] {
    for (unsigned k = 0; k <= 16; ++k) {
      const std::vector<F> original = random_scalars<F>(std::size_t{1} << k, 77 + k);
      std::vector<F> values = original;
      forward<F>(values, pool);
      inverse<F>(values, pool);
      EXPECT_EQ(values, original) << k;
    }
  });
}

TYPED_TEST(ScalarFft, is_linear) {
  using F = TypeParam;
  base::Pool pool(2);
  const std::size_t n = 512;
  std::vector<F> a = random_scalars<F>(n, 1), b = random_scalars<F>(n, 2), sum(n);
  const F k = random_scalars<F>(1, 3)[0];
  for (std::size_t i = 0; i < n; ++i) sum[i] = a[i] + k * b[i];
  forward<F>(a, pool);
  forward<F>(b, pool);
  forward<F>(sum, pool);
  for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(sum[i], a[i] + k * b[i]);
}

TYPED_TEST(ScalarFft, does_not_depend_on_the_number_of_threads_nor_on_the_backend) {
  using F = TypeParam;
  const std::vector<F> input = random_scalars<F>(std::size_t{1} << 15, 5);
  base::Pool one(1);
  std::vector<F> expected = input;
  inverse<F>(expected, one);
  on_every_backend([&] {
    for (const unsigned n_threads : {1U, 2U, 3U, 7U, 16U}) {
      base::Pool pool(n_threads);
      std::vector<F> values = input;
      inverse<F>(values, pool);
      EXPECT_EQ(values, expected) << n_threads;
    }
  });
}

TYPED_TEST(ScalarFft, powers_are_repeated_products) {
  using F = TypeParam;
  base::Pool pool(3);
  const std::vector<F> random = random_scalars<F>(2, 11);
  on_every_backend([&] {
    for (const std::size_t n :
         {std::size_t{0}, std::size_t{1}, std::size_t{3}, std::size_t{4}, std::size_t{4095}, std::size_t{9001}}) {
      const std::vector<F> factors = random_scalars<F>(n, n);
      std::vector<F> out(n), scaled = factors;
      powers<F>(out, random[0], random[1], pool);
      scale_by_powers<F>(scaled, random[0], random[1], pool);
      F expected = random[0];
      for (std::size_t i = 0; i < n; ++i) {
        ASSERT_EQ(out[i], expected) << i;
        ASSERT_EQ(scaled[i], expected * factors[i]) << i;
        expected *= random[1];
      }
    }
  });
}

TYPED_TEST(ScalarFft, scaled_values_are_the_products) {
  using F = TypeParam;
  on_every_backend([] {
    for (const std::size_t n : {0U, 1U, 63U, 64U, 77U, 1000U}) {
      const std::vector<F> values = random_scalars<F>(n, n), factor = random_scalars<F>(1, 31);
      std::vector<F> scaled = values;
      scale<F>(scaled, factor[0]);
      for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(scaled[i], values[i] * factor[0]) << i;
    }
  });
}

TYPED_TEST(ScalarFft, to_coset_evaluates_on_the_shifted_domain) {
  using F = TypeParam;
  base::Pool pool(2);
  const std::size_t n = 64;
  const std::vector<F> coefficients = random_scalars<F>(n, 21);
  const Domain<F> domain(6);
  const F shift = F::from_u64(25);
  EXPECT_EQ(odd_coset_factor<F>(F::kTwoAdicity), shift);
  on_every_backend([&] {
    std::vector<F> values = coefficients;
    forward<F>(values, pool);
    to_coset<F>(values, shift, pool);
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(values[i], horner(coefficients, shift * domain.power(i)));
  });
}

TYPED_TEST(ScalarFft, the_odd_coset_is_the_odd_half_of_the_double_domain) {
  using F = TypeParam;
  base::Pool pool(2);
  for (unsigned k = 0; k <= 10; ++k) {
    const std::size_t n = std::size_t{1} << k;
    std::vector<F> coefficients = random_scalars<F>(n, 31 + k);
    std::vector<F> values = coefficients;
    forward<F>(values, pool);
    to_odd_coset<F>(values, pool);
    coefficients.resize(2 * n);
    forward<F>(coefficients, pool);
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(values[i], coefficients[2 * i + 1]);
  }
}

}  // namespace
}  // namespace solemn::fft
