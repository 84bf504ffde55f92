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

  static constexpr void add(Limbs& out, const Limbs& a, const Limbs& b) noexcept {
    if constexpr (kHasKernel) {
      if (!std::is_constant_evaluated()) return add_asm(out, a, b);
    }
    Reference::add(out, a, b);
  }
  static constexpr void sub(Limbs& out, const Limbs& a, const Limbs& b) noexcept {
    if constexpr (kHasKernel) {
      if (!std::is_constant_evaluated()) return sub_asm(out, a, b);
    }
    Reference::sub(out, a, b);
  }
  static constexpr void neg(Limbs& out, const Limbs& a) noexcept { sub(out, Limbs{}, a); }
  static constexpr void dbl(Limbs& out, const Limbs& a) noexcept { add(out, a, a); }
  /// Domain: b < p, a any.
  static constexpr void mul(Limbs& out, const Limbs& a, const Limbs& b) noexcept {
    if constexpr (kHasKernel) {
      if (!std::is_constant_evaluated()) return mul_asm(out, a, b);
    }
    Reference::mul(out, a, b);
  }
  static constexpr void sqr(Limbs& out, const Limbs& a) noexcept { mul(out, a, a); }

 private:
  static const std::uint64_t* table() noexcept { return adx::kTable<P>.data(); }

  [[gnu::always_inline]] static void add_asm(Limbs& out, const Limbs& a, const Limbs& b) noexcept {
    Limbs t = a;
    adx::add_to(t, b);
    adx::reduce_once(t, table());
    out = t;
  }
  [[gnu::always_inline]] static void sub_asm(Limbs& out, const Limbs& a, const Limbs& b) noexcept {
    Limbs t = a;
    const std::uint64_t mask = adx::sub_from(t, b);
    Limbs correction{};
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kN; ++i) correction[i] = P::kModulus[i] & mask;
    adx::add_to(t, correction);
    out = t;
  }
  [[gnu::always_inline]] static void mul_asm(Limbs& out, const Limbs& a, const Limbs& b) noexcept {
    if constexpr (kN == 4) {
      mul_4(out, a, b);
    } else {
      mul_6(out, a, b);
    }
  }
  [[gnu::always_inline]] static void mul_4(Limbs& out, const Limbs& a, const Limbs& b) noexcept {
    Limbs t{};
    adx::mul_row(t[0], t[1], t[2], t[3], a[0], b, table());
    adx::mul_row(t[1], t[2], t[3], t[0], a[1], b, table());
    adx::mul_row(t[2], t[3], t[0], t[1], a[2], b, table());
    adx::mul_row(t[3], t[0], t[1], t[2], a[3], b, table());
    adx::reduce_once(t, table());
    out = t;
  }
  /// Not inlined: 1.3 KiB of code, and registers are scarce.
  [[gnu::noinline]] static void mul_6(Limbs& out, const Limbs& a, const Limbs& b) noexcept {
    Limbs t{};
    adx::mul_row(t[0], t[1], t[2], t[3], t[4], t[5], a[0], b, table());
    adx::mul_row(t[1], t[2], t[3], t[4], t[5], t[0], a[1], b, table());
    adx::mul_row(t[2], t[3], t[4], t[5], t[0], t[1], a[2], b, table());
    adx::mul_row(t[3], t[4], t[5], t[0], t[1], t[2], a[3], b, table());
    adx::mul_row(t[4], t[5], t[0], t[1], t[2], t[3], a[4], b, table());
    adx::mul_row(t[5], t[0], t[1], t[2], t[3], t[4], a[5], b, table());
    adx::reduce_once(t, table());
    out = t;
  }
};

#else

template <class P>
struct Arithmetic<P, Adx> : Arithmetic<P, Portable> {};

#endif

}  // namespace solemn::field
