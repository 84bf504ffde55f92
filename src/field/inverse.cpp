#include "field/inverse.hpp"

#include <bit>

namespace solemn::field::detail {
namespace {

__extension__ typedef __int128 I128;
using Word = std::int64_t;

constexpr std::uint64_t kMask62 = ~std::uint64_t{0} >> 2;

/// sum of v[i] * 2^(62 i); v[0 .. L-2] in [0, 2^62), the top limb signed. Room for a sign and one bit above the
/// modulus.
template <std::size_t L>
struct Signed62 {
  Word v[L];
};
template <std::size_t N>
constexpr std::size_t kLimbs62 = (64 * N + 62) / 62;

template <std::size_t N>
Signed62<kLimbs62<N>> to_signed62(const LimbArray<N>& a) noexcept {
  Signed62<kLimbs62<N>> out{};
  for (std::size_t i = 0; i < kLimbs62<N>; ++i) {
    const std::size_t word = 62 * i / 64, shift = 62 * i % 64;
    std::uint64_t bits = word < N ? a[word] >> shift : 0;
    if (shift > 2 && word + 1 < N) bits |= a[word + 1] << (64 - shift);
    out.v[i] = static_cast<Word>(bits & kMask62);
  }
  return out;
}

/// a in [0, 2^(64 N)).
template <std::size_t N>
void from_signed62(LimbArray<N>& out, const Signed62<kLimbs62<N>>& a) noexcept {
  out = {};
  for (std::size_t i = 0; i < kLimbs62<N>; ++i) {
    const std::size_t word = 62 * i / 64, shift = 62 * i % 64;
    const auto limb = static_cast<std::uint64_t>(a.v[i]);
    if (word < N) out[word] |= limb << shift;
    if (shift > 2 && word + 1 < N) out[word + 1] |= limb >> (64 - shift);
  }
}

/// 2^62 times the transition of a batch: (f, g) -> (u f + v g, q f + r g) / 2^62.
struct Transition {
  Word u, v, q, r;
};

Word to_word(std::uint64_t x) noexcept { return static_cast<Word>(x); }

/// 59 divsteps on the low limbs of f (odd) and g, branch-free. zeta = -(delta + 1/2).
Transition divsteps_59(Word& zeta, std::uint64_t f, std::uint64_t g) noexcept {
  std::uint64_t u = 8, v = 0, q = 0,
                r = 8;  // 2^3, because only 59 of the 62 shifts are done
  for (int i = 3; i < 62; ++i) {
    std::uint64_t negative = ct::opaque(static_cast<std::uint64_t>(zeta >> 63));
    const std::uint64_t odd = ct::opaque(0 - (g & 1));
    // g += f or g -= f if g is odd; the sign is that of the divstep.
    const std::uint64_t x = (f ^ negative) - negative, y = (u ^ negative) - negative, z = (v ^ negative) - negative;
    g += x & odd;
    q += y & odd;
    r += z & odd;
    // If g was odd and delta > 0, f becomes the old g: the new one minus what was added.
    negative &= odd;
    zeta = to_word((static_cast<std::uint64_t>(zeta) ^ negative) - 1);
    f += g & negative;
    u += q & negative;
    v += r & negative;
    g >>= 1;
    u <<= 1;
    v <<= 1;
  }
  return {to_word(u), to_word(v), to_word(q), to_word(r)};
}

/// g + w f = 0 mod 2^(number of ones of m) for the returned w; m is at most 63.
std::uint64_t cancel_6_bits(std::uint64_t f, std::uint64_t g, std::uint64_t m) noexcept {
  return f * g * (f * f - 2) & m;
}
std::uint64_t cancel_4_bits(std::uint64_t f, std::uint64_t g, std::uint64_t m) noexcept {
  const std::uint64_t inverse = f + (((f + 1) & 4) << 1);  // mod 16
  return (0 - inverse * g) & m;
}

/// What the two variable-time batches share: runs of zeros in one shift, several divsteps of the same kind in one
/// subtraction. kJacobi: f and g are swapped without a sign, so that both stay positive, and the symbol's sign is
/// kept in bit 0 of `jacobi`.
template <bool kJacobi>
Transition divsteps_62_vartime(Word& eta, std::uint64_t f, std::uint64_t g, std::uint64_t& jacobi) noexcept {
  std::uint64_t u = 1, v = 0, q = 0, r = 1;
  int left = 62;
  for (;;) {
    const int zeros = std::countr_zero(g | (~std::uint64_t{0} << left));
    g >>= zeros;
    u <<= zeros;
    v <<= zeros;
    eta -= zeros;
    left -= zeros;
    if constexpr (kJacobi) jacobi ^= static_cast<std::uint64_t>(zeros) & ((f >> 1) ^ (f >> 2));  // (2 / f)
    if (left == 0) break;
    const bool swap = eta < 0;
    if (swap) {
      eta = -eta;
      if constexpr (kJacobi) jacobi ^= (f & g) >> 1;  // reciprocity
      const std::uint64_t sign = kJacobi ? 1 : ~std::uint64_t{0};
      const std::uint64_t old_f = f, old_u = u, old_v = v;
      f = g, g = old_f * sign;
      u = q, q = old_u * sign;
      v = r, r = old_v * sign;
    }
    const int limit = eta + 1 > left ? left : static_cast<int>(eta) + 1;
    const std::uint64_t m = ~std::uint64_t{0} >> (64 - limit);
    const std::uint64_t w = swap ? cancel_6_bits(f, g, m & 63) : cancel_4_bits(f, g, m & 15);
    g += f * w;
    q += u * w;
    r += v * w;
  }
  return {to_word(u), to_word(v), to_word(q), to_word(r)};
}

/// (f, g) = t (f, g) / 2^62 on the low `len` limbs; the division is exact.
template <std::size_t L>
void update_fg(Signed62<L>& f, Signed62<L>& g, const Transition& t, std::size_t len = L) noexcept {
  I128 cf = static_cast<I128>(t.u) * f.v[0] + static_cast<I128>(t.v) * g.v[0];
  I128 cg = static_cast<I128>(t.q) * f.v[0] + static_cast<I128>(t.r) * g.v[0];
  cf >>= 62;
  cg >>= 62;
  for (std::size_t i = 1; i < len; ++i) {
    cf += static_cast<I128>(t.u) * f.v[i] + static_cast<I128>(t.v) * g.v[i];
    cg += static_cast<I128>(t.q) * f.v[i] + static_cast<I128>(t.r) * g.v[i];
    f.v[i - 1] = to_word(static_cast<std::uint64_t>(cf) & kMask62);
    g.v[i - 1] = to_word(static_cast<std::uint64_t>(cg) & kMask62);
    cf >>= 62;
    cg >>= 62;
  }
  f.v[len - 1] = static_cast<Word>(cf);
  g.v[len - 1] = static_cast<Word>(cg);
}

/// (d, e) = t (d, e) / 2^62 mod p. d and e stay in (-2p, p).
template <std::size_t L>
void update_de(Signed62<L>& d, Signed62<L>& e, const Transition& t, const Signed62<L>& p,
               std::uint64_t p_inverse) noexcept {
  // Add p to what is negative, then the multiple of p that clears the low 62 bits.
  const Word d_sign = d.v[L - 1] >> 63, e_sign = e.v[L - 1] >> 63;
  Word md = (t.u & d_sign) + (t.v & e_sign);
  Word me = (t.q & d_sign) + (t.r & e_sign);
  I128 cd = static_cast<I128>(t.u) * d.v[0] + static_cast<I128>(t.v) * e.v[0];
  I128 ce = static_cast<I128>(t.q) * d.v[0] + static_cast<I128>(t.r) * e.v[0];
  md -= to_word((p_inverse * static_cast<std::uint64_t>(cd) + static_cast<std::uint64_t>(md)) & kMask62);
  me -= to_word((p_inverse * static_cast<std::uint64_t>(ce) + static_cast<std::uint64_t>(me)) & kMask62);
  cd += static_cast<I128>(p.v[0]) * md;
  ce += static_cast<I128>(p.v[0]) * me;
  cd >>= 62;
  ce >>= 62;
  for (std::size_t i = 1; i < L; ++i) {
    cd += static_cast<I128>(t.u) * d.v[i] + static_cast<I128>(t.v) * e.v[i] + static_cast<I128>(p.v[i]) * md;
    ce += static_cast<I128>(t.q) * d.v[i] + static_cast<I128>(t.r) * e.v[i] + static_cast<I128>(p.v[i]) * me;
    d.v[i - 1] = to_word(static_cast<std::uint64_t>(cd) & kMask62);
    e.v[i - 1] = to_word(static_cast<std::uint64_t>(ce) & kMask62);
    cd >>= 62;
    ce >>= 62;
  }
  d.v[L - 1] = static_cast<Word>(cd);
  e.v[L - 1] = static_cast<Word>(ce);
}

/// d = sign(sign) * d mod p in [0, p), for d in (-2p, p).
template <std::size_t L>
void normalize(Signed62<L>& d, Word sign, const Signed62<L>& p) noexcept {
  const auto add_p_if_negative_and_carry = [&](Word flip) {
    const Word add = to_word(ct::opaque(static_cast<std::uint64_t>(d.v[L - 1] >> 63)));
    Word carry = 0;
    for (std::size_t i = 0; i < L; ++i) {
      const Word limb = ((d.v[i] + (p.v[i] & add)) ^ flip) - flip + carry;
      carry = limb >> 62;
      d.v[i] = i + 1 < L ? to_word(static_cast<std::uint64_t>(limb) & kMask62) : limb;
    }
  };
  add_p_if_negative_and_carry(to_word(ct::opaque(static_cast<std::uint64_t>(sign >> 63))));  // (-p, p)
  add_p_if_negative_and_carry(0);
}

/// Drops the top limb when it is only the sign of f and of g.
template <std::size_t L>
void shrink_vartime(Signed62<L>& f, Signed62<L>& g, std::size_t& len) noexcept {
  const Word f_top = f.v[len - 1], g_top = g.v[len - 1];
  if (len < 2 || (f_top ^ (f_top >> 63)) != 0 || (g_top ^ (g_top >> 63)) != 0) return;
  f.v[len - 2] |= to_word(static_cast<std::uint64_t>(f_top) << 62);
  g.v[len - 2] |= to_word(static_cast<std::uint64_t>(g_top) << 62);
  --len;
}

/// The low len limbs are the number `low` < 2^62.
template <std::size_t L>
bool equals_vartime(const Signed62<L>& a, std::size_t len, Word low) noexcept {
  Word rest = a.v[0] ^ low;
  for (std::size_t i = 1; i < len; ++i) rest |= a.v[i];
  return rest == 0;
}

/// The sign rules of the Jacobi symbol look at three bits of f beyond the shifted ones. a >= 0; limbs dropped by
/// shrink_vartime are 0.
template <std::size_t L>
std::uint64_t low_64(const Signed62<L>& a) noexcept {
  return static_cast<std::uint64_t>(a.v[0]) | static_cast<std::uint64_t>(a.v[1]) << 62;
}

/// Batches of 59 after which g = 0 whatever a was: (45907 n + 26313) / 19929 divsteps for n >= 46 bits (885 for
/// 384), (49 n + 80) / 17 below (Bernstein-Yang, theorem 11.2, for the slower variant that starts at delta = 1).
std::size_t batches(std::size_t n_bits) noexcept {
  const std::size_t steps = n_bits < 46 ? (49 * n_bits + 80) / 17 : (45907 * n_bits + 26313) / 19929 + 1;
  return (steps + 58) / 59;
}

}  // namespace

template <std::size_t N>
void invert_limbs(LimbArray<N>& out, const LimbArray<N>& a, const OddModulus<N>& modulus) noexcept {
  constexpr std::size_t kL = kLimbs62<N>;
  const Signed62<kL> p = to_signed62(modulus.p);
  const std::uint64_t p_inverse = (0 - modulus.neg_inverse) & kMask62;
  Signed62<kL> d{}, e{{1}}, f = p, g = to_signed62(a);
  Word zeta = -1;
  for (std::size_t i = batches(modulus.n_bits); i > 0; --i) {
    const Transition t = divsteps_59(zeta, static_cast<std::uint64_t>(f.v[0]), static_cast<std::uint64_t>(g.v[0]));
    update_de(d, e, t, p, p_inverse);
    update_fg(f, g, t);
  }
  normalize(d, f.v[kL - 1],
            p);  // f = 1 or -1 (p or -p when a = 0, and then d = 0)
  from_signed62<N>(out, d);
}

template <std::size_t N>
void invert_limbs_vartime(LimbArray<N>& out, const LimbArray<N>& a, const OddModulus<N>& modulus) noexcept {
  constexpr std::size_t kL = kLimbs62<N>;
  const Signed62<kL> p = to_signed62(modulus.p);
  const std::uint64_t p_inverse = (0 - modulus.neg_inverse) & kMask62;
  Signed62<kL> d{}, e{{1}}, f = p, g = to_signed62(a);
  std::size_t len = kL;
  std::uint64_t unused = 0;
  for (Word eta = -1; !equals_vartime(g, len, 0);) {
    const Transition t =
        divsteps_62_vartime<false>(eta, static_cast<std::uint64_t>(f.v[0]), static_cast<std::uint64_t>(g.v[0]), unused);
    update_de(d, e, t, p, p_inverse);
    update_fg(f, g, t, len);
    shrink_vartime(f, g, len);
  }
  normalize(d, f.v[len - 1], p);
  from_signed62<N>(out, d);
}

template <std::size_t N>
int jacobi_limbs_vartime(const LimbArray<N>& a, const OddModulus<N>& modulus) noexcept {
  constexpr std::size_t kL = kLimbs62<N>;
  Signed62<kL> f = to_signed62(modulus.p), g = to_signed62(a);
  if (equals_vartime(g, kL, 0)) return 0;
  std::size_t len = kL;
  std::uint64_t jacobi = 0;
  Word eta = -1;
  // Typical: 9 batches for 256 bits. Nothing is proved about this variant, hence the bound.
  for (std::size_t i = 3 * batches(modulus.n_bits); i > 0; --i) {
    const Transition t = divsteps_62_vartime<true>(eta, low_64(f), low_64(g), jacobi);
    update_fg(f, g, t, len);
    if (equals_vartime(f, len, 1)) return (jacobi & 1) != 0 ? -1 : 1;
    shrink_vartime(f, g, len);
  }
  return 0;
}

template void invert_limbs(LimbArray<1>&, const LimbArray<1>&, const OddModulus<1>&) noexcept;
template void invert_limbs(LimbArray<2>&, const LimbArray<2>&, const OddModulus<2>&) noexcept;
template void invert_limbs(LimbArray<4>&, const LimbArray<4>&, const OddModulus<4>&) noexcept;
template void invert_limbs(LimbArray<6>&, const LimbArray<6>&, const OddModulus<6>&) noexcept;
template void invert_limbs_vartime(LimbArray<1>&, const LimbArray<1>&, const OddModulus<1>&) noexcept;
template void invert_limbs_vartime(LimbArray<2>&, const LimbArray<2>&, const OddModulus<2>&) noexcept;
template void invert_limbs_vartime(LimbArray<4>&, const LimbArray<4>&, const OddModulus<4>&) noexcept;
template void invert_limbs_vartime(LimbArray<6>&, const LimbArray<6>&, const OddModulus<6>&) noexcept;
template int jacobi_limbs_vartime(const LimbArray<1>&, const OddModulus<1>&) noexcept;
template int jacobi_limbs_vartime(const LimbArray<2>&, const OddModulus<2>&) noexcept;
template int jacobi_limbs_vartime(const LimbArray<4>&, const OddModulus<4>&) noexcept;
template int jacobi_limbs_vartime(const LimbArray<6>&, const OddModulus<6>&) noexcept;

}  // namespace solemn::field::detail
