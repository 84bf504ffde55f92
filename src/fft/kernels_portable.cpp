#include "fft/scalar_kernels.inc"

namespace solemn::fft {

template <class F>
const ScalarKernels<F>& portable_kernels() noexcept {
  static constexpr ScalarKernels<F> kTable = ScalarBodies<F, field::Portable>::kTable;
  return kTable;
}

template const ScalarKernels<field::Fp<field::Bn254Fr>>& portable_kernels<field::Fp<field::Bn254Fr>>() noexcept;
template const ScalarKernels<field::Fp<field::Bls12_381Fr>>& portable_kernels<field::Fp<field::Bls12_381Fr>>() noexcept;

}  // namespace solemn::fft
