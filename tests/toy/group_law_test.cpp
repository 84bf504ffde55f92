// The group laws of curve/ on every pair of points of two small curves.
#include <gtest/gtest.h>

#include "curve/group.inc"
#include "toy_curve.hpp"

namespace solemn::toy {
namespace {

template <class G>
class GroupLaw : public testing::Test {};
using Groups =
    testing::Types<PrimeOrder, CompositeOrder, PrimeOrder::With<field::Adx>, CompositeOrder::With<field::Adx>>;
TYPED_TEST_SUITE(GroupLaw, Groups);

/// The same point with every representative Z of a sample.
template <class G>
std::vector<typename G::Jacobian> representatives(const Point& a) {
  using F = typename G::Field;
  std::vector<typename G::Jacobian> out;
  for (unsigned z : {1U, 2U, 45U, 102U}) {
    const F scale = F::from_u64(z);
    const auto p = G::Jacobian::from(to_affine<G>(a));
    out.push_back({p.x * scale.square(), p.y * scale.square() * scale, p.z * scale});
  }
  return out;
}

TYPED_TEST(GroupLaw, the_curves_have_the_orders_they_claim) {
  EXPECT_EQ(all_points<TypeParam>().size(), TypeParam::kOrder);
  EXPECT_EQ(subgroup_points<TypeParam>().size(), TypeParam::Scalar::Params::kModulus[0]);
  for (const Point& a : all_points<TypeParam>()) EXPECT_TRUE(curve::is_on_curve<TypeParam>(to_affine<TypeParam>(a)));
}

TYPED_TEST(GroupLaw, jacobian_sums_are_the_textbooks_for_every_pair) {
  using G = TypeParam;
  const auto points = all_points<G>();
  for (const Point& a : points) {
    for (const Point& b : points) {
      const Point sum = add(a, b);
      for (const auto& ja : representatives<G>(a)) {
        ASSERT_EQ(from_affine<G>(add_vartime(ja, to_affine<G>(b)).to_affine()), sum);
        for (const auto& jb : representatives<G>(b)) {
          ASSERT_EQ(from_affine<G>(add_vartime(ja, jb).to_affine_vartime()), sum);
          ASSERT_EQ(equal_vartime(ja, jb), a == b);
        }
      }
    }
  }
}

TYPED_TEST(GroupLaw, jacobian_doubling_is_the_textbooks_for_every_point) {
  using G = TypeParam;
  for (const Point& a : all_points<G>()) {
    for (const auto& ja : representatives<G>(a)) ASSERT_EQ(from_affine<G>(ja.dbl().to_affine()), add(a, a));
  }
}

TYPED_TEST(GroupLaw, the_complete_law_needs_no_cases) {
  using G = TypeParam;
  const auto b3 = G::b().dbl() + G::b();
  const auto points = all_points<G>();
  for (const Point& a : points) {
    for (const Point& b : points) {
      const auto sum = curve::add(curve::Projective<typename G::Field>::from(to_affine<G>(a)),
                                  curve::Projective<typename G::Field>::from(to_affine<G>(b)), b3);
      ASSERT_EQ(from_affine<G>(sum.to_jacobian().to_affine()), add(a, b));
    }
  }
}

TYPED_TEST(GroupLaw, multiples_are_repeated_sums) {
  using G = TypeParam;
  constexpr std::uint64_t order = G::Scalar::Params::kModulus[0];
  for (const Point& a : all_points<G>()) {
    Point multiple;
    for (std::uint64_t k = 0; k < 2 * G::kOrder; ++k, multiple = add(multiple, a)) {
      const std::array<std::uint64_t, 1> limbs = {k};
      ASSERT_EQ(from_affine<G>(curve::mul_integer_vartime<G>(to_affine<G>(a), limbs).to_affine()), multiple);
      if (k >= order) continue;
      const auto scalar = G::Scalar::from_u64(k);
      ASSERT_EQ(from_affine<G>(curve::mul_reference<G>(to_affine<G>(a), scalar).to_affine()), multiple);
      ASSERT_EQ(from_affine<G>(curve::mul_windows<G>(to_affine<G>(a), scalar).to_affine()), multiple);
    }
  }
}

TYPED_TEST(GroupLaw, membership_by_multiplication_finds_the_subgroup) {
  using G = TypeParam;
  const auto members = subgroup_points<G>();
  for (const Point& a : all_points<G>()) {
    const bool expected = std::find(members.begin(), members.end(), a) != members.end();
    ASSERT_EQ(curve::is_in_subgroup_reference<G>(to_affine<G>(a)), expected);
  }
}

}  // namespace
}  // namespace solemn::toy
