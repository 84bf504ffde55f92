// Everything that other code shares is included before the pragmas, so that its inline functions stay runnable on every
// processor; the templates between the pragmas, and the intrinsics they use, need AVX-512 IFMA. base::backend()
// says whether the processor has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "fft/scalar_kernels.hpp"
#include "fft/shared_chains.hpp"
#include "msm/endomorphism.inc"
#include "msm/vector_kernels.hpp"

#include "field/ifma_begin.inc"

#include "fft/scalar_lanes.inc"
#include "fft/shared_chains.inc"
#include "field/vec8.inc"

namespace solemn::fft {

template <class G>
const SharedChainKernels<G>& ifma_shared_chains() noexcept {
  // Two registers side by side pay for the five limbs of BN254, in G1 (field/vec8.inc).
  constexpr bool kTwo = G::kIndex == 1 && G::Curve::kId == curve::CurveId::bn254;
  using Lanes = field::ifma::Vec8<typename G::Curve::Fq::Params, kTwo ? 2 : 1>;
  static constexpr SharedChainKernels<G> kTable = SharedChainBodies<G, Lanes>::table(16);
  return kTable;
}

template <class F>
const ScalarKernels<F>& ifma_kernels() noexcept {
  // The powers of tau stay where constant time is tested by running.
  static const ScalarKernels<F> kTable =
      ScalarLanes<F, field::ifma::Vec8<typename F::Params, 1>>::table(adx_kernels<F>().powers);
  return kTable;
}
template const ScalarKernels<field::Fp<field::Bn254Fr>>& ifma_kernels<field::Fp<field::Bn254Fr>>() noexcept;
template const ScalarKernels<field::Fp<field::Bls12_381Fr>>& ifma_kernels<field::Fp<field::Bls12_381Fr>>() noexcept;

template const SharedChainKernels<curve::G1<curve::Bn254>>& ifma_shared_chains<curve::G1<curve::Bn254>>() noexcept;
template const SharedChainKernels<curve::G2<curve::Bn254>>& ifma_shared_chains<curve::G2<curve::Bn254>>() noexcept;
template const SharedChainKernels<curve::G1<curve::Bls12_381>>&
ifma_shared_chains<curve::G1<curve::Bls12_381>>() noexcept;
template const SharedChainKernels<curve::G2<curve::Bls12_381>>&
ifma_shared_chains<curve::G2<curve::Bls12_381>>() noexcept;

}  // namespace solemn::fft

#include "field/ifma_end.inc"
#endif
