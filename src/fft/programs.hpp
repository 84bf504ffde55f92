#pragma once
// Public scalars as programs for accumulators: short digits over the powers of an endomorphism, merged from the top
// position down.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "curve/curves.hpp"
#include "curve/group.hpp"

namespace solemn::fft {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

/// k = sum_i part[i] e^i mod r, e the eigenvalue of phi (G1, two parts) or psi (G2, four parts).
template <class G>
inline constexpr std::size_t kDimension = G::kIndex == 1 ? 2 : 4;
/// |part[i]| < 2^kPartBits.
template <class G>
inline constexpr unsigned kPartBits = G::kIndex == 1 ? 127 : 64;

/// Rounding k (1, 0, ...) to the nearest lattice point (Babai) in a reduced basis of { v : sum_i v[i] e^i = 0 mod r }.
template <class G>
std::array<Int128, kDimension<G>> decompose_vartime(const typename G::Scalar& k) noexcept;

/// One step of a program: 0 doubles the accumulator; anything else adds a table entry.
/// Table of a point P: entry [power * kOddMultiples + j] = e^power (2j + 1) P.
using Step = std::uint8_t;
inline constexpr Step kDouble = 0;
template <class G>
inline constexpr unsigned kOddMultiples = G::kIndex == 1 ? 8 : 4;
inline constexpr std::size_t kTableSize = 16;  // kDimension * kOddMultiples
constexpr Step addition(unsigned term, bool negative, unsigned entry) noexcept {
  return static_cast<Step>(0x80U | term << 5 | (negative ? 0x10U : 0U) | entry);
}
constexpr unsigned term_of(Step step) noexcept { return step >> 5 & 1U; }
constexpr bool is_negative(Step step) noexcept { return (step & 0x10U) != 0; }
constexpr unsigned entry_of(Step step) noexcept { return step & 0x0fU; }

/// Where a program lies in Programs::steps.
struct Program {
  std::uint32_t begin, end;
};

template <class G>
class Programs {
 public:
  using Scalar = typename G::Scalar;
  void clear() noexcept { steps_.clear(); }
  const Step* steps() const noexcept { return steps_.data(); }
  /// For k P, and for k0 P0 + k1 P1 with common doublings.
  Program append(const Scalar& k) { return append(std::span(&k, 1)); }
  Program append(const Scalar& k0, const Scalar& k1) {
    const std::array<Scalar, 2> both = {k0, k1};
    return append(std::span<const Scalar>(both));
  }

 private:
  Program append(std::span<const Scalar> scalars);
  std::vector<Step> steps_;
};

}  // namespace solemn::fft
