// The algorithms on lanes with the upper bound of every value beside it (field/bound.hpp): none depends on the data, so
// that one run proves that no value outgrows its limbs. A bound that is broken ends the program.
#define SOLEMN_GHOST_BOUNDS
#include <gtest/gtest.h>

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "base/cpu.hpp"
#include "curve/encoding.inc"
#include "curve/kernels.hpp"
#include "curve/pairing.inc"
#include "curve/rebind.hpp"
#include "curve/sampling.inc"
#include "curve/test_points.hpp"

#include "field/ifma_begin.inc"

#include "curve/lane_kernels.inc"
#include "curve/lane_vector.inc"

namespace solemn::curve {

template <class C, std::size_t kV>
struct Checked {
  using Adx = typename C::template With<field::Adx>;
  using V = field::ifma::Vec8<typename C::Fq::Params, kV>;
  using OfG1 = LaneKernels<VectorLanes<G1<Adx>, V>>;
  using OfG2 = LaneKernels<VectorLanes<G2<Adx>, V>>;

  [[gnu::noinline]] static void run() {
    std::vector<typename G1<Adx>::Affine> g1(40, G1<Adx>::generator());
    std::vector<typename G2<Adx>::Affine> g2(40, G2<Adx>::generator());
    OfG1::check(g1, Infinity::refuse, Subgroup::check);
    OfG2::check(g2, Infinity::refuse, Subgroup::check);
    OfG2::hash_to_g2(g2, std::vector<base::Hash64>(g2.size()));
    std::vector<PairingInput<Adx>> pairs;
    for (std::size_t i = 0; i < g1.size(); ++i) pairs.push_back({g1[i], g2[i]});
    OfG2::miller(pairs);
  }
  /// As run(), but with a product that is subtracted where 8p are all there is to subtract from.
  [[gnu::noinline]] static void overflow() {
    V a = V::one();
    for (int i = 0; i < 20; ++i) a = lazy_sum(a, a);
    a = lazy_negation(a);
  }
  /// 64p, whose square by R leaves room for one of two such products.
  static V large() {
    V a = V::one();
    for (int i = 0; i < 6; ++i) a = lazy_sum(a, a);
    return a;
  }
  [[gnu::noinline]] static void second_product() {
    const V one = V::one(), a = large();
    V out;
    multiply_two(out, one, one, a, a);  // fits
    multiply_two(out, one, a, a, a);
    multiply_two(out, a, a, a, a);
  }
  [[gnu::noinline]] static void shifted_difference() {
    const V one = V::one();
    typename V::Factor copy;
    V out = field::ifma::shifted<3>(field::ifma::factor_difference<8>(one, one)) * one;  // 72p fit
    out = field::ifma::shifted<4>(field::ifma::factor_difference<8>(one, one)) * one;
  }
  [[gnu::noinline]] static void copied_difference() {
    const V one = V::one(), a = large();
    typename V::Factor copy;
    V out;
    multiply(out, copied_factor_difference(copy, a, one), one);
    multiply_two(out, copy, copy, one, a);  // fits
    multiply_two(out, copy, copy, copy, copy);
  }
};

}  // namespace solemn::curve

#include "field/ifma_end.inc"

namespace solemn::curve {
namespace {

TEST(LaneBounds, no_value_outgrows_its_limbs) {
  if (!base::cpu_features().avx512ifma) GTEST_SKIP() << "this processor has no AVX-512 IFMA";
  Checked<Bn254, 1>::run();
  Checked<Bn254, 2>::run();
  Checked<Bls12_381, 1>::run();
}

TEST(LaneBounds, a_value_that_does_ends_the_program) {
  if (!base::cpu_features().avx512ifma) GTEST_SKIP() << "this processor has no AVX-512 IFMA";
  using C = Checked<Bn254, 1>;
  EXPECT_DEATH(C::overflow(), "bound: no limbs for it: 128 p");
  EXPECT_DEATH(C::second_product(), "bound: no limbs for it: 98.*");
  EXPECT_DEATH(C::shifted_difference(), "bound: no limbs for it: 144 p");
  EXPECT_DEATH(C::copied_difference(), "bound: no limbs for it: 124.*");
}

}  // namespace
}  // namespace solemn::curve
#endif
