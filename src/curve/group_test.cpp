#include "curve/group.hpp"

#include <gtest/gtest.h>

#include "curve/bulk.hpp"
#include "curve/test_points.hpp"
#include "curve/test_vectors.hpp"

namespace solemn::curve {
namespace {

using namespace testing_points;

template <class G>
class Group : public testing::Test {};
TYPED_TEST_SUITE(Group, Groups);
template <class C>
class Endomorphism : public testing::Test {};
TYPED_TEST_SUITE(Endomorphism, Curves);

/// a / d, for the small d that divide it.
template <std::size_t n>
std::array<std::uint64_t, n> divided(std::array<std::uint64_t, n> a, std::uint64_t d) {
  std::uint64_t remainder = 0;
  for (std::size_t i = 8 * n; i-- > 0;) {
    const std::uint64_t part = remainder << 8 | (a[i / 8] >> (8 * (i % 8)) & 0xff);
    a[i / 8] = (a[i / 8] & ~(std::uint64_t{0xff} << (8 * (i % 8)))) | part / d << (8 * (i % 8));
    remainder = part % d;
  }
  EXPECT_EQ(remainder, 0U);
  return a;
}

TYPED_TEST(Group, the_generator_is_on_the_curve_and_has_order_r) {
  using G = TypeParam;
  EXPECT_TRUE(is_on_curve<G>(G::generator()));
  EXPECT_TRUE(is_in_subgroup_reference<G>(G::generator()));
  EXPECT_TRUE(is_in_subgroup<G>(G::generator()));
  auto off = G::generator();
  off.y = off.y + G::Field::one();
  EXPECT_FALSE(is_on_curve<G>(off));
}

TYPED_TEST(Group, r_times_cofactor_is_the_order_of_the_curve) {
  using G = TypeParam;
  auto source = rng(1);
  for (int i = 0; i < 8; ++i) {
    const auto p = any_point<G>(source);
    const auto cleared = mul_integer_vartime<G>(p, G::kCofactor).to_affine();
    EXPECT_TRUE(is_in_subgroup_reference<G>(cleared));
  }
}

TYPED_TEST(Group, multiples_are_those_of_snarkjs_and_noble) {
  using G = TypeParam;
  for (const auto& fact : vectors::Of<G::Curve::kId>::kPoints) {
    if (fact.group != G::kIndex) continue;
    const auto k = G::Scalar::read_be(bytes_of(fact.multiple)).value();
    const auto p = mul_reference<G>(G::generator(), fact.negative ? -k : k).to_affine();
    base::Bytes memory(G::kBytes);
    std::memcpy(memory.data(), &p, sizeof p);
    EXPECT_EQ(base::to_hex(memory), fact.lem);
  }
}

TYPED_TEST(Group, windows_multiply_as_the_reference_does) {
  using G = TypeParam;
  auto source = rng(12);
  for (const auto& point : {any_point<G>(source), G::generator(), G::Affine::infinity()}) {
    for (const auto& k : {field_from_rng<typename G::Scalar>(source), G::Scalar::zero(), G::Scalar::one(),
                          G::Scalar::from_u64(16), -G::Scalar::one()}) {
      const auto expected = mul_reference<G>(point, k).to_affine();
      EXPECT_EQ(mul_windows<G>(point, k).to_affine(), expected);
      EXPECT_EQ(mul_secret<G>(point, k), expected);
    }
  }
}

TYPED_TEST(Group, both_multiplications_agree_and_distribute) {
  using G = TypeParam;
  auto source = rng(2);
  for (int i = 0; i < 4; ++i) {
    const auto p = any_point<G>(source);
    const auto a = field_from_rng<typename G::Scalar>(source);
    const auto pa = mul_reference<G>(p, a);
    EXPECT_TRUE(equal_vartime(pa, mul_integer_vartime<G>(p, a.to_canonical())));
    EXPECT_TRUE(add_vartime(pa, -pa).is_infinity_vartime());
    EXPECT_TRUE(equal_vartime(add_vartime(pa, pa.to_affine()), pa.dbl()));
    EXPECT_TRUE(equal_vartime(add_vartime(pa, pa), mul_reference<G>(pa.to_affine(), G::Scalar::from_u64(2))));
  }
  EXPECT_TRUE(mul_reference<G>(G::generator(), G::Scalar::zero()).is_infinity_vartime());
  EXPECT_TRUE(mul_reference<G>(G::Affine::infinity(), G::Scalar::from_u64(5)).is_infinity_vartime());
  EXPECT_TRUE(equal_vartime(mul_reference<G>(G::generator(), -G::Scalar::one()), G::Jacobian::from(-G::generator())));
}

TYPED_TEST(Group, infinity_is_all_zero_memory_and_survives_every_form) {
  using G = TypeParam;
  const auto zero = G::Affine::infinity();
  EXPECT_TRUE(zero.is_infinity_vartime());
  EXPECT_TRUE(zero.is_infinity().reveal_vartime());
  EXPECT_TRUE(G::Jacobian::from(zero).is_infinity_vartime());
  EXPECT_EQ(G::Jacobian::infinity().to_affine(), zero);
  EXPECT_EQ(G::Jacobian::infinity().to_affine_vartime(), zero);
  EXPECT_TRUE(is_on_curve<G>(zero));
  EXPECT_TRUE(is_in_subgroup<G>(zero));
  EXPECT_EQ(check_point<G>(zero, Infinity::allow), PointStatus::ok);
  EXPECT_EQ(check_point<G>(zero, Infinity::refuse), PointStatus::infinity);
}

TYPED_TEST(Group, fast_membership_is_membership_by_multiplication) {
  using G = TypeParam;
  auto source = rng(3);
  int outside = 0;
  for (int i = 0; i < 24; ++i) {
    const auto p = any_point<G>(source);
    const bool expected = is_in_subgroup_reference<G>(p);
    outside += expected ? 0 : 1;
    EXPECT_EQ(is_in_subgroup<G>(p), expected);
    EXPECT_EQ(check_point<G>(p, Infinity::refuse), expected ? PointStatus::ok : PointStatus::not_in_subgroup);
    EXPECT_TRUE(is_in_subgroup<G>(mul_integer_vartime<G>(p, G::kCofactor).to_affine()));
  }
  EXPECT_EQ(outside > 0, !(G::Curve::kId == CurveId::bn254 && G::kIndex == 1));
}

/// Points whose order is r times a small factor of the cofactor, or that factor alone. `times`: how often it divides.
template <class G>
void refuse_order(std::uint64_t factor, int times) {
  auto reduced_cofactor = G::kCofactor;
  for (int i = 0; i < times; ++i) reduced_cofactor = divided(reduced_cofactor, factor);
  auto source = rng(4);
  int small = 0;
  for (int i = 0; i < 24; ++i) {
    const auto p =
        mul_integer_vartime<G>(any_point<G>(source), reduced_cofactor).to_affine();           // order divides r factor
    const auto torsion = mul_integer_vartime<G>(p, G::Scalar::Params::kModulus).to_affine();  // order divides factor
    EXPECT_EQ(is_in_subgroup<G>(p), torsion.is_infinity_vartime());
    if (torsion.is_infinity_vartime()) continue;
    ++small;
    EXPECT_FALSE(is_in_subgroup<G>(torsion));
    EXPECT_FALSE(is_in_subgroup_reference<G>(torsion));
    EXPECT_FALSE(is_in_subgroup<G>(add_vartime(G::Jacobian::from(torsion), G::generator()).to_affine()));
  }
  EXPECT_GT(small, 0);
}

// Factors of the cofactors: BN254 G2 10069 * 5864401 * ..., BLS12-381 G1 3 * 11^2 * 10177^2 * 859267^2 * 52437899^2,
// BLS12-381 G2 13^2 * 23^2 * 2713 * 11953 * 262069 * ...
TEST(Subgroup, points_of_small_order_are_refused) {
  for (const std::uint64_t factor : {10069U, 5864401U}) refuse_order<G2<Bn254>>(factor, 1);
  refuse_order<G1<Bls12_381>>(3, 1);
  for (const std::uint64_t factor : {11U, 10177U, 859267U, 52437899U}) refuse_order<G1<Bls12_381>>(factor, 2);
  for (const std::uint64_t factor : {13U, 23U}) refuse_order<G2<Bls12_381>>(factor, 2);
  for (const std::uint64_t factor : {2713U, 11953U, 262069U}) refuse_order<G2<Bls12_381>>(factor, 1);
}

TYPED_TEST(Group, clearing_the_cofactor_is_multiplying_by_it_exactly) {
  using G = TypeParam;
  auto source = rng(5);
  for (int i = 0; i < 8; ++i) {
    const auto p = any_point<G>(source);
    EXPECT_TRUE(equal_vartime(clear_cofactor_vartime<G>(p), mul_integer_vartime<G>(p, G::kCofactor)));
  }
  EXPECT_TRUE(clear_cofactor_vartime<G>(G::Affine::infinity()).is_infinity_vartime());
}

TYPED_TEST(Endomorphism, phi_and_psi_multiply_by_their_eigenvalues) {
  using C = TypeParam;
  auto source = rng(6);
  const auto p = point_from_rng<G1<C>>(source);
  const auto q = point_from_rng<G2<C>>(source);
  EXPECT_EQ(phi<C>(p), mul_reference<G1<C>>(p, phi_eigenvalue<C>()).to_affine());
  EXPECT_EQ(psi<C>(q), mul_reference<G2<C>>(q, psi_eigenvalue<C>()).to_affine());
  EXPECT_EQ(psi<C>(G2<C>::Jacobian::from(q)).to_affine(), psi<C>(q));
  const auto lambda = phi_eigenvalue<C>();
  EXPECT_TRUE((lambda.square() + lambda + C::Fr::one()).is_zero_vartime());
}

// psi^4 - psi^2 + 1 = 0 on all of the twist, in the subgroup or not.
TYPED_TEST(Endomorphism, psi_satisfies_its_equation_on_the_whole_twist) {
  using C = TypeParam;
  auto source = rng(7);
  const auto q = any_point<G2<C>>(source);
  const auto psi2 = psi<C>(psi<C>(q));
  const auto psi4 = psi<C>(psi<C>(psi2));
  const auto sum = add_vartime(add_vartime(G2<C>::Jacobian::from(psi4), -psi2), q);
  EXPECT_TRUE(sum.is_infinity_vartime());
}

TYPED_TEST(Group, check_point_names_each_fault) {
  using G = TypeParam;
  EXPECT_EQ(check_point<G>(G::generator(), Infinity::refuse), PointStatus::ok);
  auto off = G::generator();
  off.x = off.x + G::Field::one();
  EXPECT_EQ(check_point<G>(off, Infinity::allow), PointStatus::not_on_curve);
  std::array<std::byte, sizeof(typename G::Affine)> memory;
  memory.fill(std::byte{0xff});
  typename G::Affine large;
  std::memcpy(static_cast<void*>(&large), memory.data(), sizeof large);
  EXPECT_EQ(check_point<G>(large, Infinity::allow), PointStatus::not_canonical);
  EXPECT_EQ(describe(PointStatus::not_in_subgroup), "not in the prime-order subgroup");
}

}  // namespace
}  // namespace solemn::curve
