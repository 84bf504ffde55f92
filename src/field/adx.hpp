#pragma once
// The Adx backend. In constant expressions, on other processors, and for limb counts other than 4 and 6 it is Portable.
#include <type_traits>

#include "field/adx_kernels.hpp"
#include "field/portable.hpp"

namespace solemn::field {

#if defined(__x86_64__)

namespace adx {

/// The modulus, then -p^-1 mod 2^64.
template <class P>
inline constexpr auto kTable = [] {
  constexpr std::size_t n = P::kModulus.size();
  LimbArray<n + 1> out{};
  for (std::size_t i = 0; i < n; ++i) out[i] = P::kModulus[i];
  out[n] = MontgomeryConstants<P>::kNegInverse;
  return out;
}();

}  // namespace adx

template <class P>
struct Arithmetic<P, Adx> {
  static constexpr std::size_t kN = P::kModulus.size();
  static constexpr bool kHasKernel = kN == 4 || kN == 6;
  using Limbs = LimbArray<kN>;
  using Reference = Arithmetic<P, Portable>;

  static constexpr Limbs add(const Limbs& a, const Limbs& b) noexcept {
    if constexpr (kHasKernel) {
      if (!std::is_constant_evaluated()) return add_asm(a, b);
    }
    return Reference::add(a, b);
  }
  static constexpr Limbs sub(const Limbs& a, const Limbs& b) noexcept {
    if constexpr (kHasKernel) {
      if (!std::is_constant_evaluated()) return sub_asm(a, b);
    }
    return Reference::sub(a, b);
  }
  static constexpr Limbs neg(const Limbs& a) noexcept { return sub(Limbs{}, a); }
  static constexpr Limbs dbl(const Limbs& a) noexcept { return add(a, a); }
  /// Domain: b < p, a any.
  static constexpr Limbs mul(const Limbs& a, const Limbs& b) noexcept {
    if constexpr (kHasKernel) {
      if (!std::is_constant_evaluated()) return mul_asm(a, b);
    }
    return Reference::mul(a, b);
  }
  static constexpr Limbs sqr(const Limbs& a) noexcept { return mul(a, a); }

 private:
  static const std::uint64_t* table() noexcept { return adx::kTable<P>.data(); }

  [[gnu::always_inline]] static Limbs add_asm(Limbs a, const Limbs& b) noexcept {
    adx::add_to(a, b);
    adx::reduce_once(a, table());
    return a;
  }
  [[gnu::always_inline]] static Limbs sub_asm(Limbs a, const Limbs& b) noexcept {
    const std::uint64_t mask = adx::sub_from(a, b);
    Limbs correction{};
    for (std::size_t i = 0; i < kN; ++i) correction[i] = P::kModulus[i] & mask;
    adx::add_to(a, correction);
    return a;
  }
  [[gnu::always_inline]] static Limbs mul_asm(const Limbs& a, const Limbs& b) noexcept {
    if constexpr (kN == 4) {
      return mul_4(a, b);
    } else {
      return mul_6(a, b);
    }
  }
  [[gnu::always_inline]] static Limbs mul_4(const Limbs& a, const Limbs& b) noexcept {
    Limbs t{};
    adx::mul_row(t[0], t[1], t[2], t[3], a[0], b, table());
    adx::mul_row(t[1], t[2], t[3], t[0], a[1], b, table());
    adx::mul_row(t[2], t[3], t[0], t[1], a[2], b, table());
    adx::mul_row(t[3], t[0], t[1], t[2], a[3], b, table());
    adx::reduce_once(t, table());
    return t;
  }
  /// Not inlined: 1.3 KiB of code, and registers are scarce.
  [[gnu::noinline]] static Limbs mul_6(const Limbs& a, const Limbs& b) noexcept {
    Limbs t{};
    adx::mul_row(t[0], t[1], t[2], t[3], t[4], t[5], a[0], b, table());
    adx::mul_row(t[1], t[2], t[3], t[4], t[5], t[0], a[1], b, table());
    adx::mul_row(t[2], t[3], t[4], t[5], t[0], t[1], a[2], b, table());
    adx::mul_row(t[3], t[4], t[5], t[0], t[1], t[2], a[3], b, table());
    adx::mul_row(t[4], t[5], t[0], t[1], t[2], t[3], a[4], b, table());
    adx::mul_row(t[5], t[0], t[1], t[2], t[3], t[4], a[5], b, table());
    adx::reduce_once(t, table());
    return t;
  }
};

#else

template <class P>
struct Arithmetic<P, Adx> : Arithmetic<P, Portable> {};

#endif

}  // namespace solemn::field
