#pragma once
// The bulk loops of the transforms of points, once per group and backend: sums of one or two multiples of points by
// public scalars, as affine accumulators that run their programs side by side and share inversions.
#include <span>

#include "base/cpu.hpp"
#include "curve/group.hpp"

namespace solemn::fft {

/// Butterflies of two_layers() for one batch: their tables (800 KiB to 1.2 MiB) should stay in the second cache.
template <class G>
inline constexpr std::size_t kQuadBatch = G::kIndex == 1 ? 256 : 128;

template <class G>
struct GroupKernels {
  using Affine = typename G::Affine;
  using Scalar = typename G::Scalar;
  /// points[i] *= scalars[i].
  void (*multiply)(std::span<Affine> points, std::span<const Scalar> scalars);
  /// Two layers of the butterflies (x0[i], x1[i], x2[i], x3[i]), one on each quarter of a block: with c = twiddles[i] =
  /// T[2t] and h = T[1] (T[t] = c^2, T[2t+1] = h c), everything times *scale unless null:
  ///   a = c^2 x2, b = c x1 + c^3 x3, d = h c x1 - h c^3 x3;  x0 + a + b, x0 + a - b, x0 - a + d, x0 - a - d.
  /// Three chains of doublings where four multiplications would have four.
  void (*two_layers)(std::span<Affine> x0, std::span<Affine> x1, std::span<Affine> x2, std::span<Affine> x3,
                     std::span<const Scalar> twiddles, const Scalar& h, const Scalar* scale);
};

template <class G>
const GroupKernels<G>& portable_group_kernels() noexcept;
#if defined(__x86_64__)
template <class G>
const GroupKernels<G>& adx_group_kernels() noexcept;
#endif

/// Of base::backend().
template <class G>
const GroupKernels<G>& group_kernels() {
#if defined(__x86_64__)
  if (base::backend() != base::Backend::portable) return adx_group_kernels<G>();
#endif
  return portable_group_kernels<G>();
}

}  // namespace solemn::fft
