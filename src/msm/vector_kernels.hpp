#pragma once
// The loops that run in vector registers: four lanes of AVX2 and FMA (adx backend, BN254) or 8 or 16 of AVX-512 IFMA
// (ifma backend, both curves). One table for each group and kind of registers; points and scalars in the types of the
// portable backend.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/cpu.hpp"
#include "curve/group.hpp"
#include "msm/recode.hpp"

namespace solemn::msm {

/// B and radix^steps B (lockstep.inc).
template <class Affine>
struct Blinding {
  Affine start, end;
};

template <class G>
struct VectorKernels {
  using Affine = typename G::Affine;
  /// As Lockstep::run().
  using Run = bool (*)(std::span<Affine> out, std::span<const Affine> in, const Blinding<Affine>& blinding,
                       const std::uint8_t* codes, std::size_t step_stride, std::size_t lane_stride);

  std::size_t width;  // lanes: what the sizes below must be multiples of
  std::size_t block;  // points to multiply in step: they and their tables stay in the second cache
  /// Constant time in the codes both; secret: the inversions as well, and everything is wiped.
  Run run_secret, run_public;
  /// *a[i] += *b[i], or -= where negative[i] is 1; *c[i] += *c[i]; one inversion for all; variable time. Domain: no
  /// point at infinity; the two of a pair have different abscissas; no ordinate 0 in c; the points written are
  /// different ones, and none is in b.
  void (*add)(std::span<Affine* const> a, std::span<const Affine* const> b, std::span<const std::uint8_t> negative,
              std::span<Affine* const> c);
  /// (*a[i], *b[i]) = (*a[i] + *b[i], *a[i] - *b[i]), likewise.
  void (*add_and_subtract)(std::span<Affine* const> a, std::span<Affine* const> b);
  using Ring = RingAt<G::kIndex>;
  /// As recode(), of eight scalars: codes[s * stride + lane]. Constant time. Null where there is none.
  void (*take_digits)(std::uint8_t* codes, std::size_t stride, const EightRepresentatives<Ring>& eight);
};

#if defined(__x86_64__)
template <class G>
const VectorKernels<G>& avx2_vector_kernels() noexcept;
template <class G>
const VectorKernels<G>& ifma_vector_kernels() noexcept;
#endif

/// Of base::backend(); null where it has none for the group.
template <class G>
const VectorKernels<G>* vector_kernels() {
#if defined(__x86_64__)
  switch (base::backend()) {
    case base::Backend::ifma:
      return &ifma_vector_kernels<G>();
    case base::Backend::adx:
      if constexpr (G::Curve::kId == curve::CurveId::bn254) {
        if (base::cpu_features().avx2 && base::cpu_features().fma) return &avx2_vector_kernels<G>();
      }
      return nullptr;
    case base::Backend::portable:
      return nullptr;
  }
#endif
  return nullptr;
}

}  // namespace solemn::msm
