// ChainCheck, random combinations and subgroup rows.
#include <gtest/gtest.h>

#include <cmath>

#include "base/cpu.hpp"
#include "msm/chain_cases.hpp"
#include "msm/msm.hpp"
#include "msm/random.hpp"
#include "msm/reference.hpp"

namespace solemn::msm {
namespace {

using namespace chain_cases;

template <class G>
class Chain : public testing::Test {};
TYPED_TEST_SUITE(Chain, Groups);

TYPED_TEST(Chain, right_chains_pass_however_they_are_cut) {
  using G = TypeParam;
  test::Random<G> random(11);
  const auto tau = random.scalar();
  base::Pool pool(2);
  const std::vector<std::vector<typename G::Affine>> chains = {powers<G>(100, G::Scalar::one(), tau, pool),
                                                               {},
                                                               powers<G>(1, random.scalar(), tau, pool),
                                                               powers<G>(37, random.scalar(), tau, pool)};
  const auto whole = check<G>(chains, 1000, 1, pool);
  EXPECT_TRUE(holds<G>(whole, tau));
  EXPECT_TRUE(whole.rows_in_subgroup);
  EXPECT_FALSE(whole.left.is_infinity_vartime());
  for (const base::Backend backend : base::usable_backends()) {
    base::override_backend_for_tests(backend);
    for (const unsigned threads : {1U, 3U, 20U}) {
      base::Pool other(threads);
      const auto cut = check<G>(chains, threads == 1 ? 1 : 10, 1, other);
      EXPECT_EQ(cut.left, whole.left);
      EXPECT_EQ(cut.right, whole.right);
    }
  }
  base::override_backend_for_tests(base::usable_backends().front());
  EXPECT_FALSE(holds<G>(whole, tau + G::Scalar::one()));
}

TYPED_TEST(Chain, no_points_give_infinity) {
  using G = TypeParam;
  base::Pool pool(1);
  const auto sums = check<G>({}, 1, 1, pool);
  EXPECT_TRUE(sums.left.is_infinity_vartime());
  EXPECT_TRUE(sums.right.is_infinity_vartime());
}

// The chain of a file that nobody contributed to: tau = 1.
TYPED_TEST(Chain, copies_of_one_point_are_a_chain_with_ratio_one) {
  using G = TypeParam;
  base::Pool pool(2);
  const auto sums = check<G>({std::vector<typename G::Affine>(3000, G::generator())}, 1024, 9, pool);
  EXPECT_TRUE(holds<G>(sums, G::Scalar::one()));
  EXPECT_FALSE(holds<G>(sums, G::Scalar::from_u64(2)));
}

TYPED_TEST(Chain, one_wrong_point_anywhere_is_found) {
  using G = TypeParam;
  test::Random<G> random(12);
  const auto tau = random.scalar();
  base::Pool pool(2);
  constexpr std::size_t kLong = 40, kShort = 11, kBlock = 8;
  const std::vector<std::vector<typename G::Affine>> right = {powers<G>(kLong, G::Scalar::one(), tau, pool),
                                                              powers<G>(kShort, random.scalar(), tau, pool)};
  const auto other = random.points(1)[0];
  ASSERT_TRUE(holds<G>(check<G>(right, kBlock, 3, pool), tau));
  for (std::size_t chain = 0; chain < 2; ++chain) {
    for (std::size_t i = 0; i < right[chain].size(); ++i) {
      const auto wrong_values = {other, -right[chain][i], G::Affine::infinity(),
                                 right[chain][(i + 1) % right[chain].size()]};
      for (const auto& value : wrong_values) {
        auto wrong = right;
        wrong[chain][i] = value;
        EXPECT_FALSE(holds<G>(check<G>(wrong, kBlock, 3 + i, pool), tau)) << chain << " " << i;
      }
    }
  }
}

TYPED_TEST(Chain, one_wrong_point_anywhere_is_found_with_the_bits_for_faults) {
  using G = TypeParam;
  test::Random<G> random(17);
  const auto tau = random.scalar();
  base::Pool pool(2);
  const auto right = powers<G>(40, G::Scalar::one(), tau, pool);
  const auto sums = [&](const std::vector<typename G::Affine>& chain) {
    return check<G>({chain}, 8, 5, pool, 100, kFaultBits);
  };
  EXPECT_TRUE(holds<G>(sums(right), tau));
  for (std::size_t i = 0; i < right.size(); ++i) {
    auto wrong = right;
    wrong[i] = -right[i];
    EXPECT_FALSE(holds<G>(sums(wrong), tau)) << i;
    std::vector<typename G::Affine> difference(1, add_vartime(G::Jacobian::from(right[i]), -wrong[i]).to_affine());
    EXPECT_FALSE(random_combination<G>(difference, test::seed(6), i, pool, kFaultBits).is_infinity_vartime()) << i;
  }
}

TEST(RandomIntegers, of_fewer_bits_are_the_low_ones) {
  std::array<std::array<std::uint64_t, 4>, 64> all{}, few{};
  random_integers(all, test::seed(8), 100);
  for (const unsigned bits : {1U, kFaultBits, 64U, 65U, kSoundBits}) {
    random_integers(few, test::seed(8), 100, bits);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::uint64_t low = all[i][0] & (bits < 64 ? (std::uint64_t{1} << bits) - 1 : ~std::uint64_t{0});
      const std::uint64_t high = bits <= 64 ? 0 : bits == 65 ? all[i][1] & 1 : all[i][1];
      EXPECT_EQ(few[i][0], low == 0 && high == 0 ? 1 : low) << bits;
      EXPECT_EQ(few[i][1], high) << bits;
    }
  }
}

TEST(RowCombination, is_the_rows_of_digits_times_their_weights_however_the_stream_is_cut) {
  using G = curve::G1<curve::Bn254>;
  test::Random<G> random(19);
  base::Pool pool(2);
  for (const auto& [bits, width] : {std::pair{5U, 6U}, {23U, 8U}, {64U, 8U}}) {  // the best width for so few points
    const auto points = random.points(90);
    RowCombination<G> whole(test::seed(3), points.size(), pool, bits), cut(test::seed(3), points.size(), pool, bits);
    whole.add(points);
    for (const auto& [begin, end] : {std::pair{0U, 1U}, {1U, 64U}, {64U, 64U}, {64U, 90U}})
      cut.add(std::span(points).subspan(begin, end - begin));
    const auto sum = whole.finish().sum;
    EXPECT_TRUE(equal_vartime(cut.finish().sum, sum)) << bits;

    const std::size_t n_rows = (bits + width - 1) / width;
    std::vector<std::int32_t> digits(points.size() + n_rows - 1);
    random_digits(digits, width, "combination", test::seed(3), 0);
    std::vector<std::array<std::uint64_t, 4>> weights(n_rows);
    random_integers(weights, test::seed(3), 0, kSoundBits, "row weights");
    std::vector<G::Scalar> coefficients(points.size()), last(1);
    whole.coefficients(coefficients, 0);
    whole.coefficients(last, points.size() - 1);
    EXPECT_EQ(last[0], coefficients.back());
    auto expected = G::Jacobian::infinity();
    for (std::size_t i = 0; i < points.size(); ++i) {
      auto r = G::Scalar::zero();
      for (std::size_t k = 0; k < n_rows; ++k) {
        const auto magnitude = G::Scalar::from_u64(static_cast<std::uint64_t>(std::abs(digits[i + k])));
        r += G::Scalar::from_canonical_reduced(weights[k]) * (digits[i + k] < 0 ? -magnitude : magnitude);
      }
      EXPECT_EQ(coefficients[i], r) << i;
      expected = add_vartime(expected, curve::mul_reference<G>(points[i], r));
    }
    EXPECT_TRUE(equal_vartime(sum, expected)) << bits;
  }
}

// Wide digits, many points, any place: each coefficient by itself is that of all.
TYPED_TEST(Chain, coefficients_of_a_row_combination_are_those_of_its_points) {
  using G = TypeParam;
  base::Pool pool(2);
  const auto generator = G::generator();
  for (const std::uint64_t expected : {50ULL, 3'000'000ULL}) {
    RowCombination<G> rows(test::seed(9), expected, pool);
    std::vector<typename G::Scalar> all(9000), part(5000), one(1);
    rows.coefficients(all, 0);
    rows.coefficients(part, 3000);
    EXPECT_TRUE(std::equal(part.begin(), part.end(), all.begin() + 3000));
    for (const std::size_t at : {std::size_t{0}, std::size_t{4095}, std::size_t{4096}, std::size_t{8999}}) {
      rows.coefficients(one, at);
      EXPECT_EQ(one[0], all[at]) << at;
    }
    std::vector<typename G::Affine> points(9000, G::Affine::infinity());
    for (const std::size_t at : {std::size_t{1}, std::size_t{4096}, std::size_t{8999}}) points[at] = generator;
    rows.add(std::span(points).first(4096));
    rows.add(std::span(points).subspan(4096));
    const auto result = rows.finish();
    EXPECT_TRUE(equal_vartime(result.sum, curve::mul_reference<G>(generator, all[1] + all[4096] + all[8999])));
    EXPECT_TRUE(result.rows_in_subgroup);
  }
}

TEST(RowCombination, of_multiples_is_the_multiple_and_one_wrong_point_anywhere_is_found) {
  using G = curve::G1<curve::Bls12_381>;
  test::Random<G> random(21);
  base::Pool pool(2);
  const auto k = random.scalar();
  const auto points = random.points(60);
  std::vector<G::Affine> multiples(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) multiples[i] = curve::mul_reference<G>(points[i], k).to_affine();
  const auto sum_of = [&](const std::vector<G::Affine>& all) {
    RowCombination<G> combination(test::seed(4), all.size(), pool, kFaultBits);
    combination.add(all);
    return combination.finish().sum;
  };
  const auto expected = curve::mul_reference<G>(sum_of(points).to_affine(), k);
  EXPECT_TRUE(equal_vartime(sum_of(multiples), expected));
  for (std::size_t i = 0; i < points.size(); ++i) {
    auto wrong = multiples;
    wrong[i] = points[i];
    EXPECT_FALSE(equal_vartime(sum_of(wrong), expected)) << i;
    std::swap(wrong[i], wrong[(i + 1) % wrong.size()]);
    EXPECT_FALSE(equal_vartime(sum_of(wrong), expected)) << i;
  }
  EXPECT_TRUE(RowCombination<G>(test::seed(4), 0, pool, kFaultBits).finish().sum.is_infinity_vartime());
}

TYPED_TEST(Chain, random_combination_uses_the_random_coefficients) {
  using G = TypeParam;
  test::Random<G> random(13);
  const auto points = random.points(70);
  base::Pool pool(2);
  std::vector<typename G::Scalar> r(points.size());
  const auto seed = test::seed(5);
  random_coefficients(std::span(r), seed, 1000);  // over the boundary of a page
  const auto expected = reference::msm<G>(points, r);
  EXPECT_TRUE(equal_vartime(random_combination<G>(points, seed, 1000, pool), expected));
  auto cut = random_combination<G>(std::span(points).first(33), seed, 1000, pool);
  cut = add_vartime(cut, random_combination<G>(std::span(points).subspan(33), seed, 1033, pool));
  EXPECT_TRUE(equal_vartime(cut, expected));
  EXPECT_FALSE(equal_vartime(random_combination<G>(points, test::seed(6), 1000, pool), expected));
}

// The digits are narrow for few points and wide for many.
TYPED_TEST(Chain, one_wrong_point_is_found_with_digits_of_every_width) {
  using G = TypeParam;
  test::Random<G> random(15);
  const auto tau = random.scalar();
  base::Pool pool(2);
  const auto right = powers<G>(30, G::Scalar::one(), tau, pool);
  for (const std::uint64_t expected : {0ULL, 500ULL, 5'000ULL, 20'000ULL, 100'000ULL, 1'000'000ULL}) {
    const auto sums = check<G>({right}, 1000, expected, pool, expected);
    EXPECT_TRUE(holds<G>(sums, tau)) << expected;
    EXPECT_TRUE(sums.rows_in_subgroup) << expected;
    for (const std::size_t at : {std::size_t{0}, std::size_t{13}, right.size() - 1}) {
      auto wrong = right;
      wrong[at] = -wrong[at];
      EXPECT_FALSE(holds<G>(check<G>({wrong}, 1000, expected, pool, expected), tau)) << expected << " " << at;
    }
  }
}

TEST(RandomDigits, take_every_value_but_zero) {
  for (const unsigned width : {2U, 6U, 9U}) {
    const std::int32_t half = 1 << (width - 1);
    std::vector<std::int32_t> digits(100'000);
    random_digits(digits, width, "digits", test::seed(1), 0);
    std::vector<int> seen(static_cast<std::size_t>(2 * half + 1));
    for (const std::int32_t d : digits) {
      ASSERT_LE(std::abs(d), half);
      ++seen[static_cast<std::size_t>(d + half)];
    }
    for (std::int32_t d = -half; d <= half; ++d) {
      const int count = seen[static_cast<std::size_t>(d + half)];
      const double expected = 100'000.0 / (2 * half);
      EXPECT_TRUE(d == 0 ? count == 0 : std::abs(count - expected) < 7 * std::sqrt(expected)) << width << " " << d;
    }
  }
}

TEST(RandomDigits, are_nonzero_sixteen_bit_and_addressed_by_index) {
  std::vector<std::int32_t> all(5000), part(700);
  random_digits(all, 16, "digits", test::seed(1), 0);
  random_digits(part, 16, "digits", test::seed(1), 1000);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), all.begin() + 1000));
  int negative = 0;
  for (const std::int32_t d : all) {
    EXPECT_NE(d, 0);
    EXPECT_LE(std::abs(d), 1 << 15);
    negative += d < 0 ? 1 : 0;
  }
  EXPECT_GT(negative, 2300);
  EXPECT_LT(negative, 2700);
  random_digits(part, 16, "subgroup", test::seed(1), 1000);
  EXPECT_FALSE(std::equal(part.begin(), part.end(), all.begin() + 1000));
}

template <class G>
void expect_outside_point_found(std::size_t n) {
  base::Pool pool(2);
  test::Random<G> random(14);
  std::vector<typename G::Affine> points(n, G::generator());
  EXPECT_TRUE(all_in_subgroup<G>(points, test::seed(1), pool));
  for (const std::size_t at : {std::size_t{0}, n / 2, n - 1}) {
    auto wrong = points;
    wrong[at] = outside_point<G>();
    EXPECT_FALSE(all_in_subgroup<G>(wrong, test::seed(2), pool)) << at;
  }
}

TEST(AllInSubgroup, finds_one_point_outside) {
  expect_outside_point_found<curve::G2<curve::Bn254>>(50);
  expect_outside_point_found<curve::G1<curve::Bls12_381>>(50);
  expect_outside_point_found<curve::G2<curve::Bls12_381>>(50);
}

TEST(AllInSubgroup, rows_find_one_point_outside_among_many) {
  expect_outside_point_found<curve::G2<curve::Bn254>>(9000);
}

TEST(ChainRows, find_one_point_outside_of_bn254_g2) {
  using G = curve::G2<curve::Bn254>;
  base::Pool pool(2);
  const auto outside = outside_point<G>();
  for (std::size_t at = 0; at < 20; ++at) {
    std::vector<typename G::Affine> points(20, G::generator());
    points[at] = outside;
    const std::uint64_t expected = at < 10 ? 100 : 1'000'000;  // narrow and wide digits
    EXPECT_FALSE(check<G>({points}, 7, at, pool, expected).rows_in_subgroup) << at;
  }
}

}  // namespace
}  // namespace solemn::msm
