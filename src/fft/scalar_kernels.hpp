#pragma once
// The bulk loops of the scalar transforms, once per backend. The table of the backend in use is chosen once per
// transform.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/cpu.hpp"
#include "fft/twiddles.hpp"

namespace solemn::fft {

template <class F>
struct ScalarKernels {
  /// Two layers of one block (block t of its layer) for the offsets [begin, end) within its quarters.
  void (*two_layers)(std::span<F> block, std::uint64_t t, std::size_t begin, std::size_t end,
                     const TwiddleView<F>& twiddles);
  /// All layers of one block. REQUIRES: |block| a power of two.
  void (*all_layers)(std::span<F> block, std::uint64_t t, const TwiddleView<F>& twiddles);
  void (*scale)(std::span<F> values, const F& factor);
  /// out[i] = start * ratio^i; values[i] *= start * ratio^i. Constant time; temporaries wiped.
  void (*powers)(std::span<F> out, const F& start, const F& ratio);
  void (*scale_by_powers)(std::span<F> values, const F& start, const F& ratio);
};

template <class F>
const ScalarKernels<F>& portable_kernels() noexcept;
#if defined(__x86_64__)
template <class F>
const ScalarKernels<F>& adx_kernels() noexcept;
#endif

/// Of base::backend().
template <class F>
const ScalarKernels<F>& scalar_kernels() {
#if defined(__x86_64__)
  if (base::backend() != base::Backend::portable) return adx_kernels<F>();
#endif
  return portable_kernels<F>();
}

}  // namespace solemn::fft
