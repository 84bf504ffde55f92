#pragma once
// Two layers of butterflies whose twiddles are equal for as many as there are lanes: every lane has points of its own
// and all run the same programs, in vector registers from the first addition to the last.
#include <cstddef>

#include "base/cpu.hpp"
#include "fft/programs.hpp"

namespace solemn::fft {

/// The programs of a, b, d (group_kernels.hpp) and, when everything is scaled, of x0.
struct Quad {
  Program a, b, d, x0;
};

template <class G>
struct SharedChainKernels {
  using Affine = typename G::Affine;
  std::size_t width;   // butterflies of a group: they share quads[group]
  std::size_t groups;  // at once: their tables stay in the second cache
  /// x[0] to x[3]: x0 to x3 of n_groups * width butterflies, replaced by their outputs. False, and nothing was written,
  /// when a point at infinity or an addition of equal or opposite points was met: such butterflies go another way.
  /// Public data; variable time. REQUIRES: n_groups <= groups; programs of scalars other than zero.
  bool (*two_layers)(Affine* const (&x)[4], std::size_t n_groups, const Quad* quads, const Step* steps, bool scaled);
};

#if defined(__x86_64__)
template <class G>
const SharedChainKernels<G>& ifma_shared_chains() noexcept;
#endif

/// Of base::backend(); null where it has none.
template <class G>
const SharedChainKernels<G>* shared_chains() {
#if defined(__x86_64__)
  if (base::backend() == base::Backend::ifma) return &ifma_shared_chains<G>();
#endif
  return nullptr;
}

}  // namespace solemn::fft
