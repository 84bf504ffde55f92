// The four primes, both backends, against the integers of OpenSSL.
#include "field/fp.hpp"

#include <gtest/gtest.h>

#include "field/test_support.hpp"

namespace solemn::field {
namespace {

using testing::Big;
using testing::random_element;

template <class F>
class FpOracle : public ::testing::Test {
 protected:
  using P = typename F::Params;
  void SetUp() override {
    if (!testing::runnable<typename F::Backend>()) GTEST_SKIP() << "this processor has no ADX and BMI2";
  }
  F next() { return random_element<F>(rng_); }
  static Big value(const F& a) { return Big::from(a.to_canonical()); }

  std::mt19937_64 rng_{testing::seed()};
  Big p_ = Big::from(P::kModulus);
  // R mod p and R^-1 mod p from OpenSSL alone.
  Big r_ = pow_mod(Big(2), Big(64 * F::kLimbs), p_);
  Big r_inverse_ = inverse_mod(r_, p_);
};

using Fields = ::testing::Types<Fp<Bn254Fq>, Fp<Bn254Fr>, Fp<Bls12_381Fq>, Fp<Bls12_381Fr>, Fp<Bn254Fq, Adx>,
                                Fp<Bn254Fr, Adx>, Fp<Bls12_381Fq, Adx>, Fp<Bls12_381Fr, Adx>>;
struct FieldName {
  template <class F>
  static std::string GetName(int) {
    std::string name(F::Params::kName);
    for (char& c : name) c = c == '.' || c == '-' ? '_' : c;
    return name + (std::is_same_v<typename F::Backend, Adx> ? "_adx" : "_portable");
  }
};
TYPED_TEST_SUITE(FpOracle, Fields, FieldName);

TYPED_TEST(FpOracle, montgomery_form_is_the_value_times_r) {
  using F = TypeParam;
  for (int i = 0; i < 500; ++i) {
    const F a = this->next();
    const Big value = this->value(a);
    EXPECT_LT(value, this->p_);
    EXPECT_EQ(Big::from(a.montgomery()), mul_mod(value, this->r_, this->p_));
    EXPECT_EQ(F::from_canonical(a.to_canonical()), a);
    EXPECT_EQ(F::from_montgomery(a.montgomery()), a);
  }
  EXPECT_EQ(Big::from(F::one().montgomery()), this->r_);
  EXPECT_EQ(this->value(F::from_u64(~std::uint64_t{0})), Big(~std::uint64_t{0}));
}

TYPED_TEST(FpOracle, ring_operations) {
  using F = TypeParam;
  for (int i = 0; i < 20000; ++i) {
    const F a = this->next(), b = this->next();
    const Big x = Big::from(a.montgomery()), y = Big::from(b.montgomery());
    const auto montgomery = [](const F& f) { return Big::from(f.montgomery()); };
    ASSERT_EQ(montgomery(a + b), add_mod(x, y, this->p_));
    ASSERT_EQ(montgomery(a - b), sub_mod(x, y, this->p_));
    ASSERT_EQ(montgomery(-a), sub_mod(Big(0), x, this->p_));
    ASSERT_EQ(montgomery(a.dbl()), add_mod(x, x, this->p_));
    ASSERT_EQ(montgomery(a * b), mul_mod(mul_mod(x, y, this->p_), this->r_inverse_, this->p_));
    ASSERT_EQ(montgomery(a.square()), mul_mod(mul_mod(x, x, this->p_), this->r_inverse_, this->p_));
    ASSERT_EQ(a.half().dbl(), a);
  }
}

TYPED_TEST(FpOracle, sums_of_two_products) {
  using F = TypeParam;
  for (int i = 0; i < 2000; ++i) {
    const F a = this->next(), b = this->next(), c = this->next(), d = this->next();
    ASSERT_EQ(sum_of_products(a, b, c, d), a * b + c * d);
  }
  const F most = *F::from_montgomery(detail::minus_small(F::Params::kModulus, 1));
  EXPECT_EQ(sum_of_products(most, most, most, most), (most * most).dbl());
  EXPECT_EQ(sum_of_products(most, most, -most, most), F::zero());
}

TYPED_TEST(FpOracle, operands_may_alias) {
  using F = TypeParam;
  for (int i = 0; i < 2000; ++i) {
    const F a = this->next(), b = this->next();
    F x = a;
    x *= x;
    ASSERT_EQ(x, a.square());
    x = a, x = x * b;
    ASSERT_EQ(x, a * b);
    x = b, x = a * x;
    ASSERT_EQ(x, a * b);
    x = a, x += x;
    ASSERT_EQ(x, a.dbl());
    x = a, x -= static_cast<const F&>(x);
    ASSERT_EQ(x, F::zero());
    x = b, x = a - x;
    ASSERT_EQ(x, a - b);
    x = b, x = a + x;
    ASSERT_EQ(x, a + b);
  }
}

TYPED_TEST(FpOracle, canonical_reduction_takes_any_limbs) {
  using F = TypeParam;
  for (int i = 0; i < 5000; ++i) {
    auto limbs = testing::random_limbs<typename F::Params>(this->rng_);
    const Big value = Big::from(limbs);
    ASSERT_EQ(this->value(F::from_canonical_reduced(limbs)), mod(value, this->p_));
    const bool reduced = value < this->p_;
    ASSERT_EQ(F::from_canonical(limbs).has_value(), reduced);
    ASSERT_EQ(F::from_montgomery(limbs).has_value(), reduced);
    F raw;
    static_assert(sizeof raw == sizeof limbs && std::is_trivially_copyable_v<F>);
    std::copy_n(reinterpret_cast<const std::byte*>(&limbs), sizeof raw, reinterpret_cast<std::byte*>(&raw));
    ASSERT_EQ(raw.is_reduced_vartime(), reduced);
  }
}

TYPED_TEST(FpOracle, inverses) {
  using F = TypeParam;
  for (int i = 0; i < 300; ++i) {
    const F a = this->next();
    const F expected = a.is_zero_vartime()
                           ? F::zero()
                           : *F::from_canonical(inverse_mod(this->value(a), this->p_).template limbs<F::kLimbs>());
    ASSERT_EQ(a.inverse(), expected);
    ASSERT_EQ(a.inverse_vartime(), expected);
  }
  EXPECT_EQ(F::zero().inverse(), F::zero());
  EXPECT_EQ(F::zero().inverse_vartime(), F::zero());
  EXPECT_EQ((-F::one()).inverse(), -F::one());
  EXPECT_EQ((-F::one()).inverse_vartime(), -F::one());
}

TYPED_TEST(FpOracle, powers) {
  using F = TypeParam;
  for (int i = 0; i < 100; ++i) {
    const F a = this->next();
    const auto exponent = testing::random_limbs<typename F::Params>(this->rng_);
    ASSERT_EQ(this->value(a.pow_vartime(exponent)), pow_mod(this->value(a), Big::from(exponent), this->p_));
    const std::uint64_t word = this->rng_() >> (this->rng_() % 64);
    ASSERT_EQ(this->value(a.pow_vartime(word)), pow_mod(this->value(a), Big(word), this->p_));
  }
  const std::span<const std::uint64_t> nothing;
  EXPECT_EQ(F::zero().pow_vartime(nothing), F::one());
  EXPECT_EQ(F::from_u64(7).pow_vartime(0), F::one());
}

TYPED_TEST(FpOracle, square_roots_end_and_agree_with_the_legendre_symbol) {
  using F = TypeParam;
  int squares = 0;
  for (int i = 0; i < 200; ++i) {
    const F a = this->next();
    const bool square = legendre(this->value(a), this->p_) >= 0;
    squares += square ? 1 : 0;
    ASSERT_EQ(a.is_square_vartime(), square);
    const auto root = a.sqrt_vartime();
    ASSERT_EQ(root.has_value(), square);
    if (root) { ASSERT_EQ(root->square(), a); }
    ASSERT_TRUE(a.square().is_square_vartime());
    const auto back = a.square().sqrt_vartime();
    ASSERT_TRUE(back.has_value() && (*back == a || *back == -a));
  }
  EXPECT_GT(squares, 20);
  EXPECT_LT(squares, 200);
  EXPECT_EQ(F::zero().sqrt_vartime(), F::zero());
  EXPECT_TRUE(F::zero().is_square_vartime());
  EXPECT_FALSE(F::quadratic_non_residue().sqrt_vartime().has_value());
}

// Elements of every 2-power order take every path through Tonelli-Shanks.
TYPED_TEST(FpOracle, square_roots_of_roots_of_unity) {
  using F = TypeParam;
  for (unsigned k = 0; k <= F::kTwoAdicity; ++k) {
    const F w = F::root_of_unity(k);
    EXPECT_EQ(w.sqrt_vartime().has_value(), k < F::kTwoAdicity);
    EXPECT_EQ(w.is_square_vartime(), k < F::kTwoAdicity);
  }
}

TYPED_TEST(FpOracle, choices) {
  using F = TypeParam;
  for (int i = 0; i < 500; ++i) {
    const F a = this->next(), b = this->next();
    ASSERT_EQ(F::select(ct::Choice::yes(), a, b), a);
    ASSERT_EQ(F::select(ct::Choice::no(), a, b), b);
    ASSERT_EQ(a.negate_if(ct::Choice::yes()), -a);
    ASSERT_EQ(a.negate_if(ct::Choice::no()), a);
    ASSERT_EQ(ct_equal(a, b).reveal_vartime(), a == b);
    ASSERT_TRUE(ct_equal(a, a).reveal_vartime());
    ASSERT_EQ(a.is_zero().reveal_vartime(), a == F::zero());
    ASSERT_EQ(a.is_zero_vartime(), a == F::zero());
    // a > (p - 1) / 2  <=>  p - a < a, for a != 0.
    ASSERT_EQ(a.is_negative_vartime(), !a.is_zero_vartime() && this->value(-a) < this->value(a));
  }
}

TYPED_TEST(FpOracle, bytes_are_canonical) {
  using F = TypeParam;
  for (int i = 0; i < 500; ++i) {
    const F a = this->next();
    std::array<std::byte, F::kBytes> le{}, be{};
    a.write_le(le);
    a.write_be(be);
    ASSERT_EQ(Big::from_le_bytes(le), this->value(a));
    ASSERT_TRUE(std::equal(le.begin(), le.end(), be.rbegin()));
    ASSERT_EQ(F::read_le(le), a);
    ASSERT_EQ(F::read_be(be), a);
    const auto limbs = testing::random_limbs<typename F::Params>(this->rng_);
    std::copy_n(reinterpret_cast<const std::byte*>(limbs.data()), F::kBytes, le.begin());
    std::copy(le.rbegin(), le.rend(), be.begin());
    const bool reduced = Big::from(limbs) < this->p_;
    ASSERT_EQ(F::read_le(le).has_value(), reduced);
    ASSERT_EQ(F::read_be(be).has_value(), reduced);
  }
}

TYPED_TEST(FpOracle, wide_bytes_are_reduced) {
  using F = TypeParam;
  for (std::size_t size = F::kBytes + 16; size < 4 * F::kBytes; ++size) {
    std::vector<std::byte> bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::byte>(this->rng_() % 4 == 0 ? 255 : this->rng_() & 255);
    ASSERT_EQ(this->value(F::from_wide_bytes(bytes)), mod(Big::from_le_bytes(bytes), this->p_));
  }
  const std::vector<std::byte> ones(64 + F::kBytes, std::byte{255});
  EXPECT_EQ(this->value(F::from_wide_bytes(ones)), mod(Big::from_le_bytes(ones), this->p_));
}

TYPED_TEST(FpOracle, batch_inverse_equals_single_inverses) {
  using F = TypeParam;
  for (const std::size_t n : {0U, 1U, 2U, 3U, 17U, 64U}) {
    std::vector<F> values(n), scratch(n), expected(n);
    for (std::size_t i = 0; i < n; ++i) values[i] = i % 5 == 3 ? F::zero() : this->next();
    for (std::size_t i = 0; i < n; ++i) expected[i] = values[i].inverse();
    batch_inverse<F>(values, scratch);
    ASSERT_EQ(values, expected);
  }
}

TYPED_TEST(FpOracle, usable_in_constant_expressions) {
  using F = TypeParam;
  constexpr F a = F::from_u64(3) * F::from_u64(5) - F::one() + F::one().dbl();
  static_assert(a == F::from_u64(16));
  static_assert(a.sqrt_vartime().has_value() && F::from_u64(4).is_square_vartime());
  static_assert((-a).half().dbl() == -a && a.square() == F::from_u64(256) && !a.is_negative_vartime());
  constexpr F inverse = a.inverse();
  EXPECT_EQ(inverse * a, F::one());
  EXPECT_EQ(inverse, F::from_u64(16).inverse());  // at run time
}

// Values of the specification (section 1.3); nqr = 5 for both scalar fields.
template <class F>
std::string canonical_hex(const F& a) {
  std::string out;
  for (std::size_t i = F::kLimbs; i-- > 0;) {
    for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[a.to_canonical()[i] >> shift & 15];
  }
  return out;
}

TEST(Roots, are_those_of_the_specification) {
  EXPECT_EQ(Bn254FrE::kTwoAdicity, 28U);
  EXPECT_EQ(Bls12_381FrE::kTwoAdicity, 32U);
  EXPECT_EQ(Bn254FrE::quadratic_non_residue(), Bn254FrE::from_u64(5));
  EXPECT_EQ(Bls12_381FrE::quadratic_non_residue(), Bls12_381FrE::from_u64(5));
  EXPECT_EQ(canonical_hex(Bn254FrE::root_of_unity(28)),
            "2a3c09f0a58a7e8500e0a7eb8ef62abc402d111e41112ed49bd61b6e725b19f0");
  EXPECT_EQ(canonical_hex(Bls12_381FrE::root_of_unity(32)),
            "0212d79e5b416b6f0fd56dc8d168d6c0c4024ff270b3e0941b788f500b912f1f");
}

TYPED_TEST(FpOracle, roots_of_unity_have_their_order) {
  using F = TypeParam;
  EXPECT_EQ(F::root_of_unity(0), F::one());
  EXPECT_EQ(F::root_of_unity(1), -F::one());
  for (unsigned k = 1; k <= F::kTwoAdicity; ++k) EXPECT_EQ(F::root_of_unity(k).square(), F::root_of_unity(k - 1));
  EXPECT_EQ(legendre(this->value(F::quadratic_non_residue()), this->p_), -1);
  for (std::uint64_t q = 2; F::from_u64(q) != F::quadratic_non_residue(); ++q) EXPECT_EQ(legendre(Big(q), this->p_), 1);
}

// The same inputs through both backends, operation by operation.
template <class P>
class Backends : public ::testing::Test {};
using Primes = ::testing::Types<Bn254Fq, Bn254Fr, Bls12_381Fq, Bls12_381Fr>;
TYPED_TEST_SUITE(Backends, Primes);

TYPED_TEST(Backends, agree) {
  if (!testing::runnable<Adx>()) GTEST_SKIP() << "this processor has no ADX and BMI2";
  using F = Fp<TypeParam>;
  using G = Fp<TypeParam, Adx>;
  static_assert(std::is_same_v<G, typename F::template With<Adx>> && sizeof(F) == sizeof(G));
  std::mt19937_64 rng{testing::seed()};
  for (int i = 0; i < 100000; ++i) {
    const F a = random_element<F>(rng), b = random_element<F>(rng);
    const G x = *G::from_montgomery(a.montgomery()), y = *G::from_montgomery(b.montgomery());
    ASSERT_EQ((a * b).montgomery(), (x * y).montgomery());
    ASSERT_EQ((a + b).montgomery(), (x + y).montgomery());
    ASSERT_EQ((a - b).montgomery(), (x - y).montgomery());
    ASSERT_EQ(a.square().montgomery(), x.square().montgomery());
    ASSERT_EQ(a.dbl().montgomery(), x.dbl().montgomery());
    ASSERT_EQ((-a).montgomery(), (-x).montgomery());
    ASSERT_EQ(a.to_canonical(), x.to_canonical());
  }
}

}  // namespace
}  // namespace solemn::field
