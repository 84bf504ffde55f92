// The field in lanes of AVX-512 IFMA, one thread: cycles of the time-stamp counter for each element, the least of many
// runs. "chain": each operation needs the one before; "32": 32 independent vectors.
#include <cstdio>

#include "base/cpu.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "base/secret.hpp"
#include "msm/endomorphism.inc"
#include "msm/vector_kernels.hpp"

#include "field/ifma_begin.inc"

#include "field/vec8.inc"
#include "msm/vector_lanes.inc"

namespace solemn::msm::impl::lanes {

using namespace field::ifma;

template <class F, class Operation>
void measure(const char* name, std::size_t width, const Operation& operation) {
  std::array<F, 32> values;
  values.fill(F::one());
  const F b = F::one();
  std::uint64_t chain = ~std::uint64_t{0}, independent = chain;
  for (int round = 0; round < 400; ++round) {
    const std::uint64_t start = __builtin_ia32_rdtsc();
    for (int i = 0; i < 320; ++i) operation(values[0], b);
    const std::uint64_t middle = __builtin_ia32_rdtsc();
    for (int i = 0; i < 10; ++i) {
      for (F& value : values) operation(value, b);
    }
    chain = std::min<std::uint64_t>(chain, middle - start);
    independent = std::min<std::uint64_t>(independent, __builtin_ia32_rdtsc() - middle);
  }
  const double n = 320.0 * static_cast<double>(width);
  std::printf("%-24s chain %6.2f   32 %6.2f cycles a lane\n", name, static_cast<double>(chain) / n,
              static_cast<double>(independent) / n);
}

template <class P, std::size_t kV>
void measure_field(const char* mul, const char* sqr, const char* mul2, const char* sqr2) {
  using V = Vec8<P, kV>;
  using V1 = Vec8<P, 1>;
  measure<V>(mul, V::kWidth, [](V& a, const V& b) { multiply(a, a, b); });
  measure<V>(sqr, V::kWidth, [](V& a, const V&) { square_of(a, a); });
  measure<Quadratic<V1>>(mul2, 8, [](Quadratic<V1>& a, const Quadratic<V1>& b) { a = a * b; });
  measure<Quadratic<V1>>(sqr2, 8, [](Quadratic<V1>& a, const Quadratic<V1>&) { a = a.square(); });
}

void measure_all() {
  measure_field<field::Bn254Fq, 2>("BN254 Fp mul", "BN254 Fp sqr", "BN254 Fp2 mul", "BN254 Fp2 sqr");
  measure_field<field::Bls12_381Fq, 1>("BLS12-381 Fp mul", "BLS12-381 Fp sqr", "BLS12-381 Fp2 mul",
                                       "BLS12-381 Fp2 sqr");
}

}  // namespace solemn::msm::impl::lanes

#include "field/ifma_end.inc"

int main() {
  if (solemn::base::usable_backends().front() != solemn::base::Backend::ifma) {
    std::puts("this processor has no AVX-512 IFMA");
    return 0;
  }
  solemn::msm::impl::lanes::measure_all();
  return 0;
}
#else
int main() { return 0; }
#endif
