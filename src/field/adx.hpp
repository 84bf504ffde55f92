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
  /// out = a * b + c * d. One reduction for both products where there is a kernel and the modulus leaves two bits free.
  static constexpr bool kFusesSums = kHasKernel && P::kModulus[kN - 1] >> 62 == 0;
  static constexpr void sum_of_products(Limbs& out, const Limbs& a, const Limbs& b, const Limbs& c,
                                        const Limbs& d) noexcept {
    if constexpr (kFusesSums) {
      if (!std::is_constant_evaluated()) {
        if constexpr (kN == 4) return sum_4(out, a, b, c, d);
        if constexpr (kN == 6) return sum_6(out, a, b, c, d);
      }
    }
    Reference::sum_of_products(out, a, b, c, d);
  }

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
    adx::add_masked(t, adx::sub_from(t, b), table());
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
  // Two products and one reduction: t stays below 3p + 2^-64 p, which fits because p < 2^(64 N) / 4, and ends below
  // (2 p^2 + R p) / R < 2p.
  [[gnu::always_inline]] static void sum_row(std::uint64_t& t0, std::uint64_t& t1, std::uint64_t& t2, std::uint64_t& t3,
                                             std::uint64_t a, const Limbs& b, std::uint64_t c,
                                             const Limbs& d) noexcept {
    std::uint64_t top = 0;
    adx::product_row(t0, t1, t2, t3, top, a, b);
    adx::product_row(t0, t1, t2, t3, top, c, d);
    adx::reduce_row(t0, t1, t2, t3, top, table());
  }
  [[gnu::always_inline]] static void sum_row(std::uint64_t& t0, std::uint64_t& t1, std::uint64_t& t2, std::uint64_t& t3,
                                             std::uint64_t& t4, std::uint64_t& t5, std::uint64_t a, const Limbs& b,
                                             std::uint64_t c, const Limbs& d) noexcept {
    std::uint64_t top = 0;
    adx::product_row(t0, t1, t2, t3, t4, t5, top, a, b);
    adx::product_row(t0, t1, t2, t3, t4, t5, top, c, d);
    adx::reduce_row(t0, t1, t2, t3, t4, t5, top, table());
  }
  [[gnu::always_inline]] static void sum_4(Limbs& out, const Limbs& a, const Limbs& b, const Limbs& c,
                                           const Limbs& d) noexcept {
    static_assert(P::kModulus[kN - 1] >> 62 == 0);
    Limbs t{};
    sum_row(t[0], t[1], t[2], t[3], a[0], b, c[0], d);
    sum_row(t[1], t[2], t[3], t[0], a[1], b, c[1], d);
    sum_row(t[2], t[3], t[0], t[1], a[2], b, c[2], d);
    sum_row(t[3], t[0], t[1], t[2], a[3], b, c[3], d);
    adx::reduce_once(t, table());
    out = t;
  }
  [[gnu::noinline]] static void sum_6(Limbs& out, const Limbs& a, const Limbs& b, const Limbs& c,
                                      const Limbs& d) noexcept {
    static_assert(P::kModulus[kN - 1] >> 62 == 0);
    Limbs t{};
    sum_row(t[0], t[1], t[2], t[3], t[4], t[5], a[0], b, c[0], d);
    sum_row(t[1], t[2], t[3], t[4], t[5], t[0], a[1], b, c[1], d);
    sum_row(t[2], t[3], t[4], t[5], t[0], t[1], a[2], b, c[2], d);
    sum_row(t[3], t[4], t[5], t[0], t[1], t[2], a[3], b, c[3], d);
    sum_row(t[4], t[5], t[0], t[1], t[2], t[3], a[4], b, c[4], d);
    sum_row(t[5], t[0], t[1], t[2], t[3], t[4], a[5], b, c[5], d);
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
