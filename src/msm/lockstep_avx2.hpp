#pragma once
// The lock-step engine with four lanes in AVX2 registers: BN254, processors with BMI2, ADX and AVX2.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/cpu.hpp"
#include "curve/group.hpp"

namespace solemn::msm {

/// B and radix^steps B (lockstep.inc).
template <class Affine>
struct Blinding {
  Affine start, end;
};

/// As Lockstep::run(). Shape: |in| a multiple of 4. Constant time in the codes in any case; kSecret also wipes and
/// inverts in constant time.
template <class G, bool kSecret>
bool run_lockstep_avx2(std::span<typename G::Affine> out, std::span<const typename G::Affine> in,
                       const Blinding<typename G::Affine>& blinding, const std::uint8_t* codes, std::size_t step_stride,
                       std::size_t lane_stride);

/// Room for four pending additions of add_pairs_avx2().
template <class G>
struct alignas(32) AdditionScratch {
  std::byte bytes[G::kIndex == 1 ? 576 : 1152];
};

/// a[i] += b[i], affine, one inversion for all; variable time. Shape: |a| = |b| = 4 |scratch|. Domain: no point at
/// infinity, and the two of a pair have different abscissas.
template <class G>
void add_pairs_avx2(std::span<typename G::Affine> a, std::span<const typename G::Affine> b,
                    std::span<AdditionScratch<G>> scratch) noexcept;

/// Whether there is such an engine for the curve, and this processor runs it.
template <class Curve>
bool has_lockstep_avx2() noexcept {
#if defined(__x86_64__)
  return Curve::kId == curve::CurveId::bn254 && base::cpu_features().avx2;
#else
  return false;
#endif
}

}  // namespace solemn::msm
