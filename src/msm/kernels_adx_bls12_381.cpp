#if defined(__x86_64__)
#include "msm/bodies.inc"

namespace solemn::msm {

template <class G>
const Kernels<G>& adx_kernels() noexcept {
  return Bodies<G, field::Adx>::kTable;
}

template const Kernels<curve::G1<curve::Bls12_381>>& adx_kernels<curve::G1<curve::Bls12_381>>() noexcept;
template const Kernels<curve::G2<curve::Bls12_381>>& adx_kernels<curve::G2<curve::Bls12_381>>() noexcept;

}  // namespace solemn::msm
#endif
