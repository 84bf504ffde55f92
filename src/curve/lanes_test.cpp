// Many points in step against one at a time, on every backend.
#include <gtest/gtest.h>

#include <bit>

#include "base/cpu.hpp"
#include "curve/bulk.hpp"
#include "curve/lane_kernels.inc"
#include "curve/test_points.hpp"

namespace solemn::curve {
namespace {

using namespace testing_points;

template <class T>
class Lanes : public testing::Test {
 protected:
  void TearDown() override { base::override_backend_for_tests(base::usable_backends().front()); }
};
template <class C>
class LanesOfCurve : public Lanes<C> {};
template <class G>
class LanesOfGroup : public Lanes<G> {};
TYPED_TEST_SUITE(LanesOfCurve, Curves);
TYPED_TEST_SUITE(LanesOfGroup, Groups);

template <class Body>
void on_every_backend(const Body& body) {
  for (const auto backend : base::usable_backends()) {
    base::override_backend_for_tests(backend);
    SCOPED_TRACE(base::name(backend));
    body();
  }
}

/// Pairs whose product is 1, of which some have a point at infinity and some are the same twice.
template <class C>
std::vector<PairingInput<C>> pairs_of_product_one(std::size_t n) {
  std::vector<PairingInput<C>> out;
  for (std::size_t i = 0; out.size() < n; ++i) {
    const auto p = multiple<G1<C>>(i % 7 + 1);
    const auto q = multiple<G2<C>>(i % 5 + 2);
    out.push_back({p, q});
    out.push_back(i % 3 == 0 ? PairingInput<C>{p, -q} : PairingInput<C>{-p, q});
    if (i % 10 == 3) out.push_back({G1<C>::Affine::infinity(), q});
    if (i % 10 == 5) out.push_back({p, G2<C>::Affine::infinity()});
    if (i % 10 == 8) out.push_back({G1<C>::Affine::infinity(), G2<C>::Affine::infinity()});
  }
  return out;
}

TYPED_TEST(LanesOfCurve, a_product_of_many_pairings_is_one_only_if_it_is) {
  using C = TypeParam;
  base::Pool pool(2);
  on_every_backend([&] {
    for (const std::size_t n : {64U, 65U, 540U}) {
      const auto pairs = pairs_of_product_one<C>(n);
      EXPECT_TRUE(pairing_product_is_one<C>(pairs, pool)) << n;
      for (const std::size_t at : {std::size_t{0}, n / 2, pairs.size() - 1}) {
        auto wrong = pairs;
        wrong[at] = {multiple<G1<C>>(12), multiple<G2<C>>(17)};
        EXPECT_FALSE(pairing_product_is_one<C>(wrong, pool)) << n << " " << at;
      }
    }
  });
}

TYPED_TEST(LanesOfCurve, the_miller_product_in_lanes_is_that_of_the_pairs) {
  using C = TypeParam;
  auto source = rng(51);
  std::vector<PairingInput<C>> pairs;
  for (std::size_t i = 0; i < 37; ++i) pairs.push_back({point_from_rng<G1<C>>(source), point_from_rng<G2<C>>(source)});
  pairs[7].p = G1<C>::Affine::infinity();
  pairs[30].q = G2<C>::Affine::infinity();
  const auto expected = final_exponentiation<C>(miller_product<C>(std::span<const PairingInput<C>>(pairs)));
  const auto single = miller_in_lanes<SingleLanes<G2<C>>>(pairs);
  ASSERT_TRUE(single);
  EXPECT_EQ(final_exponentiation<C>(*single), expected);
  // Through the kernels of the other backends: e(P, Q) ... e(-P, Q) with both orders of the pairs.
  base::Pool pool(1);
  on_every_backend([&] {
    auto both = pairs;
    for (std::size_t i = pairs.size(); i-- > 0;) both.push_back({-pairs[i].p, pairs[i].q});
    EXPECT_TRUE(pairing_product_is_one<C>(both, pool));
  });
}

// 2 T has no tangent and T + Q no chord there: told, and computed by the loop for any pair.
TYPED_TEST(LanesOfCurve, a_point_that_meets_itself_is_told) {
  using C = TypeParam;
  using G = G2<C>;
  std::vector<PairingInput<C>> pairs(40, {G1<C>::generator(), G::generator()});
  pairs[11].q = {G::generator().x, G::Field::zero()};  // of order two on some other curve
  EXPECT_FALSE(miller_in_lanes<SingleLanes<G>>(pairs));
}

TYPED_TEST(LanesOfCurve, hashing_many_to_g2_is_hashing_each) {
  using C = TypeParam;
  std::vector<base::Hash64> digests(300);
  auto source = rng(52);
  for (auto& digest : digests) {
    for (std::size_t i = 0; i < digest.size(); i += 8) {
      base::store_le64(std::span(digest).subspan(i), source.next_u64());
    }
  }
  digests[200] = digests[100];
  std::vector<typename G2<C>::Affine> expected;
  for (const auto& digest : digests) expected.push_back(hash_to_g2<C>(digest));
  base::Pool pool(2);
  on_every_backend([&] {
    for (const std::size_t n : {0U, 1U, 9U, 300U}) {
      std::vector<typename G2<C>::Affine> out(n);
      hash_to_g2_each<C>(out, std::span(digests).first(n), pool);
      EXPECT_TRUE(std::equal(out.begin(), out.end(), expected.begin()));
    }
  });
}

/// Of small order: what a random point leaves when the part of order r is taken away, or nothing when that is infinity.
template <class G>
typename G::Affine small_order_point(hash::ChaChaRng& source) {
  for (;;) {
    const auto p = mul_integer_vartime<G>(any_point<G>(source), G::Scalar::Params::kModulus).to_affine();
    if (!p.is_infinity_vartime()) return p;
  }
}

TYPED_TEST(LanesOfGroup, every_bad_point_of_a_block_is_told_as_it_is_alone) {
  using G = TypeParam;
  auto source = rng(53);
  std::vector<typename G::Affine> points;
  for (std::uint64_t i = 1; i <= 260; ++i) points.push_back(multiple<G>(i % 13 + 1));
  points[3] = G::Affine::infinity();
  const auto one = G::Field::one();
  std::vector<typename G::Affine> bad = {{points[0].x, points[0].y + one}, {one, G::Field::zero()}, {{}, one}};
  if (kHasCofactor<G>) {
    for (int i = 0; i < 2; ++i) bad.push_back(any_point<G>(source));
    for (int i = 0; i < 2; ++i) bad.push_back(small_order_point<G>(source));
  }
  std::array<std::byte, sizeof(typename G::Affine)> ones;
  ones.fill(std::byte{0xff});
  bad.push_back(std::bit_cast<typename G::Affine>(ones));
  base::Pool pool(1);
  on_every_backend([&] {
    EXPECT_TRUE(check_points<G>(points, Infinity::allow, Subgroup::check, pool).none());
    EXPECT_EQ(check_points<G>(points, Infinity::refuse, Subgroup::check, pool).index, 3U);
    for (const auto& value : bad) {
      for (const std::size_t at : {0U, 8U, 255U, 256U}) {
        auto wrong = points;
        wrong[at] = value;
        wrong[259] = bad[0];
        const auto expected = check_point<G>(wrong[at], Infinity::allow);
        const auto found = check_points<G>(wrong, Infinity::allow, Subgroup::check, pool);
        EXPECT_EQ(found.index, expected == PointStatus::ok ? 259 : at);
        EXPECT_EQ(found.status, found.index == at ? expected : PointStatus::not_on_curve);
      }
    }
  });
}

// Points of the orders 3, 2713 and 10069, factors of the cofactors: multiples of them meet each other on the way, which
// the lanes leave to the code for one point.
TYPED_TEST(LanesOfGroup, points_of_tiny_order_are_refused) {
  using G = TypeParam;
  if constexpr (kHasCofactor<G>) {
    auto source = rng(54);
    const std::uint64_t order = G::Curve::kId == CurveId::bn254 ? 10069 : G::kIndex == 1 ? 3 : 2713;
    std::vector<typename G::Affine> points(20, G::generator());
    // (r * cofactor / order) * P: one factor is left. cofactor / order by long division.
    auto quotient = G::kCofactor;
    field::U128 rest = 0;
    for (std::size_t i = quotient.size(); i-- > 0;) {
      const field::U128 part = rest << 64 | quotient[i];
      quotient[i] = static_cast<std::uint64_t>(part / order);
      rest = part % order;
    }
    ASSERT_EQ(static_cast<std::uint64_t>(rest), 0U);
    for (int i = 0; i < 10 && (i == 0 || points[13].is_infinity_vartime()); ++i) {
      points[13] = mul_integer_vartime<G>(small_order_point<G>(source), quotient).to_affine();
    }
    base::Pool pool(1);
    on_every_backend([&] {
      const auto found = check_points<G>(points, Infinity::refuse, Subgroup::check, pool);
      EXPECT_EQ(found.index, 13U);
      EXPECT_EQ(found.status, PointStatus::not_in_subgroup);
    });
  }
}

TYPED_TEST(LanesOfGroup, steps_are_those_of_one_point) {
  using G = TypeParam;
  using L = SingleLanes<G>;
  std::vector<typename G::Affine> points, others;
  for (std::uint64_t i = 1; i < 20; ++i) {
    points.push_back(multiple<G>(i));
    others.push_back(multiple<G>(100 - i));
  }
  const Points<L> a{std::span<const typename G::Affine>(points)}, b{std::span<const typename G::Affine>(others)};
  const auto sum = add_vartime(a, b), twice = a.dbl(), same = add_vartime(a, a), none = add_vartime(a, -a);
  EXPECT_TRUE(same.exceptional());
  EXPECT_TRUE(none.exceptional());
  EXPECT_TRUE(add_vartime(b, same).exceptional());
  ASSERT_FALSE(sum.exceptional() || twice.exceptional());
  std::vector<typename G::Affine> out(points.size());
  sum.store(out);
  for (std::size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i], multiple<G>(100));
  twice.store(out);
  for (std::size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i], multiple<G>(2 * (i + 1)));
}

}  // namespace
}  // namespace solemn::curve
