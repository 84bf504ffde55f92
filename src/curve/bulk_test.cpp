#include "curve/bulk.hpp"

#include <gtest/gtest.h>

#include "base/cpu.hpp"
#include "curve/test_points.hpp"

namespace solemn::curve {
namespace {

using namespace testing_points;

template <class G>
class Bulk : public testing::Test {
 protected:
  void TearDown() override { base::override_backend_for_tests(base::usable_backends().front()); }
};
TYPED_TEST_SUITE(Bulk, Groups);

constexpr std::array kEncodings = {Encoding::snarkjs_u, Encoding::snarkjs_u_era_0_6,     Encoding::snarkjs_c,
                                   Encoding::lem,       Encoding::arkworks_uncompressed, Encoding::arkworks_compressed};

/// 1, 2, 3 ... times the generator, Jacobian; infinity at index 5.
template <class G>
std::vector<typename G::Jacobian> jacobian_multiples(std::size_t n) {
  std::vector<typename G::Jacobian> out;
  auto p = G::Jacobian::from(G::generator());
  for (std::size_t i = 0; i < n; ++i, p = add_vartime(p, G::generator())) {
    out.push_back(i == 5 ? G::Jacobian::infinity() : i % 2 == 0 ? p : -p);
  }
  return out;
}

TYPED_TEST(Bulk, to_affine_each_is_to_affine_one_by_one) {
  using G = TypeParam;
  const auto in = jacobian_multiples<G>(520);
  for (const auto backend : base::usable_backends()) {
    base::override_backend_for_tests(backend);
    base::Pool pool(3);
    std::vector<typename G::Affine> out(in.size());
    to_affine_each<G>(out, in, pool);
    for (std::size_t i = 0; i < in.size(); ++i) ASSERT_EQ(out[i], in[i].to_affine());
  }
}

TYPED_TEST(Bulk, encodings_round_trip_on_every_backend_and_any_number_of_threads) {
  using G = TypeParam;
  const auto in = jacobian_multiples<G>(520);
  std::vector<typename G::Affine> points(in.size());
  base::Pool pool(1);
  to_affine_each<G>(points, in, pool);
  for (const Encoding encoding : kEncodings) {
    base::Bytes expected;
    for (const auto backend : base::usable_backends()) {
      base::override_backend_for_tests(backend);
      base::Pool three(3);
      base::Bytes bytes(points.size() * point_bytes<G>(encoding));
      encode_points<G>(bytes, points, encoding, three);
      if (expected.empty()) expected = bytes;
      ASSERT_EQ(bytes, expected);
      std::vector<typename G::Affine> back(points.size());
      ASSERT_TRUE(decode_points<G>(back, bytes, encoding, Infinity::allow, Subgroup::check, three).none());
      ASSERT_EQ(back, points);
      const auto bad = decode_points<G>(back, bytes, encoding, Infinity::refuse, Subgroup::unchecked, three);
      EXPECT_EQ(bad.index, 5U);
      EXPECT_EQ(bad.status, PointStatus::infinity);
    }
  }
}

TYPED_TEST(Bulk, one_by_one_and_bulk_encodings_are_the_same_bytes) {
  using G = TypeParam;
  const std::array<typename G::Affine, 1> points = {-multiple<G>(77)};
  base::Pool pool(1);
  base::Bytes one(G::kBytes), many(G::kBytes);
  write_snarkjs_u<G>(one, points[0]);
  encode_points<G>(many, points, Encoding::snarkjs_u, pool);
  EXPECT_EQ(one, many);
  write_arkworks<G>(one, points[0], Form::uncompressed);
  encode_points<G>(many, points, Encoding::arkworks_uncompressed, pool);
  EXPECT_EQ(one, many);
}

TYPED_TEST(Bulk, the_first_bad_point_is_found) {
  using G = TypeParam;
  const auto in = jacobian_multiples<G>(600);
  std::vector<typename G::Affine> points(in.size());
  base::Pool pool(4);
  to_affine_each<G>(points, in, pool);
  for (const auto backend : base::usable_backends()) {
    base::override_backend_for_tests(backend);
    EXPECT_TRUE(check_points<G>(points, Infinity::allow, Subgroup::check, pool).none());
    EXPECT_EQ(check_points<G>(points, Infinity::refuse, Subgroup::unchecked, pool).index, 5U);
    for (const std::size_t at : {0U, 511U, 512U, 599U}) {
      auto bent = points;
      bent[at].y = bent[at].y + G::Field::one();
      bent.back().x = bent.back().x + G::Field::one();
      const auto bad = check_points<G>(bent, Infinity::allow, Subgroup::unchecked, pool);
      EXPECT_EQ(bad.index, at);
      EXPECT_EQ(bad.status, PointStatus::not_on_curve);
    }
  }
}

/// Wherever in a register it lies, whatever else the register is filled with.
TYPED_TEST(Bulk, a_point_off_the_curve_is_found_in_every_lane) {
  using G = TypeParam;
  const auto in = jacobian_multiples<G>(19);
  std::vector<typename G::Affine> points(in.size());
  base::Pool pool(1);
  to_affine_each<G>(points, in, pool);
  points[5] = G::generator();
  for (const auto backend : base::usable_backends()) {
    base::override_backend_for_tests(backend);
    for (std::size_t n = 1; n <= points.size(); ++n) {
      for (std::size_t at = 0; at < n; ++at) {
        auto bent = points;
        bent[at].y = bent[at].y.dbl();
        const auto bad = check_points<G>(std::span(bent).first(n), Infinity::refuse, Subgroup::unchecked, pool);
        ASSERT_EQ(bad.index, at) << n;
        ASSERT_EQ(bad.status, PointStatus::not_on_curve);
      }
    }
  }
}

/// In Fp2 one part of the equation holds, the other does not.
TYPED_TEST(Bulk, every_part_of_the_equation_counts) {
  using F = typename TypeParam::Field;
  std::vector<F> wrong = {F::one()};
  if constexpr (TypeParam::kIndex == 2) wrong.push_back({F::one().c1, F::one().c0});  // u
  auto source = rng(32);
  base::Pool pool(1);
  for (const F& by : wrong) {
    typename TypeParam::Affine p;
    std::optional<F> y;
    while (!y) {
      p.x = field_from_rng<F>(source);
      y = (p.x.square() * p.x + TypeParam::b() + by).sqrt_vartime();
    }
    p.y = *y;
    for (const auto backend : base::usable_backends()) {
      base::override_backend_for_tests(backend);
      EXPECT_EQ(check_points<TypeParam>(std::span(&p, 1), Infinity::refuse, Subgroup::unchecked, pool).status,
                PointStatus::not_on_curve);
    }
  }
}

TYPED_TEST(Bulk, points_outside_the_subgroup_are_found) {
  using G = TypeParam;
  if (G::kCofactor.size() == 1) return;  // BN254 G1 has no such points
  auto source = rng(31);
  std::vector<typename G::Affine> points(100, G::generator());
  points[42] = any_point<G>(source);
  for (const auto backend : base::usable_backends()) {
    base::override_backend_for_tests(backend);
    base::Pool pool(2);
    EXPECT_TRUE(check_points<G>(points, Infinity::refuse, Subgroup::unchecked, pool).none());
    const auto bad = check_points<G>(points, Infinity::refuse, Subgroup::check, pool);
    EXPECT_EQ(bad.index, 42U);
    EXPECT_EQ(bad.status, PointStatus::not_in_subgroup);
  }
}

}  // namespace
}  // namespace solemn::curve
