// The kernels of the ifma backend. Everything that other code shares is included before the pragmas, so that its inline
// functions stay runnable on every processor; the templates between the pragmas, and the intrinsics they use, need
// AVX-512 IFMA. base::backend() says whether the processor has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "curve/encoding.inc"
#include "curve/kernels.hpp"
#include "curve/pairing.inc"
#include "curve/rebind.hpp"
#include "curve/sampling.inc"

#include "field/ifma_begin.inc"

#include "curve/lane_kernels.inc"
#include "curve/lane_vector.inc"

namespace solemn::curve {

template <class G>
using IfmaLanes =
    VectorLanes<typename G::template With<field::Adx>, field::ifma::Vec8<typename G::Curve::Fq::Params, 1>>;

template <class G>
const PointKernels<G>& ifma_point_kernels() noexcept {
  static const PointKernels<G> table = [] {
    PointKernels<G> out = point_kernels<G, field::Adx>();
    out.check = check_range<G, IfmaLanes<G>>;
    out.decode = decode_range<G, IfmaLanes<G>>;
    return out;
  }();
  return table;
}

template <class C>
const PairingKernels<C>& ifma_pairing_kernels() noexcept {
  static const PairingKernels<C> table = [] {
    PairingKernels<C> out = pairing_kernels<C, field::Adx>();
    out.miller = miller_range<C, IfmaLanes<G2<C>>>;
    out.hash_to_g2 = hash_to_g2_range<C, IfmaLanes<G2<C>>>;
    return out;
  }();
  return table;
}

template const PointKernels<G1<Bn254>>& ifma_point_kernels<G1<Bn254>>() noexcept;
template const PointKernels<G2<Bn254>>& ifma_point_kernels<G2<Bn254>>() noexcept;
template const PairingKernels<Bn254>& ifma_pairing_kernels<Bn254>() noexcept;
template const PointKernels<G1<Bls12_381>>& ifma_point_kernels<G1<Bls12_381>>() noexcept;
template const PointKernels<G2<Bls12_381>>& ifma_point_kernels<G2<Bls12_381>>() noexcept;
template const PairingKernels<Bls12_381>& ifma_pairing_kernels<Bls12_381>() noexcept;

}  // namespace solemn::curve

#include "field/ifma_end.inc"
#endif
