#if defined(__x86_64__)
#include "fft/group_kernels.inc"

namespace solemn::fft {

template <class G>
const GroupKernels<G>& adx_group_kernels() noexcept {
  static constexpr GroupKernels<G> kTable = GroupBodies<G, field::Adx>::kTable;
  return kTable;
}

template const GroupKernels<curve::G1<curve::Bn254>>& adx_group_kernels<curve::G1<curve::Bn254>>() noexcept;
template const GroupKernels<curve::G2<curve::Bn254>>& adx_group_kernels<curve::G2<curve::Bn254>>() noexcept;
template const GroupKernels<curve::G1<curve::Bls12_381>>& adx_group_kernels<curve::G1<curve::Bls12_381>>() noexcept;
template const GroupKernels<curve::G2<curve::Bls12_381>>& adx_group_kernels<curve::G2<curve::Bls12_381>>() noexcept;

}  // namespace solemn::fft
#endif
