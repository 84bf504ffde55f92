// The field of the IFMA lanes against the portable one: random elements and elements whose words or limbs are at the
// ends of what they can be, reduced and as the sums and differences that products take.
#if defined(__x86_64__)
#include <gtest/gtest.h>
#include <immintrin.h>

#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "base/cpu.hpp"
#include "base/secret.hpp"
#include "msm/endomorphism.inc"
#include "msm/test_support.hpp"
#include "msm/vector_kernels.hpp"

#include "field/ifma_begin.inc"

#include "field/vec8_towers.inc"
#include "msm/vector_lanes.inc"

namespace solemn::msm::impl::lanes {

using namespace field::ifma;

/// Operation i of kNames on elements of memory, by the formula that the test computes.
inline constexpr std::array kNames = {"a b",
                                      "a^2",
                                      "a b + c d",
                                      "(a + b) (c - d)",
                                      "a - b - c",
                                      "-a b",
                                      "a lane",
                                      "1 / a or 0",
                                      "(a, b) (c, d) in Fp2",
                                      "(a, b)^2 in Fp2",
                                      "a + a b + b c + c d + d a",
                                      "9 a - b and 9 a + b",
                                      "a if a = b",
                                      "a b - c",
                                      "a b - c - d",
                                      "a^2 - b - c",
                                      "a b + c d - a",
                                      "a b + c and a b + c d + a",
                                      "3 a",
                                      "-a and -a - b",
                                      "a - b, in odd lanes -a - b",
                                      "b c - a and a^2 - c - b, in place",
                                      "one of a, b, c, d; a - b",
                                      "-a; 4 a - b, in place",
                                      "a b c, (a b)^2 c^2 of factors",
                                      "(a b + c) d and (a b + c d - a) b of factors",
                                      "(a + b) (c - d) and -3 a b of factors",
                                      "a^2 b^2 of a factor in place, 1 / (a b) or 0",
                                      "(a - b) c and 4 (b - a) c, limb by limb",
                                      "(a - b, in odd lanes -a - b) c + d a, and b times what that kept",
                                      "(a - b) c - (c - d) b - a, and the product of what that kept",
                                      "3 / a or 0; a (b - c) in place"};

// What is only multiplied is no operand of anything else: not by mistake, and not by an argument that is written to.
template <class Vec, class Factor>
inline constexpr bool kApart = !std::is_convertible_v<Factor&, const Vec&> && !std::is_convertible_v<Vec&, Factor&> &&
                               !std::is_convertible_v<Factor&, Vec&> && std::is_convertible_v<Vec&, Factor>;
static_assert(kApart<Vec8<field::Bn254Fq, 2>, Factor8<field::Bn254Fq, 2>>);

/// By lane, which of four values is chosen.
constexpr std::array<std::uint8_t, 16> kChosen = {0, 1, 2, 3, 3, 2, 1, 0, 1, 1, 2, 2, 3, 3, 0, 0};
constexpr std::array<std::uint8_t, 16> kOdd = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1};

template <class V, class F>
void compute(std::size_t operation, F* out, F* out2, const F* a, const F* b, const F* c, const F* d) {
  const auto in = [](const F* x) {
    V v;
    load_elements<sizeof(F)>(v, reinterpret_cast<const std::byte*>(x));
    return v;
  };
  const V va = in(a), vb = in(b), vc = in(c), vd = in(d);
  typename V::Factor f, g;
  const Quadratic<V> pair = {va, vb};
  V v = va, v2 = V::zero();
  switch (operation) {
    case 0:
      v = va * vb;
      break;
    case 1:
      square_of(v, va);
      break;
    case 2:
      multiply_two(v, va, vb, vc, vd);
      break;
    case 3:
      v = lazy_sum(va, vb) * lazy_difference(vc, vd);
      break;
    case 4:
      v = kept_difference(va, vb, vc);
      break;
    case 5:
      v = lazy_negation(va) * vb;
      break;
    case 6:
      if constexpr (V::kWidth == 8) {
        v = exchanged(va, 2);
      } else {
        v = joined(exchanged(half_of(va, 0), 2), exchanged(half_of(va, 1), 2));
      }
      break;
    case 7:
      if (invert_lanes<F, true>(v, va).reveal_vartime()) v2 = V::one();
      break;
    case 8: {
      const Quadratic<V> product = pair * Quadratic<V>{vc, vd};
      v = product.c0;
      v2 = product.c1;
      break;
    }
    case 9: {
      const Quadratic<V> square = pair.square();
      v = square.c0;
      v2 = square.c1;
      break;
    }
    case 10:
      add_four_products(v, va, va, vb, vb, vc, vc, vd, vd, va);
      break;
    case 11:
      v = kept_multiple_difference<9>(va, vb);
      v2 = kept_multiple_sum<9>(va, vb);
      break;
    case 13:
      product_difference<8, true>(v, va, vb, vc);
      product_difference<2, false>(v2, va, vb, vc);
      break;
    case 14:
      product_difference<16, true>(v, va, vb, vc, vd);
      product_difference<4, false>(v2, va, vb, vc, vd);
      break;
    case 15:
      square_difference<16, true>(v, va, vb, vc);
      square_difference<4, false>(v2, va, vb, vc);
      break;
    case 16:
      two_products_difference<8, true>(v, va, vb, vc, vd, va);
      two_products_difference<2, false>(v2, va, vb, vc, vd, va);
      break;
    case 17:
      product_sum(v, va, vb, vc);
      two_products_sum(v2, va, vb, vc, vd, va);
      break;
    case 18:
      v = factor_triple(va) * V::one();
      break;
    case 19:
      v = negated(kept(va));
      v2 = negated_sum(kept(va), kept(vb));
      break;
    case 20: {
      const V reduced_a = kept(va), reduced_b = kept(vb);
      const auto odd = V::field_is(V::load_codes(kOdd.data(), 1), 0, 1, 1);
      v = factor_signed_difference<2>(odd, reduced_a, reduced_b).element();
      f = factor_signed_difference<8>(odd, reduced_a, vb);
      v2 = f * V::one();
      break;
    }
    case 21:
      product_difference<8, true>(v, vb, vc, v);
      v2 = vb;
      square_difference<16, true>(v2, va, vc, v2);
      break;
    case 22: {
      const auto wanted = V::template one_of<4>(V::load_codes(kChosen.data(), 1), 3);
      const std::array<const V*, 4> entries = {&va, &vb, &vc, &vd};
      v = V::read(wanted, [&](std::size_t n) -> const V& { return *entries[n]; });
      v2 = padded_difference<16>(va, vb);
      break;
    }
    case 23:
      v = wide_negation(va) * V::one();
      v2 = shifted<2>(va) * V::one();
      subtract_padded<8>(v2, v2, vb);
      break;
    // What is only multiplied has bits that are not looked at.
    case 24:
      multiply(f, va, vb);
      v = f * vc;
      square_of(g, vc);
      square_of(v2, f);
      v2 = g * v2;
      break;
    case 25:
      product_sum(f, va, vb, vc);
      v = f * vd;
      two_products_difference<2, false>(g, va, vb, vc, vd, va);
      v2 = vb * g;
      break;
    case 26:
      v = factor_sum(va, vb) * factor_difference(vc, vd);
      v2 = factor_negation(va) * factor_triple(vb);
      break;
    case 27:
      multiply(f, va, vb);
      invert_lanes<F, true>(g, f);
      v2 = g * V::one();
      multiply(f, f, f);
      v = f * V::one();
      break;
    // Factors that are made limb by limb.
    case 28:
      product_of(v, factor_difference(va, vb), vc);
      v2 = shifted<2>(factor_difference<16>(vb, va)) * vc;
      break;
    case 29: {
      const V reduced_a = kept(va), reduced_b = kept(vb);
      const auto odd = V::field_is(V::load_codes(kOdd.data(), 1), 0, 1, 1);
      multiply_two(v, copied_factor_signed_difference<2>(f, odd, reduced_a, reduced_b), vc, vd, va);
      v2 = f * vb;
      break;
    }
    case 30:
      two_products_difference<8, true>(v, copied_factor_difference(f, va, vb), vc, copied_factor_difference(g, vc, vd),
                                       factor_negation(vb), va);
      v2 = f * g;
      break;
    case 31:
      v = factor_triple(V::one()).element();
      invert_lanes<F, true>(v, va, scale_of_inverse(v));
      g = va;
      product_of(g, copy_in(f, factor_difference(vb, vc)), g);
      v2 = g * V::one();
      break;
    default:
      v = select(zero_lanes(kept_difference(va, vb)), kept(va), V::zero());
  }
  store_elements<sizeof(F)>(reinterpret_cast<std::byte*>(out), v);
  store_elements<sizeof(F)>(reinterpret_cast<std::byte*>(out2), v2);
}

template <class F, std::size_t kV>
void compute_lanes(std::size_t operation, F* out, F* out2, const F* a, const F* b, const F* c, const F* d) {
  compute<Vec8<typename F::Params, kV>>(operation, out, out2, a, b, c, d);
}
using Fq1 = field::Fp<field::Bn254Fq>;
using Fq2 = field::Fp<field::Bls12_381Fq>;
template void compute_lanes<Fq1, 1>(std::size_t, Fq1*, Fq1*, const Fq1*, const Fq1*, const Fq1*, const Fq1*);
template void compute_lanes<Fq1, 2>(std::size_t, Fq1*, Fq1*, const Fq1*, const Fq1*, const Fq1*, const Fq1*);
template void compute_lanes<Fq2, 1>(std::size_t, Fq2*, Fq2*, const Fq2*, const Fq2*, const Fq2*, const Fq2*);
template void compute_lanes<Fq2, 2>(std::size_t, Fq2*, Fq2*, const Fq2*, const Fq2*, const Fq2*, const Fq2*);

}  // namespace solemn::msm::impl::lanes

#include "field/ifma_end.inc"

namespace solemn::msm {
namespace {

/// Words and 52-bit limbs of zeros, of ones and of a random number, in all combinations at hand.
template <class F>
F edge_element(hash::ChaChaRng& rng) {
  using Limbs = typename F::Limbs;
  Limbs x{};
  const bool by_limb = rng.next_u32() % 2 == 0;
  for (std::size_t bit = 0; bit < 64 * x.size(); bit += by_limb ? 52 : 64) {
    const std::uint64_t kind = rng.next_u32() % 4;
    std::uint64_t value = kind == 0 ? 0 : kind == 1 ? ~std::uint64_t{0} : rng.next_u64();
    if (by_limb) value &= (std::uint64_t{1} << 52) - 1;
    x[bit / 64] |= value << (bit % 64);
    if (bit % 64 + 52 > 64 && by_limb && bit / 64 + 1 < x.size()) x[bit / 64 + 1] |= value >> (64 - bit % 64);
  }
  constexpr unsigned kTopBits = F::kBits - 64 * (Limbs{}.size() - 1);
  x.back() &= (std::uint64_t{1} << kTopBits) - 1;
  field::reduce_once(x, x, F::Params::kModulus);
  Limbs near = F::Params::kModulus;
  near[0] -= 1 + rng.next_u32() % 3;
  return std::bit_cast<F>(rng.next_u32() % 8 == 0 ? near : x);
}

template <class F, std::size_t kV>
void expect_all_operations(std::uint64_t seed) {
  if (base::usable_backends().front() != base::Backend::ifma) GTEST_SKIP() << "this processor has no IFMA";
  constexpr std::size_t kLanes = 8 * kV;
  hash::ChaChaRng rng(test::seed(seed));
  using Row = std::array<F, kLanes>;
  for (int round = 0; round < 500; ++round) {
    std::array<Row, 4> in;
    for (auto& row : in) {
      for (auto& x : row) x = edge_element<F>(rng);
    }
    const auto& [a, b, c, d] = in;
    const bool any_zero = std::any_of(a.begin(), a.end(), [](const F& x) { return x.is_zero_vartime(); });
    const bool zero_product =
        any_zero || std::any_of(b.begin(), b.end(), [](const F& x) { return x.is_zero_vartime(); });
    for (std::size_t operation = 0; operation < impl::lanes::kNames.size(); ++operation) {
      Row out, out2;
      impl::lanes::compute_lanes<F, kV>(operation, out.data(), out2.data(), a.data(), b.data(), c.data(), d.data());
      for (std::size_t i = 0; i < kLanes; ++i) {
        const F nine = a[i].dbl().dbl().dbl() + a[i];
        const F signed_a = i % 2 == 0 ? a[i] : -a[i];
        const std::array<F, 32> first = {a[i] * b[i],
                                         a[i].square(),
                                         a[i] * b[i] + c[i] * d[i],
                                         (a[i] + b[i]) * (c[i] - d[i]),
                                         a[i] - b[i] - c[i],
                                         -(a[i] * b[i]),
                                         a[i ^ 4],
                                         any_zero ? F::zero() : a[i].inverse(),
                                         a[i] * c[i] - b[i] * d[i],
                                         a[i].square() - b[i].square(),
                                         a[i] + a[i] * b[i] + b[i] * c[i] + c[i] * d[i] + d[i] * a[i],
                                         nine - b[i],
                                         a[i] == b[i] ? a[i] : F::zero(),
                                         a[i] * b[i] - c[i],
                                         a[i] * b[i] - c[i] - d[i],
                                         a[i].square() - b[i] - c[i],
                                         a[i] * b[i] + c[i] * d[i] - a[i],
                                         a[i] * b[i] + c[i],
                                         a[i].dbl() + a[i],
                                         -a[i],
                                         signed_a - b[i],
                                         b[i] * c[i] - a[i],
                                         in[impl::lanes::kChosen[i]][i],
                                         -a[i],
                                         a[i] * b[i] * c[i],
                                         (a[i] * b[i] + c[i]) * d[i],
                                         (a[i] + b[i]) * (c[i] - d[i]),
                                         (a[i] * b[i]).square(),
                                         (a[i] - b[i]) * c[i],
                                         (signed_a - b[i]) * c[i] + d[i] * a[i],
                                         (a[i] - b[i]) * c[i] - (c[i] - d[i]) * b[i] - a[i],
                                         any_zero ? F::zero() : F::from_u64(3) * a[i].inverse()};
        F second = F::zero();
        if (operation == 7 && any_zero) second = F::one();
        if (operation == 8) second = a[i] * d[i] + b[i] * c[i];
        if (operation == 9) second = (a[i] * b[i]).dbl();
        if (operation == 11) second = nine + b[i];
        if (operation >= 13 && operation <= 16) second = first[operation];  // kept and lifted
        if (operation == 17) second = a[i] * b[i] + c[i] * d[i] + a[i];
        if (operation == 19) second = -a[i] - b[i];
        if (operation == 20) second = first[operation];
        if (operation == 21) second = a[i].square() - c[i] - b[i];
        if (operation == 22) second = a[i] - b[i];
        if (operation == 23) second = a[i].dbl().dbl() - b[i];
        if (operation == 24) second = (a[i] * b[i] * c[i]).square();
        if (operation == 25) second = (a[i] * b[i] + c[i] * d[i] - a[i]) * b[i];
        if (operation == 26) second = -(a[i] * b[i]).dbl() - a[i] * b[i];
        if (operation == 27 && !zero_product) second = (a[i] * b[i]).inverse();
        if (operation == 28) second = ((b[i] - a[i]) * c[i]).dbl().dbl();
        if (operation == 29) second = (signed_a - b[i]) * b[i];
        if (operation == 30) second = (a[i] - b[i]) * (c[i] - d[i]);
        if (operation == 31) second = a[i] * (b[i] - c[i]);
        ASSERT_EQ(out[i], first[operation]) << impl::lanes::kNames[operation] << ", lane " << i;
        ASSERT_EQ(out2[i], second) << impl::lanes::kNames[operation] << ", lane " << i;
        ASSERT_TRUE(out[i].is_reduced_vartime() && out2[i].is_reduced_vartime());
      }
    }
  }
}

TEST(Vec8, agrees_with_the_portable_field_of_bn254) {
  expect_all_operations<field::Fp<field::Bn254Fq>, 1>(51);
  expect_all_operations<field::Fp<field::Bn254Fq>, 2>(52);
}
TEST(Vec8, agrees_with_the_portable_field_of_bls12_381) {
  expect_all_operations<field::Fp<field::Bls12_381Fq>, 1>(53);
  expect_all_operations<field::Fp<field::Bls12_381Fq>, 2>(54);
}

}  // namespace
}  // namespace solemn::msm
#endif
