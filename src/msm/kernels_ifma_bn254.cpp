// Everything that other code shares is included before the pragmas, so that its inline functions stay runnable on every
// processor; the templates between the pragmas, and the intrinsics they use, need AVX-512 IFMA. base::backend()
// says whether the processor has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "base/secret.hpp"
#include "msm/endomorphism.inc"
#include "msm/vector_kernels.hpp"

#include "field/ifma_begin.inc"

#include "msm/recode8.inc"
#include "msm/vec8_adder.inc"
#include "msm/vector_kernels.inc"

namespace solemn::msm {

template <class G>
const VectorKernels<G>& ifma_vector_kernels() noexcept {
  using Lanes = impl::ifma::Vec8<typename G::Curve::Fq::Params, G::kIndex == 1 ? 2 : 1>;
  static constexpr VectorKernels<G> kTable = VectorBodies<G, Lanes>::table(
      G::kIndex == 1 ? 2048 : 512, impl::ifma_take_digits<typename G::Curve, RingAt<G::kIndex>>);
  return kTable;
}

template const VectorKernels<curve::G1<curve::Bn254>>& ifma_vector_kernels<curve::G1<curve::Bn254>>() noexcept;
template const VectorKernels<curve::G2<curve::Bn254>>& ifma_vector_kernels<curve::G2<curve::Bn254>>() noexcept;

}  // namespace solemn::msm

#include "field/ifma_end.inc"
#endif
