#include "fft/group_kernels.inc"

namespace solemn::fft {

template <class G>
const GroupKernels<G>& portable_group_kernels() noexcept {
  static constexpr GroupKernels<G> kTable = GroupBodies<G, field::Portable>::kTable;
  return kTable;
}

template const GroupKernels<curve::G1<curve::Bn254>>& portable_group_kernels<curve::G1<curve::Bn254>>() noexcept;
template const GroupKernels<curve::G2<curve::Bn254>>& portable_group_kernels<curve::G2<curve::Bn254>>() noexcept;
template const GroupKernels<curve::G1<curve::Bls12_381>>&
portable_group_kernels<curve::G1<curve::Bls12_381>>() noexcept;
template const GroupKernels<curve::G2<curve::Bls12_381>>&
portable_group_kernels<curve::G2<curve::Bls12_381>>() noexcept;

}  // namespace solemn::fft
