#include "curve/pairing.hpp"

#include <gtest/gtest.h>

#include "base/cpu.hpp"
#include "curve/bulk.hpp"
#include "curve/pairing.inc"
#include "curve/test_points.hpp"
#include "curve/test_vectors.hpp"

namespace solemn::curve {
namespace {

using namespace testing_points;

template <class C>
class Pairing : public testing::Test {};
TYPED_TEST_SUITE(Pairing, Curves);

template <class C>
typename C::Fq12 power(const typename C::Fq12& f, const typename C::Fr& k) {
  const auto bits = k.to_canonical();
  auto acc = C::Fq12::one();
  for (std::size_t i = 256; i-- > 0;) {
    acc = acc.square();
    if ((bits[i / 64] >> (i % 64) & 1) != 0) acc *= f;
  }
  return acc;
}

template <class C>
typename C::Fq12 random_fq12(hash::ChaChaRng& source) {
  using F = typename C::Fq2;
  const auto next = [&] { return field_from_rng<F>(source); };
  return {{next(), next(), next()}, {next(), next(), next()}};
}

TYPED_TEST(Pairing, the_tower_is_a_field_with_its_frobenius) {
  using C = TypeParam;
  auto source = rng(21);
  const auto a = random_fq12<C>(source);
  const auto b = random_fq12<C>(source);
  const auto c = random_fq12<C>(source);
  EXPECT_EQ(a * b, b * a);
  EXPECT_EQ((a * b) * c, a * (b * c));
  EXPECT_EQ(a.square(), a * a);
  EXPECT_EQ(a * a.inverse(), C::Fq12::one());
  EXPECT_EQ((a * b).frobenius(), a.frobenius() * b.frobenius());
  EXPECT_EQ(a.frobenius().frobenius(), a.frobenius2());
  EXPECT_EQ(a.frobenius2().frobenius2().frobenius2(), a.conjugate());
  const auto zero = C::Fq2::zero();
  const typename C::Fq12 w{{zero, zero, zero}, {C::Fq2::one(), zero, zero}};
  const typename C::Fq12 xi{{C::xi(), zero, zero}, {zero, zero, zero}};
  EXPECT_EQ(w * w * w * w * w * w, xi);
}

TYPED_TEST(Pairing, frobenius_is_the_power_q) {
  using C = TypeParam;
  auto source = rng(22);
  const auto a = random_fq12<C>(source);
  const auto& q = C::Fq::Params::kModulus;
  auto acc = C::Fq12::one();
  for (std::size_t i = 64 * q.size(); i-- > 0;) {
    acc = acc.square();
    if ((q[i / 64] >> (i % 64) & 1) != 0) acc *= a;
  }
  EXPECT_EQ(acc, a.frobenius());
}

TYPED_TEST(Pairing, sparse_products_are_products) {
  using C = TypeParam;
  auto source = rng(23);
  const auto f = random_fq12<C>(source);
  const auto l = random_fq12<C>(source);
  const auto zero = C::Fq2::zero();
  EXPECT_EQ(f.times_034(l.c0.c0, l.c1.c0, l.c1.c1),
            f * (typename C::Fq12{{l.c0.c0, zero, zero}, {l.c1.c0, l.c1.c1, zero}}));
  EXPECT_EQ(f.times_014(l.c0.c0, l.c0.c1, l.c1.c1),
            f * (typename C::Fq12{{l.c0.c0, l.c0.c1, zero}, {zero, l.c1.c1, zero}}));
  const auto& [b, c] = std::pair(l.c0.c0, l.c0.c1);
  const auto one = C::Fq2::one();
  EXPECT_EQ(f.times_line(b, c),
            f * (C::Numbers::kTwist == Twist::divisive ? typename C::Fq12{{one, zero, zero}, {b, c, zero}}
                                                       : typename C::Fq12{{c, b, zero}, {zero, one, zero}}));
}

TYPED_TEST(Pairing, cyclotomic_squares_are_squares_after_the_easy_part) {
  using C = TypeParam;
  auto source = rng(24);
  const auto f = detail::easy_part<C>(random_fq12<C>(source));
  EXPECT_EQ(f.cyclotomic_square(), f.square());
  EXPECT_EQ(f * f.conjugate(), C::Fq12::one());
  EXPECT_EQ(f.cyclotomic_power_z(), power<C>(f, C::Fr::from_u64(C::kZ)));
}

TYPED_TEST(Pairing, values_are_those_of_snarkjs) {
  using C = TypeParam;
  for (const auto& fact : vectors::Of<C::kId>::kPairings) {
    const auto value = pairing<C>(multiple<G1<C>>(fact.a), multiple<G2<C>>(fact.b));
    base::Bytes memory(sizeof value);
    std::memcpy(memory.data(), &value, sizeof value);
    EXPECT_EQ(base::to_hex(memory), fact.value);
  }
}

TYPED_TEST(Pairing, is_bilinear_and_not_degenerate) {
  using C = TypeParam;
  auto source = rng(25);
  const auto p = point_from_rng<G1<C>>(source);
  const auto q = point_from_rng<G2<C>>(source);
  const auto a = field_from_rng<typename C::Fr>(source);
  const auto b = field_from_rng<typename C::Fr>(source);
  const auto pa = mul_reference<G1<C>>(p, a).to_affine();
  const auto qb = mul_reference<G2<C>>(q, b).to_affine();
  const auto e = pairing<C>(p, q);
  EXPECT_NE(e, C::Fq12::one());
  EXPECT_EQ(power<C>(e, -C::Fr::one()) * e, C::Fq12::one());
  EXPECT_EQ(pairing<C>(pa, qb), power<C>(e, a * b));
  EXPECT_EQ(pairing<C>(pa, q), power<C>(e, a));
  EXPECT_EQ(pairing<C>(-p, q), e.conjugate());
  const auto p2 = point_from_rng<G1<C>>(source);
  const auto sum = add_vartime(G1<C>::Jacobian::from(p), p2).to_affine();
  EXPECT_EQ(pairing<C>(sum, q), e * pairing<C>(p2, q));
}

TYPED_TEST(Pairing, infinity_pairs_to_one) {
  using C = TypeParam;
  const auto zero1 = G1<C>::Affine::infinity();
  const auto zero2 = G2<C>::Affine::infinity();
  EXPECT_EQ(pairing<C>(zero1, G2<C>::generator()), C::Fq12::one());
  EXPECT_EQ(pairing<C>(G1<C>::generator(), zero2), C::Fq12::one());
  EXPECT_EQ(miller_product<C>({}), C::Fq12::one());
}

/// n pairs whose product is one: the last one undoes the others.
template <class C>
std::vector<PairingInput<C>> balanced_pairs(std::size_t n, hash::ChaChaRng& source) {
  std::vector<PairingInput<C>> pairs;
  auto total = C::Fr::zero();
  for (std::size_t i = 0; i + 1 < n; ++i) {
    const auto a = field_from_rng<typename C::Fr>(source);
    const auto b = i % 5 == 3 ? C::Fr::zero() : field_from_rng<typename C::Fr>(source);
    pairs.push_back({mul_reference<G1<C>>(G1<C>::generator(), a).to_affine(),
                     mul_reference<G2<C>>(G2<C>::generator(), b).to_affine()});
    total += a * b;
  }
  pairs.push_back({mul_reference<G1<C>>(G1<C>::generator(), -total).to_affine(), G2<C>::generator()});
  return pairs;
}

TYPED_TEST(Pairing, products_are_one_exactly_when_the_exponents_cancel_on_every_backend) {
  using C = TypeParam;
  auto source = rng(26);
  base::Pool one(1), four(4);
  for (const auto backend : base::usable_backends()) {
    base::override_backend_for_tests(backend);
    for (const std::size_t n : {1U, 2U, 3U, 16U, 17U, 40U}) {
      auto pairs = balanced_pairs<C>(n, source);
      EXPECT_TRUE(pairing_product_is_one<C>(pairs, one));
      EXPECT_TRUE(pairing_product_is_one<C>(pairs, four));
      EXPECT_TRUE(pairing_product_is_one<C>(pairs));
      pairs[n / 2].p = n == 1 ? G1<C>::generator()
                              : add_vartime(G1<C>::Jacobian::from(pairs[n / 2].p), G1<C>::generator()).to_affine();
      if (pairs[n / 2].q.is_infinity_vartime()) continue;  // changes nothing
      EXPECT_FALSE(pairing_product_is_one<C>(pairs, one));
      EXPECT_FALSE(pairing_product_is_one<C>(pairs, four));
      EXPECT_FALSE(pairing_product_is_one<C>(pairs));
    }
    EXPECT_TRUE(pairing_product_is_one<C>({}, four));
  }
  base::override_backend_for_tests(base::usable_backends().front());
}

TYPED_TEST(Pairing, same_ratio_needs_four_points_and_one_ratio) {
  using C = TypeParam;
  const auto g = [](std::uint64_t k) { return multiple<G1<C>>(k); };
  const auto h = [](std::uint64_t k) { return multiple<G2<C>>(k); };
  EXPECT_TRUE(same_ratio<C>(g(3), g(15), h(7), h(35)));
  EXPECT_FALSE(same_ratio<C>(g(3), g(15), h(7), h(36)));
  EXPECT_FALSE(same_ratio<C>(g(3), g(15), h(35), h(7)));
  const auto zero1 = G1<C>::Affine::infinity();
  const auto zero2 = G2<C>::Affine::infinity();
  EXPECT_FALSE(same_ratio<C>(zero1, zero1, h(7), h(35)));
  EXPECT_FALSE(same_ratio<C>(g(3), g(15), zero2, zero2));
  EXPECT_FALSE(same_ratio<C>(g(3), zero1, h(7), zero2));
}

}  // namespace
}  // namespace solemn::curve
