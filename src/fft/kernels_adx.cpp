#if defined(__x86_64__)
#include "fft/scalar_kernels.inc"

namespace solemn::fft {

template <class F>
const ScalarKernels<F>& adx_kernels() noexcept {
  static constexpr ScalarKernels<F> kTable = ScalarBodies<F, field::Adx>::kTable;
  return kTable;
}

template const ScalarKernels<field::Fp<field::Bn254Fr>>& adx_kernels<field::Fp<field::Bn254Fr>>() noexcept;
template const ScalarKernels<field::Fp<field::Bls12_381Fr>>& adx_kernels<field::Fp<field::Bls12_381Fr>>() noexcept;

}  // namespace solemn::fft
#endif
