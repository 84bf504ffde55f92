#pragma once
// Inversion and the Jacobi symbol by divsteps, 62 at a time: Bernstein and Yang, "Fast constant-time gcd
// computation and modular inversion" (eprint 2019/266), in the form with delta starting at 1/2 and batches of
// signed 62-bit limbs that Wuille described for libsecp256k1 ("safegcd"). On plain limbs, for any odd modulus p
// with its top bit free.
#include "field/limbs.hpp"

namespace solemn::field::detail {

/// p and what the algorithms need of it: p^-1 mod 2^62 comes from neg_inverse = -p^-1 mod 2^64.
template <std::size_t N>
struct OddModulus {
  LimbArray<N> p;
  std::uint64_t neg_inverse;
  std::size_t n_bits;  // bit length of p
};

/// out = a^-1 mod p; 0 when a = 0. Domain: a < p, p prime; N is 1, 2, 4 or 6. out may be a. invert_limbs is
/// constant time in a. Cost (Zen 3, 3.0 GHz): 1.9 us for four limbs, 3.0 us for six; 1.2 and 2.0 in variable time.
template <std::size_t N>
void invert_limbs(LimbArray<N>& out, const LimbArray<N>& a, const OddModulus<N>& modulus) noexcept;
template <std::size_t N>
void invert_limbs_vartime(LimbArray<N>& out, const LimbArray<N>& a, const OddModulus<N>& modulus) noexcept;

/// The Jacobi symbol (a / p): 1 or -1; 0 when a = 0, and also for the rare a where the bound on the number of
/// steps is not enough: the caller then uses another way. Domain: as above.
template <std::size_t N>
int jacobi_limbs_vartime(const LimbArray<N>& a, const OddModulus<N>& modulus) noexcept;

}  // namespace solemn::field::detail
