#pragma once
// A prime in another radix than that of memory: what vector lanes compute with, derived when compiling.
#include <array>
#include <cstddef>
#include <cstdint>

#include "field/fp.hpp"

namespace solemn::field {

/// Limbs of kLimbBits bits, Montgomery form with R = 2^(kLimbBits kLimbCount); memory holds 64-bit words in the form
/// with 2^kMemoryBits.
template <class P, unsigned kLimbBits, std::size_t kLimbCount>
struct Radix {
  static constexpr std::size_t kLimbs = kLimbCount, kWords = P::kModulus.size();
  static constexpr unsigned kBits = kLimbBits, kMemoryBits = 64 * kWords;
  static constexpr unsigned kRBits = kBits * static_cast<unsigned>(kLimbs);
  static_assert(kRBits >= kMemoryBits);
  static constexpr std::uint64_t kMask = (std::uint64_t{1} << kBits) - 1;
  using Scalar = field::Fp<P>;
  using Limbs = std::array<std::uint64_t, kLimbs>;
  using Words = std::array<std::uint64_t, kWords>;

  static constexpr Limbs split(const Words& x) noexcept {
    Limbs out{};
    for (std::size_t i = 0; i < kLimbs; ++i) {
      const std::size_t bit = i * kBits;
      if (bit / 64 >= kWords) break;
      std::uint64_t value = x[bit / 64] >> (bit % 64);
      if (bit % 64 + kBits > 64 && bit / 64 + 1 < kWords) value |= x[bit / 64 + 1] << (64 - bit % 64);
      out[i] = value & kMask;
    }
    return out;
  }
  /// 2^exponent mod p
  static constexpr Limbs power_of_two(unsigned exponent) noexcept {
    return split(Scalar::from_u64(2).pow_vartime(exponent).to_canonical());
  }
  /// multiple * p; the top limb takes what is above.
  static constexpr Limbs multiple_of_p(std::uint64_t multiple) noexcept {
    const Limbs p = split(P::kModulus);
    Limbs out{};
    U128 carry = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      const U128 value = static_cast<U128>(p[i]) * multiple + carry;
      out[i] = static_cast<std::uint64_t>(value) & (i + 1 < kLimbs ? kMask : ~std::uint64_t{0});
      carry = value >> kBits;
    }
    return out;
  }
  /// `multiple` times p with limbs spread so that `terms` values with limbs below 2^kBits can be subtracted limb by
  /// limb; with bias 2^bias_bits in every limb (taken back from the next one) unless that is 0.
  static constexpr Limbs padded(std::uint64_t multiple, std::uint64_t terms, unsigned bias_bits) noexcept {
    Limbs out = multiple_of_p(multiple);
    const std::uint64_t extra = (terms << kBits) + (bias_bits != 0 ? std::uint64_t{1} << bias_bits : 0);
    for (std::size_t i = 0; i + 1 < kLimbs; ++i) {
      out[i] += extra;
      out[i + 1] -= extra >> kBits;
    }
    return out;
  }

  static constexpr Limbs kP = split(P::kModulus);
  static constexpr std::uint64_t kNegInverse = field::MontgomeryConstants<P>::kNegInverse & kMask;
  static constexpr Limbs kFold = split(Scalar::from_u64(std::uint64_t{1} << kBits).inverse().to_canonical());
  static constexpr Limbs kOne = power_of_two(kRBits);
  static constexpr Limbs kFromMemory = power_of_two(2 * kRBits - kMemoryBits);  // a product by it changes the form
  static constexpr Limbs kToMemory = power_of_two(kMemoryBits);
  /// An inverse by Scalar::inverse() of words that are in the form with R, times this, is in the form with R.
  static constexpr Limbs kOfInverse = power_of_two(3 * kRBits - 2 * kMemoryBits);
};

}  // namespace solemn::field
