// Digit systems: every representative is congruent and short, its digits give it back, and what is left above the top
// digit is always zero or a digit.
#include "msm/recode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "curve/group.hpp"
#include "msm/test_support.hpp"
#include "msm/vector_kernels.hpp"

namespace solemn::msm {
namespace {

template <class C, class R>
struct Case {
  using Curve = C;
  using Ring = R;
};
template <class T>
class Recode : public testing::Test {};
using Cases = testing::Types<Case<curve::Bn254, EisensteinRing>, Case<curve::Bn254, TwelfthRing>,
                             Case<curve::Bls12_381, EisensteinRing>, Case<curve::Bls12_381, TwelfthRing>>;
TYPED_TEST_SUITE(Recode, Cases);

template <class C, class Ring>
typename C::Fr eigenvalue() {
  return Ring::kDims == 2 ? curve::phi_eigenvalue<C>() : curve::psi_eigenvalue<C>();
}

template <class F>
F from_signed(int x) {
  return x < 0 ? -F::from_u64(static_cast<std::uint64_t>(-x)) : F::from_u64(static_cast<std::uint64_t>(x));
}

bool is_negative(const Coordinate& c) { return c[2] >> 63 != 0; }
Coordinate negated(const Coordinate& c) {
  Coordinate out{};
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < 3; ++i) out[i] = field::sub_borrow(0, c[i], borrow);
  return out;
}
double to_double(const Coordinate& c) {
  if (is_negative(c)) return -to_double(negated(c));
  return std::ldexp(static_cast<double>(c[2]), 128) + std::ldexp(static_cast<double>(c[1]), 64) +
         static_cast<double>(c[0]);
}
/// The integer below |x|, with the sign of x.
Coordinate from_double(double x) {
  if (x < 0) return negated(from_double(-x));
  Coordinate out{};
  for (std::size_t i = 3; i-- > 0;) {
    const double unit = std::ldexp(1, 64 * static_cast<int>(i));
    out[i] = static_cast<std::uint64_t>(std::floor(x / unit));
    x -= static_cast<double>(out[i]) * unit;
  }
  return out;
}

template <class F>
F from_coordinate(const Coordinate& c) {
  const Coordinate magnitude = is_negative(c) ? negated(c) : c;
  typename F::Limbs limbs{};
  for (std::size_t i = 0; i < 3; ++i) limbs[i] = magnitude[i];
  const F value = F::from_canonical_reduced(limbs);
  return is_negative(c) ? -value : value;
}

/// sum of coordinates times eigenvalue^j
template <class F, class Ring, class Coordinates, class Convert>
F evaluate(const Coordinates& a, const F& eigenvalue, const Convert& convert) {
  F sum = F::zero(), power = F::one();
  for (std::size_t j = 0; j < Ring::kDims; ++j) {
    sum += convert(a[j]) * power;
    power *= eigenvalue;
  }
  return sum;
}

template <class Ring>
using Vector = std::array<double, Ring::kDims>;
template <class Ring>
using Matrix = std::array<Vector<Ring>, Ring::kDims>;

/// m^-1, by elimination.
template <class Ring>
Matrix<Ring> inverse(Matrix<Ring> m) {
  constexpr std::size_t kDims = Ring::kDims;
  Matrix<Ring> out{};
  for (std::size_t i = 0; i < kDims; ++i) out[i][i] = 1;
  for (std::size_t i = 0; i < kDims; ++i) {
    std::size_t pivot = i;
    for (std::size_t k = i + 1; k < kDims; ++k) pivot = std::abs(m[k][i]) > std::abs(m[pivot][i]) ? k : pivot;
    std::swap(m[i], m[pivot]);
    std::swap(out[i], out[pivot]);
    const double divisor = m[i][i];
    for (std::size_t j = 0; j < kDims; ++j) {
      m[i][j] /= divisor;
      out[i][j] /= divisor;
    }
    for (std::size_t k = 0; k < kDims; ++k) {
      const double factor = m[k][i];
      for (std::size_t j = 0; k != i && j < kDims; ++j) {
        m[k][j] -= factor * m[i][j];
        out[k][j] -= factor * out[i][j];
      }
    }
  }
  return out;
}

/// The rows of the basis that rounding uses, times 2^-shift.
template <class C, class Ring>
Matrix<Ring> basis(int shift) {
  const auto& lattice = kLattice<C, Ring>;
  Matrix<Ring> out{};
  for (std::size_t i = 0; i < Ring::kDims; ++i) {
    for (std::size_t j = 0; j < Ring::kDims; ++j) {
      const double magnitude = std::ldexp(static_cast<double>(lattice.basis[i][j][1]), 64 - shift) +
                               std::ldexp(static_cast<double>(lattice.basis[i][j][0]), -shift);
      out[i][j] = lattice.basis_negative[i][j] ? -magnitude : magnitude;
    }
  }
  return out;
}

/// The coordinates c of an element in the basis whose inverse this is.
template <class Ring, class Element>
Vector<Ring> coordinates(const Element& e, const Matrix<Ring>& inverse_basis) {
  Vector<Ring> c{};
  for (std::size_t j = 0; j < Ring::kDims; ++j) {
    for (std::size_t i = 0; i < Ring::kDims; ++i) c[i] += static_cast<double>(e[j]) * inverse_basis[j][i];
  }
  return c;
}

/// Near the corners of the cell of representatives: the sum of +-0.4999 rows of the basis.
template <class C, class Ring>
std::vector<typename C::Fr> corners() {
  using F = typename C::Fr;
  const F zeta = eigenvalue<C, Ring>();
  const auto rows = basis<C, Ring>(0);
  std::vector<F> out;
  for (unsigned corner = 0; corner < 1U << Ring::kDims; ++corner) {
    Representative<Ring> e{};
    for (std::size_t j = 0; j < Ring::kDims; ++j) {
      double sum = 0;
      for (std::size_t i = 0; i < Ring::kDims; ++i) sum += ((corner >> i & 1) != 0 ? 0.4999 : -0.4999) * rows[i][j];
      e[j] = from_double(sum);
    }
    out.push_back(evaluate<F, Ring>(e, zeta, from_coordinate<F>));
  }
  return out;
}

template <class C, class Ring>
std::vector<typename C::Fr> scalars() {
  auto out = corners<C, Ring>();
  for (const auto& k : test::edge_scalars<typename C::Fr>()) out.push_back(k);
  test::Random<curve::G1<C>> random(21);
  for (int i = 0; i < 500; ++i) out.push_back(random.scalar());
  return out;
}

TYPED_TEST(Recode, digits_give_the_scalar_back) {
  using C = typename TypeParam::Curve;
  using Ring = typename TypeParam::Ring;
  using F = typename C::Fr;
  const F zeta = eigenvalue<C, Ring>();
  for (const F& k : scalars<C, Ring>()) {
    std::array<std::uint8_t, kSteps<C, Ring> + 1> codes{};
    recode<C, Ring>(codes.data(), 1, k.to_canonical());
    F sum = F::zero();
    for (std::size_t step = 0; step <= kSteps<C, Ring>; ++step) {
      for (unsigned i = 0; i < Ring::kRadixBits; ++i) sum = sum.dbl();
      if (codes[step] == DigitCode::kNone) {
        EXPECT_EQ(step, 0U);
        continue;
      }
      bool found = false;
      for (const auto& digit : kDigitTable<Ring>.all) {
        if (digit.code != codes[step]) continue;
        EXPECT_FALSE(found);
        found = true;
        sum += evaluate<F, Ring>(digit.value, zeta, from_signed<F>);
      }
      EXPECT_TRUE(found);
    }
    EXPECT_EQ(sum, k);
  }
}

#if defined(__x86_64__)
TYPED_TEST(Recode, eight_at_once_have_the_same_codes) {
  using C = typename TypeParam::Curve;
  using Ring = typename TypeParam::Ring;
  using G = std::conditional_t<Ring::kDims == 2, curve::G1<C>, curve::G2<C>>;
  if (base::usable_backends().front() != base::Backend::ifma) GTEST_SKIP() << "this processor has no IFMA";
  constexpr std::size_t kStride = 11, kCodes = (kSteps<C, Ring> + 1) * kStride;
  const auto all = scalars<C, Ring>();
  for (std::size_t first = 0; first + 8 <= all.size(); first += 8) {
    std::vector<std::uint8_t> one(kCodes, 0xee), eight(kCodes, 0xee);
    EightRepresentatives<Ring> elements;
    for (std::size_t lane = 0; lane < 8; ++lane) {
      const auto k = all[first + lane].to_canonical();
      elements.set(lane, representative<C, Ring>(k));
      recode<C, Ring>(one.data() + lane, kStride, k);
    }
    ifma_vector_kernels<G>().take_digits(eight.data(), kStride, elements);
    EXPECT_EQ(eight, one) << first;
  }
}
#endif

TYPED_TEST(Recode, representatives_are_congruent_and_short) {
  using C = typename TypeParam::Curve;
  using Ring = typename TypeParam::Ring;
  using F = typename C::Fr;
  const auto inverse_basis = inverse<Ring>(basis<C, Ring>(0));
  for (const F& k : scalars<C, Ring>()) {
    const auto short_k = representative<C, Ring>(k.to_canonical());
    EXPECT_EQ((evaluate<F, Ring>(short_k, eigenvalue<C, Ring>(), from_coordinate<F>)), k);
    for (const Coordinate& c : short_k) {
      const std::uint64_t fill = is_negative(c) ? ~std::uint64_t{0} : 0;
      if (Ring::kDims == 2) {
        EXPECT_EQ(c[2], fill) << "above 2^128";
      } else {
        EXPECT_EQ(c[2], fill);
        EXPECT_LE(c[1] ^ fill, 1U) << "above 2^65";
      }
    }
    Vector<Ring> value{};
    for (std::size_t j = 0; j < Ring::kDims; ++j) value[j] = to_double(short_k[j]);
    for (const double x : coordinates<Ring>(value, inverse_basis)) EXPECT_LE(std::abs(x), 0.5001);
  }
}

// Every element that can be left some digits before the end goes, digit by digit, to zero or a digit. A representative
// has coordinates |c_i| <= 1/2 in the short basis, but for the rounding; after s digits, k / radix^s is left less a sum
// of digits / radix^i, i = 1 .. s, whose coordinates are at most those of a digit / (radix - 1).
TYPED_TEST(Recode, what_is_left_is_zero_or_a_digit_for_every_scalar) {
  using C = typename TypeParam::Curve;
  using Ring = typename TypeParam::Ring;
  using Element = typename Ring::Element;
  constexpr std::size_t kBack = 3;
  const auto rows = basis<C, Ring>(static_cast<int>((kSteps<C, Ring> - kBack) * Ring::kRadixBits));
  const auto inverse_basis = inverse<Ring>(rows);
  Vector<Ring> limit{}, range{};
  for (const auto& d : kDigitTable<Ring>.all) {
    const auto c = coordinates<Ring>(d.value, inverse_basis);
    for (std::size_t i = 0; i < Ring::kDims; ++i) {
      limit[i] = std::max(limit[i], 0.5001 + std::abs(c[i]) / ((1 << Ring::kRadixBits) - 1));
    }
  }
  for (std::size_t i = 0; i < Ring::kDims; ++i) {
    for (std::size_t j = 0; j < Ring::kDims; ++j) range[j] += limit[i] * std::abs(rows[i][j]);
  }
  std::set<Element> left;
  Element a{};
  const auto least = [&](std::size_t j) { return -static_cast<int>(range[j]) - 1; };
  for (std::size_t j = 0; j < Ring::kDims; ++j) a[j] = least(j);
  for (bool more = true; more;) {
    const auto c = coordinates<Ring>(a, inverse_basis);
    bool inside = true;
    for (std::size_t i = 0; i < Ring::kDims; ++i) inside = inside && std::abs(c[i]) <= limit[i];
    if (inside) left.insert(a);
    more = false;
    for (std::size_t j = 0; j < Ring::kDims && !more; ++j) {
      more = ++a[j] <= -least(j);
      if (!more) a[j] = least(j);
    }
  }
  EXPECT_GT(left.size(), 1000U);
  for (std::size_t step = 0; step < kBack; ++step) {
    std::set<Element> next;
    for (const Element& e : left) {
      const auto& d = kDigitTable<Ring>.of_residue[DigitTable<Ring>::residue(e)].value;
      Element quotient{};
      for (std::size_t j = 0; j < Ring::kDims; ++j) {
        ASSERT_EQ((e[j] - d[j]) % (1 << Ring::kRadixBits), 0);
        quotient[j] = (e[j] - d[j]) / (1 << Ring::kRadixBits);
      }
      next.insert(quotient);
    }
    left = next;
  }
  std::set<Element> allowed = {Element{}};
  for (const auto& d : kDigitTable<Ring>.all) allowed.insert(d.value);
  for (const Element& e : left) EXPECT_EQ(allowed.count(e), 1U);
  EXPECT_LT(left.size(), 20U);
}

}  // namespace
}  // namespace solemn::msm
