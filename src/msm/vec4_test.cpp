// The field of the AVX2 lanes against the portable one, on limbs at the ends of what products take, and the bounds of
// what comes out.
#if defined(__x86_64__)
#include <gtest/gtest.h>
#include <immintrin.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/cpu.hpp"
#include "base/secret.hpp"
#include "msm/endomorphism.inc"
#include "msm/test_support.hpp"
#include "msm/vector_kernels.hpp"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

#include "msm/vec4.inc"

namespace solemn::msm::impl::avx2 {

using P = field::Bn254Fq;
using V = Vec4<P>;
using Fq = field::Fp<P>;
constexpr std::array kNames = {"a b", "a^2", "a b + c d", "a - b - c", "carried a", "store a", "load", "1 / a"};

void compute(std::size_t operation, V& out, std::array<Fq, 4>& memory, const V& a, const V& b, const V& c, const V& d) {
  auto* bytes = reinterpret_cast<std::byte*>(memory.data());
  switch (operation) {
    case 0:
      return multiply<P>(out, a, b);
    case 1:
      return square_of<P>(out, a);
    case 2:
      return multiply_two<P>(out, a, b, c, d);
    case 3:
      out = kept_difference(a, b, c);
      return;
    case 4:
      out = carried(a);
      return;
    case 5:
      store_elements<sizeof(Fq)>(bytes, a);
      out = a;
      return;
    case 6:
      return load_elements<sizeof(Fq)>(out, bytes);
    default:
      static_cast<void>(invert_lanes<Fq, true>(out, a));
  }
}

}  // namespace solemn::msm::impl::avx2

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace solemn::msm {
namespace {

using impl::avx2::Fq;
using Lanes = impl::avx2::V;

/// The element that the limbs of a lane stand for.
Fq element(const Lanes& v, std::size_t lane) {
  const Fq radix = Fq::from_u64(std::uint64_t{1} << 51);
  Fq sum = Fq::zero();
  for (std::size_t i = 5; i-- > 0;) {
    const double x = v.limb[i][lane];
    const Fq limb = Fq::from_u64(static_cast<std::uint64_t>(x < 0 ? -x : x));
    sum = sum * radix + (x < 0 ? -limb : limb);
  }
  return sum * Fq::from_u64(2).pow_vartime(255).inverse_vartime();
}

/// Limbs within 2^50 (times `factor`, but for the highest), often at the end of that; the highest within `top`.
Lanes edge_lanes(hash::ChaChaRng& rng, double factor, double top) {
  constexpr double kHalf = 1125899906842624.0;
  Lanes out;
  for (std::size_t i = 0; i < 5; ++i) {
    for (std::size_t lane = 0; lane < 4; ++lane) {
      const double most = i < 4 ? factor * kHalf : std::floor(top);
      const auto random = static_cast<double>(rng.next_u64() % static_cast<std::uint64_t>(most));
      const std::uint32_t kind = rng.next_u32() % 6;
      out.limb[i][lane] = kind == 0 ? most : kind == 1 ? -most : kind == 2 ? 0.0 : kind == 3 ? -random : random;
    }
  }
  return out;
}

void expect_bounded(const Lanes& v, double top, const char* name) {
  for (std::size_t i = 0; i < 5; ++i) {
    for (const double x : v.limb[i]) {
      EXPECT_LE(x < 0 ? -x : x, i < 4 ? 1125899906842624.0 : top) << name << " limb " << i;
      EXPECT_EQ(x, static_cast<double>(static_cast<std::int64_t>(x))) << name;
    }
  }
}

TEST(Vec4, computes_what_the_portable_field_does_at_the_ends_of_its_domain) {
  if (!base::cpu_features().avx2 || !base::cpu_features().fma) GTEST_SKIP() << "this processor has no AVX2 and FMA";
  hash::ChaChaRng rng(test::seed(51));
  const double p_top = static_cast<double>(impl::avx2::VecConstants<impl::avx2::P>::kModulus[4]);
  for (int round = 0; round < 2000; ++round) {
    // Kept values and slopes on one side; on the other what sums and differences can be: at most a slope of Fp2 twice.
    const bool doubled = round % 2 == 1;
    const Lanes a = edge_lanes(rng, 1, (doubled ? 1.2 : 1.5) * p_top);
    const Lanes b = edge_lanes(rng, 2, (doubled ? 2.3 : 1.2) * p_top);
    const Lanes c = edge_lanes(rng, 1, p_top), d = edge_lanes(rng, 2, p_top);
    std::array<Fq, 4> memory;
    for (Fq& x : memory)
      x = rng.next_u32() % 4 == 0 ? -Fq::from_u64(rng.next_u32() % 3) : element(a, 0) + Fq::from_u64(rng.next_u64());
    const auto in_memory = memory;
    Fq product = Fq::one();
    for (std::size_t i = 0; i < 4; ++i) product *= element(a, i);
    for (std::size_t operation = 0; operation < impl::avx2::kNames.size(); ++operation) {
      const char* const name = impl::avx2::kNames[operation];
      Lanes out;
      impl::avx2::compute(operation, out, memory, a, b, c, d);
      for (std::size_t i = 0; i < 4; ++i) {
        const Fq x = element(a, i), y = element(b, i), z = element(c, i), w = element(d, i);
        const std::array<Fq, 8> expected = {
            x * y, x.square(), x * y + z * w, x - y - z,
            x,     x,          memory[i],     product.is_zero_vartime() ? Fq::zero() : x.inverse()};
        EXPECT_EQ(element(out, i), expected[operation]) << name;
        if (operation == 5) {
          EXPECT_EQ(memory[i], x);
          memory[i] = in_memory[i];
        }
      }
      if (operation != 5) expect_bounded(out, operation < 3 ? 2.64 * p_top : 0.5 * p_top + 4, name);
    }
  }
}

}  // namespace
}  // namespace solemn::msm
#endif
