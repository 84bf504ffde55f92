// Everything that other code shares is included before the pragmas, so that its inline functions stay runnable on every
// processor; the templates between the pragmas, and the intrinsics they use, need AVX2 and FMA. base::cpu_features() is
// asked by vector_kernels().
#if defined(__x86_64__)
#include <immintrin.h>

#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "base/secret.hpp"
#include "msm/endomorphism.inc"
#include "msm/vector_kernels.hpp"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

#include "msm/vec4_adder.inc"
#include "msm/vector_kernels.inc"

namespace solemn::msm {

template <class G>
const VectorKernels<G>& avx2_vector_kernels() noexcept {
  using Lanes = impl::avx2::Vec4<typename G::Curve::Fq::Params>;
  static constexpr VectorKernels<G> kTable = VectorBodies<G, Lanes>::table(G::kIndex == 1 ? 512 : 256, nullptr);
  return kTable;
}

template const VectorKernels<curve::G1<curve::Bn254>>& avx2_vector_kernels<curve::G1<curve::Bn254>>() noexcept;
template const VectorKernels<curve::G2<curve::Bn254>>& avx2_vector_kernels<curve::G2<curve::Bn254>>() noexcept;

}  // namespace solemn::msm

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
