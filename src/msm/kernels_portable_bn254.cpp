#include "msm/bodies.inc"

namespace solemn::msm {

template <class G>
const Kernels<G>& portable_kernels() noexcept {
  return Bodies<G, field::Portable>::kTable;
}

template const Kernels<curve::G1<curve::Bn254>>& portable_kernels<curve::G1<curve::Bn254>>() noexcept;
template const Kernels<curve::G2<curve::Bn254>>& portable_kernels<curve::G2<curve::Bn254>>() noexcept;

}  // namespace solemn::msm
