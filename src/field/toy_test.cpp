// The same template for tiny primes, exhaustively against plain integers.
#include <gtest/gtest.h>

#include "field/test_support.hpp"

namespace solemn::field {
namespace {

template <std::uint64_t Prime>
struct Toy {
  static constexpr std::array<std::uint64_t, 1> kModulus = {Prime};
};
/// 2^127 - 1 and 2^89 - 1: primes of two limbs.
struct Mersenne127 {
  static constexpr std::array<std::uint64_t, 2> kModulus = {0xffffffffffffffff, 0x7fffffffffffffff};
};
struct Mersenne89 {
  static constexpr std::array<std::uint64_t, 2> kModulus = {0xffffffffffffffff, 0x1ffffff};
};

template <class F>
class TinyPrime : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kP = F::Params::kModulus[0];
  static F element(std::uint64_t value) { return F::from_u64(value); }
  static std::uint64_t integer(const F& a) { return a.to_canonical()[0]; }
};
using TinyPrimes = ::testing::Types<Fp<Toy<3>>, Fp<Toy<5>>, Fp<Toy<7>>, Fp<Toy<13>>, Fp<Toy<17>>, Fp<Toy<97>>,
                                    Fp<Toy<193>>, Fp<Toy<257>>, Fp<Toy<97>, Adx>>;
TYPED_TEST_SUITE(TinyPrime, TinyPrimes);

TYPED_TEST(TinyPrime, pairs) {
  using F = TypeParam;
  constexpr std::uint64_t p = TestFixture::kP;
  for (std::uint64_t i = 0; i < p; ++i) {
    for (std::uint64_t j = 0; j < p; ++j) {
      const F a = this->element(i), b = this->element(j);
      ASSERT_EQ(this->integer(a + b), (i + j) % p);
      ASSERT_EQ(this->integer(a - b), (i + p - j) % p);
      ASSERT_EQ(this->integer(a * b), i * j % p);
      ASSERT_EQ(a == b, i == j);
      ASSERT_EQ(ct_equal(a, b).reveal_vartime(), i == j);
      ASSERT_EQ(F::select(ct::Choice::from_bit(j & 1), a, b), (j & 1) != 0 ? a : b);
    }
  }
}

TYPED_TEST(TinyPrime, elements) {
  using F = TypeParam;
  constexpr std::uint64_t p = TestFixture::kP;
  for (std::uint64_t i = 0; i < p; ++i) {
    const F a = this->element(i);
    ASSERT_EQ(this->integer(a), i);
    ASSERT_EQ(this->integer(-a), (p - i) % p);
    ASSERT_EQ(this->integer(a.square()), i * i % p);
    ASSERT_EQ(this->integer(a.dbl()), 2 * i % p);
    ASSERT_EQ(a.half().dbl(), a);
    ASSERT_EQ(a.is_zero().reveal_vartime(), i == 0);
    ASSERT_EQ(a.is_negative_vartime(), i > (p - 1) / 2);
    ASSERT_EQ(a.inverse(), a.inverse_vartime());
    ASSERT_EQ(this->integer(a.inverse() * a), i == 0 ? 0U : 1U);
    std::uint64_t power = 1;
    for (std::uint64_t e = 0; e < 40; ++e, power = power * i % p) ASSERT_EQ(this->integer(a.pow_vartime(e)), power);
  }
}

TYPED_TEST(TinyPrime, square_roots) {
  using F = TypeParam;
  constexpr std::uint64_t p = TestFixture::kP;
  std::vector<bool> square(p);
  for (std::uint64_t i = 0; i < p; ++i) square[i * i % p] = true;
  for (std::uint64_t i = 0; i < p; ++i) {
    const auto root = this->element(i).sqrt_vartime();
    ASSERT_EQ(root.has_value(), square[i]);
    ASSERT_EQ(this->element(i).is_square_vartime(), square[i]);
    if (root) { ASSERT_EQ(root->square(), this->element(i)); }
  }
  const auto first = static_cast<std::uint64_t>(std::find(square.begin() + 1, square.end(), false) - square.begin());
  ASSERT_EQ(this->integer(F::quadratic_non_residue()), first);
}

TYPED_TEST(TinyPrime, roots_of_unity) {
  using F = TypeParam;
  for (unsigned k = 0; k <= F::kTwoAdicity; ++k) {
    std::uint64_t order = 1;
    for (F power = F::root_of_unity(k); power != F::one(); power *= F::root_of_unity(k)) ++order;
    ASSERT_EQ(order, std::uint64_t{1} << k);
  }
  ASSERT_NE((TestFixture::kP - 1) >> F::kTwoAdicity & 1, 0U);
}

TYPED_TEST(TinyPrime, encodings) {
  using F = TypeParam;
  constexpr std::uint64_t p = TestFixture::kP;
  for (std::uint64_t i = 0; i < 2 * p + 300; ++i) {
    std::array<std::byte, 8> le{}, be{};
    for (std::size_t k = 0; k < 8; ++k) le[k] = be[7 - k] = static_cast<std::byte>(i >> (8 * k) & 255);
    ASSERT_EQ(F::read_le(le).has_value(), i < p);
    ASSERT_EQ(F::read_be(be).has_value(), i < p);
    ASSERT_EQ(F::from_canonical({i}).has_value(), i < p);
    ASSERT_EQ(F::from_montgomery({i}).has_value(), i < p);
    ASSERT_EQ(this->integer(F::from_canonical_reduced({i})), i % p);
    if (i >= p) continue;
    std::array<std::byte, 8> out{};
    F::read_le(le)->write_le(out);
    ASSERT_EQ(out, le);
    F::read_be(be)->write_be(out);
    ASSERT_EQ(out, be);
  }
}

TYPED_TEST(TinyPrime, batch_inverse) {
  using F = TypeParam;
  std::vector<F> values, scratch(TestFixture::kP);
  for (std::uint64_t i = 0; i < TestFixture::kP; ++i) values.push_back(this->element(i));
  batch_inverse<F>(values, scratch);
  for (std::uint64_t i = 0; i < TestFixture::kP; ++i) ASSERT_EQ(values[i], this->element(i).inverse());
}

// Larger primes of one and two limbs, against OpenSSL.
template <class F>
class MediumPrime : public ::testing::Test {};
using MediumPrimes = ::testing::Types<Fp<Toy<8191>>, Fp<Toy<65537>>, Fp<Toy<(std::uint64_t{1} << 61) - 1>>,
                                      Fp<Toy<9223372036854775783>>, Fp<Mersenne89>, Fp<Mersenne127>>;
TYPED_TEST_SUITE(MediumPrime, MediumPrimes);

TYPED_TEST(MediumPrime, arithmetic) {
  using F = TypeParam;
  using testing::Big;
  std::mt19937_64 rng{testing::seed()};
  const Big p = Big::from(F::Params::kModulus);
  const auto value = [](const F& a) { return Big::from(a.to_canonical()); };
  for (int i = 0; i < 2000; ++i) {
    const F a = testing::random_element<F>(rng), b = testing::random_element<F>(rng);
    ASSERT_EQ(value(a + b), add_mod(value(a), value(b), p));
    ASSERT_EQ(value(a - b), sub_mod(value(a), value(b), p));
    ASSERT_EQ(value(a * b), mul_mod(value(a), value(b), p));
    ASSERT_EQ(value(a.square()), mul_mod(value(a), value(a), p));
    ASSERT_EQ(a.inverse(), a.inverse_vartime());
    ASSERT_EQ(a * a.inverse(), a.is_zero_vartime() ? F::zero() : F::one());
    const bool square = legendre(value(a), p) >= 0;
    ASSERT_EQ(a.is_square_vartime(), square);
    const auto root = a.sqrt_vartime();
    ASSERT_EQ(root.has_value(), square);
    if (root) { ASSERT_EQ(root->square(), a); }
  }
}

}  // namespace
}  // namespace solemn::field
