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

  static constexpr void add(Limbs& out, const Limbs& a, const Limbs& b) noexcept {
    Limbs sum{};
    add_limbs(sum, a, b);  // < 2p < 2^(64 N): no carry out
    reduce_once(out, sum, kModulus);
  }
  static constexpr void dbl(Limbs& out, const Limbs& a) noexcept { add(out, a, a); }

  static constexpr void sub(Limbs& out, const Limbs& a, const Limbs& b) noexcept {
    Limbs difference{}, correction{};
    const std::uint64_t mask = ct::opaque(0 - sub_limbs(difference, a, b));
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kN; ++i) correction[i] = kModulus[i] & mask;
    add_limbs(out, difference, correction);
  }
  static constexpr void neg(Limbs& out, const Limbs& a) noexcept { sub(out, Limbs{}, a); }

  /// out = a * b / R mod p. Domain: b < p, a any.
  /// Not inlined: the body is long, and a call costs little beside it.
  [[gnu::noinline]] static constexpr void mul(Limbs& out, const Limbs& a, const Limbs& b) noexcept {
    montgomery_mul(out, a, b, kModulus, MontgomeryConstants<P>::kNegInverse);
  }
  static constexpr void sqr(Limbs& out, const Limbs& a) noexcept { mul(out, a, a); }
  /// out = a * b + c * d; no cheaper than that.
  static constexpr bool kFusesSums = false;
  static constexpr void sum_of_products(Limbs& out, const Limbs& a, const Limbs& b, const Limbs& c,
                                        const Limbs& d) noexcept {
    Limbs first{}, second{};
    mul(first, a, b);
    mul(second, c, d);
    add(out, first, second);
  }
};

}  // namespace solemn::field
