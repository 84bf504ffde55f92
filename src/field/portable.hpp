#pragma once
// The arithmetic of one prime field on Montgomery limbs, in plain C++: the reference, and what constant expressions
// use.
#include "field/constants.hpp"
#include "field/limbs.hpp"

namespace solemn::field {

/// What a backend offers: add, sub, neg, dbl, mul, sqr on limbs below p, results below p. Specialised by fp.hpp's
/// backends.
template <class P, class B>
struct Arithmetic;

template <class P>
struct Arithmetic<P, Portable> {
  static constexpr std::size_t kN = P::kModulus.size();
  using Limbs = LimbArray<kN>;
  static constexpr const Limbs& kModulus = P::kModulus;

  static constexpr Limbs add(const Limbs& a, const Limbs& b) noexcept {
    Limbs sum{};
    add_limbs(sum, a, b);  // < 2p < 2^(64 N): no carry out
    return reduce_once(sum, kModulus);
  }

  static constexpr Limbs sub(const Limbs& a, const Limbs& b) noexcept {
    Limbs difference{};
    const std::uint64_t mask = ct::opaque(0 - sub_limbs(difference, a, b));
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < kN; ++i) difference[i] = add_carry(difference[i], kModulus[i] & mask, carry);
    return difference;
  }

  static constexpr Limbs neg(const Limbs& a) noexcept {
    Limbs out{};
    sub_limbs(out, kModulus, a);
    const std::uint64_t keep = ~limbs_are_zero(a).mask();
    for (std::size_t i = 0; i < kN; ++i) out[i] &= keep;
    return out;
  }

  static constexpr Limbs dbl(const Limbs& a) noexcept { return add(a, a); }

  /// a * b / R mod p. Domain: b < p, a any.
  /// Not inlined: the body is long, and a call costs little beside it.
  [[gnu::noinline]] static constexpr Limbs mul(const Limbs& a, const Limbs& b) noexcept {
    return montgomery_mul(a, b, kModulus, MontgomeryConstants<P>::kNegInverse);
  }

  static constexpr Limbs sqr(const Limbs& a) noexcept { return mul(a, a); }
};

}  // namespace solemn::field
