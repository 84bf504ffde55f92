// Every bulk function against its twin in reference.hpp: both curves, both groups, every backend, several numbers of
// threads.
#include "msm/msm.hpp"

#include <gtest/gtest.h>

#include "base/cpu.hpp"
#include "field/limbs.hpp"
#include "hash/chacha.hpp"
#include "msm/bucket_cost.hpp"
#include "msm/reference.hpp"
#include "msm/test_support.hpp"
#include "msm/windows.hpp"

namespace solemn::msm {
namespace {

template <class G>
class Msm : public testing::Test {};
using Groups = testing::Types<curve::G1<curve::Bn254>, curve::G2<curve::Bn254>, curve::G1<curve::Bls12_381>,
                              curve::G2<curve::Bls12_381>>;
TYPED_TEST_SUITE(Msm, Groups);

/// Every way of running: backends times numbers of threads.
template <class Body>
void everywhere(const Body& body) {
  for (const base::Backend backend : base::usable_backends()) {
    base::override_backend_for_tests(backend);
    for (const unsigned threads : {1U, 2U, 3U}) {
      SCOPED_TRACE(std::string(base::name(backend)) + ", threads " + std::to_string(threads));
      base::Pool pool(threads);
      body(pool);
    }
  }
  base::override_backend_for_tests(base::usable_backends().front());
}

template <class G>
struct Input {
  std::vector<typename G::Affine> points;
  std::vector<typename G::Scalar> scalars;
  std::vector<typename G::Affine> products;
};

/// Edge scalars times ordinary points, then infinity, repeated and opposite points with random scalars.
template <class G>
Input<G> edge_input() {
  Input<G> in;
  test::Random<G> random(1);
  const auto points = random.points(8);
  for (const auto& k : test::edge_scalars<typename G::Scalar>()) {
    in.points.push_back(points[in.points.size() % points.size()]);
    in.scalars.push_back(k);
  }
  for (const auto& k : test::edge_scalars<typename G::Scalar>()) {
    in.points.push_back(G::generator());
    in.scalars.push_back(k);
  }
  for (int i = 0; i < 12; ++i) {
    const auto& p = points[static_cast<std::size_t>(i / 3)];
    in.points.push_back(i % 3 == 0 ? G::Affine::infinity() : i % 3 == 1 ? p : -p);
    in.scalars.push_back(random.scalar());
  }
  in.products = reference::mul_each<G>(in.points, in.scalars);
  return in;
}

TYPED_TEST(Msm, mul_each_is_right_for_edge_scalars) {
  using G = TypeParam;
  const auto in = edge_input<G>();
  everywhere([&](base::Pool& pool) {
    std::vector<typename G::Affine> out(in.points.size());
    mul_each<G>(out, in.points, in.scalars, pool);
    EXPECT_EQ(out, in.products);
    out = in.points;
    mul_each_vartime<G>(out, out, in.scalars, pool);
    EXPECT_EQ(out, in.products);
  });
}

// Points are known multiples of the generator, so k (a G) = (k a) G by mul_base is one more check between algorithms.
TYPED_TEST(Msm, mul_each_agrees_with_mul_base_at_every_size) {
  using G = TypeParam;
  test::Random<G> random(2);
  for (const std::size_t n : {0U, 1U, 2U, 3U, 63U, 64U, 1000U}) {
    std::vector<typename G::Scalar> logs(n), scalars(n), products(n);
    for (std::size_t i = 0; i < n; ++i) {
      logs[i] = random.scalar();
      scalars[i] = random.scalar();
      products[i] = logs[i] * scalars[i];
    }
    base::Pool pool(2);
    std::vector<typename G::Affine> points(n), expected(n), out(n);
    mul_base_vartime<G>(points, G::generator(), logs, pool);
    mul_base_vartime<G>(expected, G::generator(), products, pool);
    if (n > 0) { EXPECT_EQ(points[n - 1], reference::mul<G>(G::generator(), logs[n - 1])); }
    mul_each<G>(out, points, scalars, pool);
    EXPECT_EQ(out, expected) << n;
    mul_each_vartime<G>(out, points, scalars, pool);
    EXPECT_EQ(out, expected) << n;
  }
}

TYPED_TEST(Msm, mul_all_multiplies_every_point) {
  using G = TypeParam;
  test::Random<G> random(3);
  auto points = random.points(20);
  points[3] = G::Affine::infinity();
  points[4] = points[5];
  auto scalars = test::edge_scalars<typename G::Scalar>();
  scalars.push_back(random.scalar());
  everywhere([&](base::Pool& pool) {
    for (std::size_t i = 0; i < scalars.size(); i += pool.size() == 1 ? 1 : 7) {
      std::vector<typename G::Affine> out(points.size());
      mul_all<G>(out, points, scalars[i], pool);
      EXPECT_EQ(out[0], reference::mul<G>(points[0], scalars[i])) << i;
      EXPECT_EQ(out[3], G::Affine::infinity());
      EXPECT_EQ(out[4], out[5]);
      EXPECT_EQ(out[19], reference::mul<G>(points[19], scalars[i])) << i;
    }
  });
}

TYPED_TEST(Msm, mul_base_is_right_for_edge_scalars) {
  using G = TypeParam;
  const auto scalars = test::edge_scalars<typename G::Scalar>();
  test::Random<G> random(4);
  const auto base = random.points(1)[0];
  everywhere([&](base::Pool& pool) {
    std::vector<typename G::Affine> out(scalars.size());
    mul_base_vartime<G>(out, base, scalars, pool);
    for (std::size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i], reference::mul<G>(base, scalars[i])) << i;
    mul_base_vartime<G>(out, G::Affine::infinity(), scalars, pool);
    EXPECT_EQ(out, std::vector<typename G::Affine>(scalars.size()));
  });
}

TYPED_TEST(Msm, msm_is_the_sum_of_products) {
  using G = TypeParam;
  const auto in = edge_input<G>();
  auto expected = G::Jacobian::infinity();
  for (const auto& p : in.products) expected = add_vartime(expected, p);
  std::vector<typename G::Scalar::Limbs> integers;
  for (const auto& k : in.scalars) integers.push_back(k.to_canonical());
  everywhere([&](base::Pool& pool) {
    EXPECT_TRUE(equal_vartime(msm_vartime<G>(in.points, in.scalars, pool), expected));
    EXPECT_TRUE(equal_vartime(msm_vartime<G>(in.points, integers, pool), expected));
  });
}

// sum of k_i (a_i G) = (sum of k_i a_i) G.
TYPED_TEST(Msm, msm_of_known_multiples_is_a_known_multiple) {
  using G = TypeParam;
  using F = typename G::Scalar;
  test::Random<G> random(5);
  base::Pool pool(2);
  for (const std::size_t n : {0U, 1U, 2U, 3U, 31U, 32U, 33U, 63U, 64U, 1000U, 5000U}) {
    std::vector<F> logs(n), scalars(n);
    F sum = F::zero();
    for (std::size_t i = 0; i < n; ++i) {
      logs[i] = i % 5 == 4 ? -logs[i - 1] : random.scalar();  // opposite points
      scalars[i] = i % 7 == 6 ? scalars[i - 1] : random.scalar();
      sum += logs[i] * scalars[i];
    }
    std::vector<typename G::Affine> points(n);
    mul_base_vartime<G>(points, G::generator(), logs, pool);
    const auto total = msm_vartime<G>(points, scalars, pool);
    EXPECT_EQ(total.to_affine(), reference::mul<G>(G::generator(), sum)) << n;
  }
}

// What an honest but degenerate file contains: N copies of one point; and all scalars equal.
TYPED_TEST(Msm, msm_copes_with_copies_of_one_point_and_one_scalar) {
  using G = TypeParam;
  using F = typename G::Scalar;
  test::Random<G> random(6);
  constexpr std::size_t kCount = 3000;
  const std::vector<typename G::Affine> points(kCount, G::generator());
  const F k = random.scalar();
  const std::vector<F> equal(kCount, k), ones(kCount, F::one());
  everywhere([&](base::Pool& pool) {
    EXPECT_EQ((msm_vartime<G>(points, equal, pool).to_affine()),
              reference::mul<G>(G::generator(), k * F::from_u64(kCount)));
    EXPECT_EQ((msm_vartime<G>(points, ones, pool).to_affine()), reference::mul<G>(G::generator(), F::from_u64(kCount)));
  });
}

TYPED_TEST(Msm, additions_and_butterflies_are_complete) {
  using G = TypeParam;
  test::Random<G> random(7);
  const auto p = random.points(2);
  const std::vector<typename G::Affine> kinds = {G::Affine::infinity(), p[0], -p[0], p[1], -p[1]};
  std::vector<typename G::Affine> a, b;
  for (const auto& x : kinds) {
    for (const auto& y : kinds) {
      a.push_back(x);
      b.push_back(y);
    }
  }
  everywhere([&](base::Pool& pool) {
    std::vector<typename G::Affine> sum(a.size()), lo = a, hi = b, in_place = a;
    add_each<G>(sum, a, b, pool);
    butterfly_each<G>(lo, hi, pool);
    add_each<G>(in_place, in_place, b, pool);
    EXPECT_EQ(sum, in_place);
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(sum[i], reference::add<G>(a[i], b[i])) << i;
      EXPECT_EQ(lo[i], sum[i]) << i;
      EXPECT_EQ(hi[i], reference::add<G>(a[i], -b[i])) << i;
    }
  });
}

TYPED_TEST(Msm, sparse_combine_agrees_with_its_twin) {
  using G = TypeParam;
  using F = typename G::Scalar;
  test::Random<G> random(8);
  auto points = random.points(12);
  points[2] = points[1];
  points[3] = -points[1];
  points[4] = G::Affine::infinity();
  std::vector<F> coefficients = test::edge_scalars<F>();
  for (int i = 0; i < 8; ++i) coefficients.push_back(random.scalar());
  std::vector<Term<F>> terms;
  for (std::uint32_t i = 0; i < 150; ++i) {
    const auto row = static_cast<std::uint32_t>(random.below(9));  // row 9 stays without terms
    terms.push_back(
        {row, static_cast<std::uint32_t>(random.below(12)), coefficients[random.below(coefficients.size())]});
  }
  terms.push_back(terms[0]);
  terms.push_back({terms[0].row, terms[0].column, -terms[0].coefficient});
  const auto expected = reference::sparse_combine<G>(10, terms, points);
  everywhere([&](base::Pool& pool) {
    std::vector<typename G::Affine> out(10);
    sparse_combine<G>(out, terms, points, pool);
    EXPECT_EQ(out, expected);
    sparse_combine<G>(out, {}, points, pool);
    EXPECT_EQ(out, expected);
    sparse_combine<G>(out, terms, points, pool);  // added to what is there
    for (std::size_t i = 0; i < out.size(); ++i) {
      EXPECT_EQ(out[i], (G::Jacobian::from(expected[i]).dbl().to_affine_vartime())) << i;
    }
  });
}

// Large coefficients, none of which meets another in a row: multiplied one by one. Many in few rows: by rows, with
// tables of all widths.
TYPED_TEST(Msm, sparse_combine_agrees_with_its_twin_however_much_is_shared) {
  using G = TypeParam;
  using F = typename G::Scalar;
  test::Random<G> random(9);
  auto points = random.points(40);
  points[7] = G::Affine::infinity();
  points[8] = -points[9];
  for (const auto& [n_rows, n_columns, n_terms] :
       {std::array<std::uint32_t, 3>{60, 40, 60}, {1, 40, 40}, {3, 20, 120}, {2, 2, 300}}) {
    std::vector<Term<F>> terms;
    for (std::uint32_t i = 0; i < n_terms; ++i) terms.push_back({i % n_rows, i * 7 % n_columns, random.scalar()});
    const auto expected = reference::sparse_combine<G>(n_rows, terms, points);
    everywhere([&, n = n_rows](base::Pool& pool) {
      std::vector<typename G::Affine> out(n);
      sparse_combine<G>(out, terms, points, pool);
      EXPECT_EQ(out, expected) << n;
    });
  }
}

/// Takes the digits away from k, which must then be divisible by 2^width, one by one.
TEST(SignedWindows, digits_are_small_and_those_of_the_integer) {
  hash::ChaChaRng rng(test::seed(8));
  for (const unsigned n_bits : {1U, 23U, 63U, 64U, 65U, 128U, 254U, 255U, 256U}) {
    for (unsigned width = 2; width <= 16; ++width) {
      const SignedWindows windows(n_bits, width);
      for (int round = 0; round < 40; ++round) {
        Integer k;
        for (std::size_t i = 0; i < k.size(); ++i) {
          const std::uint32_t kind = rng.next_u32() % 4;
          k[i] = kind == 0 ? 0 : kind == 1 ? ~std::uint64_t{0} : rng.next_u64();
          const std::size_t here = std::min<std::size_t>(64, n_bits - std::min<std::size_t>(n_bits, 64 * i));
          k[i] = here == 0 ? 0 : k[i] << (64 - here) >> (64 - here);
        }
        std::array<std::uint64_t, 5> rest = {k[0], k[1], k[2], k[3], 0};  // signed
        for (unsigned w = 0; w < windows.count(); ++w) {
          const std::int64_t digit = windows.digit(k, w);
          ASSERT_LE(static_cast<std::size_t>(std::abs(digit)), windows.n_buckets());
          std::uint64_t borrow = 0;
          for (std::size_t i = 0; i < rest.size(); ++i) {
            const std::uint64_t word = i == 0 ? static_cast<std::uint64_t>(digit) : digit < 0 ? ~std::uint64_t{0} : 0;
            rest[i] = field::sub_borrow(rest[i], word, borrow);
          }
          ASSERT_EQ(rest[0] & ((std::uint64_t{1} << width) - 1), 0U) << n_bits << " bits, width " << width;
          for (std::size_t i = 0; i < 4; ++i) rest[i] = rest[i] >> width | rest[i + 1] << (64 - width);
          rest[4] = static_cast<std::uint64_t>(static_cast<std::int64_t>(rest[4]) >> width);
        }
        ASSERT_EQ(rest, (std::array<std::uint64_t, 5>{})) << n_bits << " bits, width " << width;
      }
    }
  }
}

// So many that threads take them in several tasks, of different sizes; every seventh is the same again.
TYPED_TEST(Msm, sparse_combine_leaves_no_row_out) {
  using G = TypeParam;
  using F = typename G::Scalar;
  constexpr std::uint32_t kPeriod = 7, kRows = 1500;
  test::Random<G> random(10);
  const auto points = random.points(12);
  std::vector<Term<F>> few, terms;
  for (std::uint32_t i = 0; i < 28; ++i) few.push_back({i * i % kPeriod, i % 12, random.scalar()});
  for (std::uint32_t first = 0; first < kRows; first += kPeriod)
    for (const auto& term : few)
      if (first + term.row < kRows) terms.push_back({first + term.row, term.column, term.coefficient});
  const auto expected = reference::sparse_combine<G>(kPeriod, few, points);
  everywhere([&](base::Pool& pool) {
    std::vector<typename G::Affine> out(kRows);
    sparse_combine<G>(out, terms, points, pool);
    for (std::size_t row = 0; row < kRows; ++row) ASSERT_EQ(out[row], expected[row % kPeriod]) << row;
  });
}

// As many rows and entries of tables as one addition of the sums by row can name: rows of distinct columns, all large.
TYPED_TEST(Msm, sparse_combine_names_every_row_and_entry) {
  using G = TypeParam;
  using F = typename G::Scalar;
  constexpr std::uint32_t kTerms = 1 << 16, kColumns = G::kIndex == 1 ? kTerms : kTerms / 4, kRows = 1200;
  test::Random<G> random(11);
  base::Pool pool(1);  // tasks of 1,024 rows
  std::vector<F> logs(kColumns), sums(kRows);
  for (F& log : logs) log = random.scalar();
  std::vector<typename G::Affine> points(kColumns), expected(kRows), out(kRows);
  mul_base_vartime<G>(points, G::generator(), logs, pool);
  std::vector<Term<F>> terms;
  for (std::uint32_t i = 0; i < kTerms; ++i) {
    terms.push_back({i % kRows, i % kColumns, random.scalar()});
    sums[terms.back().row] += terms.back().coefficient * logs[terms.back().column];
  }
  mul_base_vartime<G>(expected, G::generator(), sums, pool);
  sparse_combine<G>(out, terms, points, pool);
  EXPECT_EQ(out, expected);
}

TEST(BucketCost, is_finite_and_falls_with_more_buckets) {
  for (std::size_t n = 1; n <= std::size_t{1} << 15; n *= 2) {
    EXPECT_GE(waiting_additions(n), 1U) << n;
    EXPECT_LE(waiting_additions(n), 1024U) << n;  // what an adder takes at once
    EXPECT_TRUE(n <= kFewBuckets || 2 * waiting_additions(n) <= n) << n;
    EXPECT_GE(cost_of_addition(n), 1) << n;
    EXPECT_LT(cost_of_addition(n), 3) << n;
    EXPECT_TRUE(n <= 2 * kFewBuckets || cost_of_addition(n) <= cost_of_addition(n / 2)) << n;
  }
}

}  // namespace
}  // namespace solemn::msm
