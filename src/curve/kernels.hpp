#pragma once
// One table of functions per backend: what bulk.cpp calls. The types in the signatures are the portable ones;
// kernels.inc works on them as the backend's own (rebind.hpp). Every function works on one range, in the calling
// thread.
#include "curve/bulk.hpp"
#include "field/backend.hpp"

namespace solemn::curve {

template <class G>
struct PointKernels {
  FirstBad (*check)(std::span<const typename G::Affine> points, Infinity infinity, Subgroup subgroup) noexcept;
  void (*encode)(base::MutableByteSpan out, std::span<const typename G::Affine> points, Encoding encoding) noexcept;
  FirstBad (*decode)(std::span<typename G::Affine> out, base::ByteSpan in, Encoding encoding, Infinity infinity,
                     Subgroup subgroup) noexcept;
  void (*to_affine)(std::span<typename G::Affine> out, std::span<const typename G::Jacobian> in) noexcept;
  void (*mul_secret)(typename G::Affine& out, const typename G::Affine& p, const typename G::Scalar& k) noexcept;
};

template <class C>
struct PairingKernels {
  /// *out = the Miller product; *out = its final exponentiation.
  void (*miller)(typename C::Fq12& out, std::span<const PairingInput<C>> pairs) noexcept;
  void (*final_exponentiation)(typename C::Fq12& in_out) noexcept;
  void (*hash_to_g2)(std::span<typename G2<C>::Affine> out, std::span<const base::Hash64> digests) noexcept;
};

/// B: field::Portable or field::Adx; defined in kernels_portable.cpp and kernels_adx.cpp.
template <class G, class B>
const PointKernels<G>& point_kernels() noexcept;
template <class C, class B>
const PairingKernels<C>& pairing_kernels() noexcept;
/// AVX-512 IFMA where many points are worked on in step, adx elsewhere; kernels_ifma.cpp.
template <class G>
const PointKernels<G>& ifma_point_kernels() noexcept;
template <class C>
const PairingKernels<C>& ifma_pairing_kernels() noexcept;

}  // namespace solemn::curve
