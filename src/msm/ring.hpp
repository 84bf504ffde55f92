#pragma once
// Digit systems in the endomorphism rings. phi acts on G1 as a cube root of unity and psi on G2 as a twelfth root of
// unity, so a scalar modulo r is an element of Z[zeta] modulo an ideal of norm r, and has a short representative. Its
// digits are written with few points: one representative for each orbit under the units, which cost nothing.
//
//   G1: zeta = w,  radix 4, digits u {1, 1 - w, 2, 4},               u among the  6 units +-w^j
//   G2: zeta12,    radix 2, digits u {1, 1 + zeta, 1 + zeta^3, 2},   u among the 12 units +-zeta^j
//
// The last of each list stands for residue 0: no digit is zero.
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "curve/constants.hpp"

namespace solemn::msm {

/// What a digit selects from a lane's table of variants (x, eta x, y), as one byte.
/// Bits 0-2: variant. Bits 3-4: rotation 0, 1, 2: x, eta x, eta^2 x, eta a cube root of unity of Fp. Bit 5: negate y.
/// Bit 6: nothing is selected (only for what is left above the top digit).
struct DigitCode {
  static constexpr unsigned kRotationShift = 3, kNegativeShift = 5, kNoneShift = 6;
  static constexpr std::uint8_t kNone = 1 << kNoneShift;
};

/// Z[w] with basis 1, w.
struct EisensteinRing {
  static constexpr std::size_t kDims = 2;
  static constexpr unsigned kRadixBits = 2;
  static constexpr std::size_t kVariants = 4;
  static constexpr std::size_t kPowers = 3;  // zeta^j up to sign
  using Element = std::array<int, kDims>;
  static constexpr std::array<Element, 4> kDigits = {Element{1, 0}, {1, -1}, {2, 0}, {4, 0}};

  static constexpr Element times_zeta(const Element& a) noexcept { return {-a[1], a[0] - a[1]}; }
  static constexpr std::uint8_t code(std::size_t digit, std::size_t power, bool negative) noexcept {
    return static_cast<std::uint8_t>(digit | power << DigitCode::kRotationShift |
                                     (negative ? 1U : 0U) << DigitCode::kNegativeShift);
  }
};

/// Z[zeta12] with basis 1, zeta, zeta^2, zeta^3; zeta^4 = zeta^2 - 1. Variants 2 d and 2 d + 1 of a lane are digit d
/// and its image under psi; psi^2 is (x, y) -> (eta x, -y).
struct TwelfthRing {
  static constexpr std::size_t kDims = 4;
  static constexpr unsigned kRadixBits = 1;
  static constexpr std::size_t kVariants = 8;
  static constexpr std::size_t kPowers = 6;
  using Element = std::array<int, kDims>;
  static constexpr std::array<Element, 4> kDigits = {Element{1, 0, 0, 0}, {1, 1, 0, 0}, {1, 0, 0, 1}, {2, 0, 0, 0}};

  static constexpr Element times_zeta(const Element& a) noexcept { return {-a[3], a[0], a[1] + a[3], a[2]}; }
  static constexpr std::uint8_t code(std::size_t digit, std::size_t power, bool negative) noexcept {
    const std::size_t rotation = power / 2;
    const bool flipped = negative != (rotation % 2 == 1);
    return static_cast<std::uint8_t>((digit * 2 + power % 2) | rotation << DigitCode::kRotationShift |
                                     (flipped ? 1U : 0U) << DigitCode::kNegativeShift);
  }
};

/// The ring that acts on G1 or G2.
template <int index>
using RingAt = std::conditional_t<index == 1, EisensteinRing, TwelfthRing>;

/// After so many digits zero or a digit is left, for every scalar: recode_test.cpp tries all cases.
template <class Curve, class Ring>
inline constexpr std::size_t kSteps = Ring::kDims == 4                      ? 65
                                      : Curve::kId == curve::CurveId::bn254 ? 63
                                                                            : 64;

/// All unit multiples of the digits, and which one stands for each residue modulo the radix.
template <class Ring>
struct DigitTable {
  using Element = typename Ring::Element;
  static constexpr std::size_t kCount = Ring::kDigits.size() * Ring::kPowers * 2;
  struct Digit {
    Element value{};
    std::uint8_t code = 0;
  };
  std::array<Digit, kCount> all{};
  std::array<Digit, 16> of_residue{};  // by the low bits of the coordinates, first coordinate lowest

  static constexpr std::size_t residue(const Element& a) noexcept {
    std::size_t out = 0;
    for (std::size_t i = 0; i < Ring::kDims; ++i) {
      const auto low = static_cast<std::size_t>(a[i]) & ((std::size_t{1} << Ring::kRadixBits) - 1);
      out |= low << (i * Ring::kRadixBits);
    }
    return out;
  }

  static constexpr DigitTable make() noexcept {
    DigitTable table;
    std::size_t n = 0;
    std::array<bool, 16> known{};
    for (std::size_t d = 0; d < Ring::kDigits.size(); ++d) {
      for (const bool negative : {false, true}) {
        Element value = Ring::kDigits[d];
        for (int& x : value) x = negative ? -x : x;
        for (std::size_t power = 0; power < Ring::kPowers; ++power, value = Ring::times_zeta(value)) {
          table.all[n] = {value, Ring::code(d, power, negative)};
          const std::size_t r = residue(value);
          if (!known[r]) table.of_residue[r] = table.all[n];
          known[r] = true;
          ++n;
        }
      }
    }
    return table;
  }
};
template <class Ring>
inline constexpr DigitTable<Ring> kDigitTable = DigitTable<Ring>::make();

}  // namespace solemn::msm
