#pragma once
// Everything that follows from a modulus, derived at compile time.
#include "field/backend.hpp"
#include "field/limbs.hpp"
#include "field/params.hpp"

namespace solemn::field {

namespace detail {

/// -p^-1 mod 2^64 for odd p, by Newton iteration: each step doubles the number of right bits (3, 6, ... 96).
constexpr std::uint64_t negative_inverse(std::uint64_t p) noexcept {
  std::uint64_t x = p;
  for (int i = 0; i < 5; ++i) x *= 2 - p * x;
  return 0 - x;
}

/// R = 2^(64 N) mod p, by doubling from the power of two below p.
template <std::size_t N>
constexpr LimbArray<N> r_mod(const LimbArray<N>& p) noexcept {
  const std::size_t top = bit_length_vartime(p) - 1;
  LimbArray<N> x{};
  x[top / 64] = std::uint64_t{1} << (top % 64);
  for (std::size_t i = top; i < 64 * N; ++i) {
    add_limbs(x, x, x);
    reduce_once(x, x, p);
  }
  return x;
}

/// R^2 mod p, the Montgomery form of R = (2^64)^N.
template <std::size_t N>
constexpr LimbArray<N> r_squared_mod(const LimbArray<N>& p) noexcept {
  const std::uint64_t neg_inverse = negative_inverse(p[0]);
  LimbArray<N> word = r_mod(p);
  add_limbs(word, word, word);
  reduce_once(word, word, p);                                                    // 2
  for (int i = 0; i < 6; ++i) montgomery_mul(word, word, word, p, neg_inverse);  // 2^64
  LimbArray<N> out = word;
  for (std::size_t i = 1; i < N; ++i) montgomery_mul(out, out, word, p, neg_inverse);
  return out;
}

/// R^3 mod p, the Montgomery form of R^2.
template <std::size_t N>
constexpr LimbArray<N> r_cubed_mod(const LimbArray<N>& p) noexcept {
  LimbArray<N> out = r_squared_mod(p);
  montgomery_mul(out, out, out, p, negative_inverse(p[0]));
  return out;
}

/// p - 1 without its factors of two.
template <std::size_t N>
constexpr LimbArray<N> odd_part_of_p_minus_1(LimbArray<N> p) noexcept {
  p[0] -= 1;
  while ((p[0] & 1) == 0) p = shift_right_1(p);
  return p;
}

/// p >> shift
template <std::size_t N>
constexpr LimbArray<N> shifted_right(LimbArray<N> p, unsigned shift) noexcept {
  for (unsigned i = 0; i < shift; ++i) p = shift_right_1(p);
  return p;
}

template <std::size_t N>
constexpr LimbArray<N> minus_small(LimbArray<N> p, std::uint64_t small) noexcept {
  LimbArray<N> rhs{small};
  sub_limbs(p, p, rhs);
  return p;
}

/// (p + 1) / 4, of use when p = 3 mod 4.
template <std::size_t N>
constexpr LimbArray<N> quarter_of_p_plus_1(LimbArray<N> p) noexcept {
  const LimbArray<N> one{1};
  add_limbs(p, p, one);  // no carry: the top bit of p is free
  return shifted_right(p, 2);
}

/// Jacobi symbol (a / n) for odd n, by quadratic reciprocity. Public values.
constexpr int jacobi_symbol_vartime(std::uint64_t a, std::uint64_t n) noexcept {
  int sign = 1;
  for (a %= n; a != 0; a %= n) {
    for (; (a & 1) == 0; a >>= 1) sign = (n & 7) == 3 || (n & 7) == 5 ? -sign : sign;
    if ((a & 3) == 3 && (n & 3) == 3) sign = -sign;
    const std::uint64_t old_n = n;
    n = a;
    a = old_n;
  }
  return n == 1 ? sign : 0;
}

/// The symbol (q / p) for a small prime q, by one step of reciprocity from p mod q.
template <std::size_t N>
constexpr int small_prime_symbol(std::uint64_t q, const LimbArray<N>& p) noexcept {
  if (q == 2) return (p[0] & 7) == 1 || (p[0] & 7) == 7 ? 1 : -1;
  U128 remainder = 0;
  for (std::size_t i = N; i-- > 0;) remainder = (remainder << 64 | p[i]) % q;
  const int flip = (q & 3) == 3 && (p[0] & 3) == 3 ? -1 : 1;
  return flip * jacobi_symbol_vartime(static_cast<std::uint64_t>(remainder), q);
}

/// Counted from 2. The smallest quadratic non-residue of a prime p > 2 is a prime below p.
template <std::size_t N>
constexpr std::uint64_t smallest_non_residue(const LimbArray<N>& p) noexcept {
  for (std::uint64_t q = 2;; q += q == 2 ? 1 : 2) {
    bool is_prime = true;
    for (std::uint64_t d = 3; d * d <= q; d += 2) is_prime = is_prime && q % d != 0;
    if (is_prime && small_prime_symbol(q, p) == -1) return q;
  }
}

}  // namespace detail

/// Derived constants; N limbs, R = 2^(64 N).
template <class P>
struct MontgomeryConstants {
  static constexpr std::size_t kLimbs = P::kModulus.size();
  using Limbs = LimbArray<kLimbs>;
  static_assert((P::kModulus[0] & 1) != 0 && (kLimbs > 1 || P::kModulus[0] > 2), "the modulus is an odd prime");
  static_assert(P::kModulus[kLimbs - 1] >> 63 == 0,
                "the top bit of the modulus is free: sums and CIOS rows need no extra limb");

  static constexpr std::size_t kBits = bit_length_vartime(P::kModulus);
  static constexpr std::uint64_t kNegInverse = detail::negative_inverse(P::kModulus[0]);
  static constexpr Limbs kR = detail::r_mod(P::kModulus);           // 1 in Montgomery form
  static constexpr Limbs kR2 = detail::r_squared_mod(P::kModulus);  // R in Montgomery form
  static constexpr Limbs kR3 = detail::r_cubed_mod(P::kModulus);    // R^2 in Montgomery form
  static constexpr Limbs kPMinus2 = detail::minus_small(P::kModulus, 2);
  static constexpr Limbs kHalfPMinus1 = detail::shifted_right(P::kModulus, 1);       // (p - 1) / 2
  static constexpr Limbs kQuarterPPlus1 = detail::quarter_of_p_plus_1(P::kModulus);  // (p + 1) / 4
  static constexpr Limbs kOddPart = detail::odd_part_of_p_minus_1(P::kModulus);      // t of p - 1 = 2^s t
  static constexpr Limbs kHalfOddPart = detail::shifted_right(kOddPart, 1);          // (t - 1) / 2
  static constexpr unsigned kTwoAdicity =
      static_cast<unsigned>(bit_length_vartime(detail::minus_small(P::kModulus, 1)) - bit_length_vartime(kOddPart));
};

}  // namespace solemn::field
