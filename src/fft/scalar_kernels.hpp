#pragma once
// The bulk loops of the scalar transforms, once per backend. The table of the backend in use is chosen once per
// transform.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/cpu.hpp"
#include "fft/twiddles.hpp"

namespace solemn::fft {

/// A transform does its upper layers over columns, some layers at a time, until blocks are small; then all that is left
/// of a block, or of some blocks side by side.
template <class F>
struct ScalarKernels {
  unsigned layers_at_once;  // `columns` takes 1 to so many
  unsigned block_log2;      // what fits a cache
  unsigned together_log2;   // `blocks` takes 2^this blocks
  std::size_t width;        // `columns` takes a multiple of so many
  F twiddle_one;            // T[0], in the form of these kernels

  /// n_layers of one block (block t of its layer) for the columns [begin, end) of its 2^n_layers rows.
  /// REQUIRES: 1 <= n_layers <= layers_at_once; begin and end are multiples of width.
  void (*columns)(std::span<F> block, std::uint64_t t, unsigned n_layers, std::size_t begin, std::size_t end,
                  const TwiddleView<F>& twiddles);
  /// All layers of the 2^together_log2 blocks t, t + 1, ...  REQUIRES: their size a power of two, at most
  /// 2^block_log2.
  void (*blocks)(std::span<F> blocks, std::uint64_t t, const TwiddleView<F>& twiddles);
  void (*scale)(std::span<F> values, const F& factor);  // factor may be one of the values
  /// out[i] = start * ratio^i; values[i] *= start * ratio^i. Constant time; temporaries wiped.
  void (*powers)(std::span<F> out, const F& start, const F& ratio);
  void (*scale_by_powers)(std::span<F> values, const F& start, const F& ratio);
};

/// Eight rows of eight columns.
inline constexpr std::size_t kLaneMinimum = 64;

template <class F>
const ScalarKernels<F>& portable_kernels() noexcept;
#if defined(__x86_64__)
template <class F>
const ScalarKernels<F>& adx_kernels() noexcept;
template <class F>
const ScalarKernels<F>& ifma_kernels() noexcept;
#endif

/// Of base::backend(), for so many values: vector lanes need some.
template <class F>
const ScalarKernels<F>& scalar_kernels(std::size_t n_values) {
#if defined(__x86_64__)
  if (base::backend() == base::Backend::ifma && n_values >= kLaneMinimum) return ifma_kernels<F>();
  if (base::backend() != base::Backend::portable) return adx_kernels<F>();
#endif
  return portable_kernels<F>();
}

}  // namespace solemn::fft
