#pragma once
// Prime fields in Montgomery form, R = 2^(64 * limbs). An element is always fully reduced, so equal values have equal
// limbs and the memory of an array of elements is the file form "M" of ptau and zkey (little-endian limbs, spec 1.1).
//
// Timing: everything is constant time in the values except what ends in _vartime.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/ct.hpp"
#include "field/adx.hpp"
#include "field/backend.hpp"
#include "field/constants.hpp"
#include "field/params.hpp"
#include "field/portable.hpp"

namespace solemn::field {

template <class P, class B = Portable>
class Fp {
  using Constants = MontgomeryConstants<P>;
  using Ops = Arithmetic<P, B>;

 public:
  using Params = P;
  using Backend = B;
  template <class Other>
  using With = Fp<P, Other>;

  static constexpr std::size_t kLimbs = P::kModulus.size();
  static constexpr std::size_t kBytes = 8 * kLimbs;
  static constexpr std::size_t kBits = Constants::kBits;           // bit length of the modulus
  static constexpr unsigned kTwoAdicity = Constants::kTwoAdicity;  // s of p - 1 = 2^s t, t odd
  using Limbs = std::array<std::uint64_t, kLimbs>;                 // little-endian

  constexpr Fp() noexcept : limbs_{} {}  // zero
  static constexpr Fp zero() noexcept { return Fp(); }
  static constexpr Fp one() noexcept { return Fp(Constants::kR); }
  static constexpr Fp from_u64(std::uint64_t value) noexcept { return from_canonical_reduced(Limbs{value}); }

  /// Canonical <-> Montgomery. from_canonical refuses values >= p (and tells by a branch); from_canonical_reduced takes
  /// any value and reduces it mod p.
  static constexpr std::optional<Fp> from_canonical(const Limbs& value) noexcept;
  static constexpr Fp from_canonical_reduced(const Limbs& value) noexcept {
    Fp out(Unset{});
    Ops::mul(out.limbs_, value, Constants::kR2);
    return out;
  }
  constexpr Limbs to_canonical() const noexcept {
    Limbs out{};
    Ops::mul(out, limbs_, Limbs{1});
    return out;
  }
  /// The limbs as they lie in memory and in ptau/zkey files. from_ refuses limbs >= p.
  static constexpr std::optional<Fp> from_montgomery(const Limbs& limbs) noexcept;
  constexpr const Limbs& montgomery() const noexcept { return limbs_; }
  /// True when the limbs of an element that was read from a file as raw memory are below p. Everything else assumes it.
  constexpr bool is_reduced_vartime() const noexcept { return less_limbs(limbs_, P::kModulus).reveal_vartime(); }

  /// Uniform, from 64 (Fr) or more secret bytes, read as a little-endian integer and reduced mod p: bias below 2^-128.
  /// REQUIRES: bytes.size() >= kBytes + 16.
  static Fp from_wide_bytes(std::span<const std::byte> bytes) noexcept;

  friend constexpr Fp operator+(const Fp& a, const Fp& b) noexcept {
    Fp out(Unset{});
    Ops::add(out.limbs_, a.limbs_, b.limbs_);
    return out;
  }
  friend constexpr Fp operator-(const Fp& a, const Fp& b) noexcept {
    Fp out(Unset{});
    Ops::sub(out.limbs_, a.limbs_, b.limbs_);
    return out;
  }
  friend constexpr Fp operator*(const Fp& a, const Fp& b) noexcept {
    Fp out(Unset{});
    Ops::mul(out.limbs_, a.limbs_, b.limbs_);
    return out;
  }
  /// a * b + c * d. Cheaper than two products where kFusesSums: one reduction instead of two.
  static constexpr bool kFusesSums = Ops::kFusesSums;
  friend constexpr Fp sum_of_products(const Fp& a, const Fp& b, const Fp& c, const Fp& d) noexcept {
    Fp out(Unset{});
    Ops::sum_of_products(out.limbs_, a.limbs_, b.limbs_, c.limbs_, d.limbs_);
    return out;
  }
  constexpr Fp operator-() const noexcept {
    Fp out(Unset{});
    Ops::neg(out.limbs_, limbs_);
    return out;
  }
  constexpr Fp& operator+=(const Fp& b) noexcept {
    Ops::add(limbs_, limbs_, b.limbs_);
    return *this;
  }
  constexpr Fp& operator-=(const Fp& b) noexcept {
    Ops::sub(limbs_, limbs_, b.limbs_);
    return *this;
  }
  constexpr Fp& operator*=(const Fp& b) noexcept {
    Ops::mul(limbs_, limbs_, b.limbs_);
    return *this;
  }
  constexpr Fp square() const noexcept {
    Fp out(Unset{});
    Ops::sqr(out.limbs_, limbs_);
    return out;
  }
  constexpr Fp dbl() const noexcept {
    Fp out(Unset{});
    Ops::dbl(out.limbs_, limbs_);
    return out;
  }
  constexpr Fp half() const noexcept;
  /// Inverse; of zero: zero. Constant time.
  constexpr Fp inverse() const noexcept;
  Fp inverse_vartime() const noexcept;
  /// exponent: public, little-endian limbs. Constant time in the base.
  constexpr Fp pow_vartime(std::span<const std::uint64_t> exponent) const noexcept;
  constexpr Fp pow_vartime(std::uint64_t exponent) const noexcept { return pow_vartime(std::span(&exponent, 1)); }
  /// A square root, or nullopt for a non-residue. Always ends. Which of the two roots is not specified.
  constexpr std::optional<Fp> sqrt_vartime() const noexcept;
  /// Zero counts as a square.
  constexpr bool is_square_vartime() const noexcept;

  constexpr ct::Choice is_zero() const noexcept { return limbs_are_zero(limbs_); }
  constexpr bool is_zero_vartime() const noexcept {
    std::uint64_t bits = 0;  // compared as arrays, g++ calls memcmp: 14 % of a verification
    for (std::size_t i = 0; i < kLimbs; ++i) bits |= limbs_[i];
    return bits == 0;
  }
  friend constexpr ct::Choice ct_equal(const Fp& a, const Fp& b) noexcept {
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) difference |= a.limbs_[i] ^ b.limbs_[i];
    return ct::is_zero(difference);
  }
  friend constexpr bool operator==(const Fp& a, const Fp& b) noexcept {
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) difference |= a.limbs_[i] ^ b.limbs_[i];
    return difference == 0;
  }  // not constant time
  /// choice ? a : b
  static constexpr Fp select(ct::Choice choice, const Fp& a, const Fp& b) noexcept {
    return Fp(select_limbs(choice, a.limbs_, b.limbs_));
  }
  constexpr Fp negate_if(ct::Choice choice) const noexcept { return select(choice, -*this, *this); }
  /// Canonical value > (p-1)/2: the "negative" of the point encodings (spec 1.2).
  constexpr bool is_negative_vartime() const noexcept {
    return less_limbs(Constants::kHalfPMinus1, to_canonical()).reveal_vartime();
  }

  /// Big- and little-endian canonical bytes. read_* refuse values >= p. Sizes are exactly kBytes.
  void write_be(std::span<std::byte> out) const noexcept;
  void write_le(std::span<std::byte> out) const noexcept;
  static std::optional<Fp> read_be(std::span<const std::byte> in) noexcept;
  static std::optional<Fp> read_le(std::span<const std::byte> in) noexcept;

  /// Smallest quadratic non-residue counted from 2, and the 2^k-th root of unity derived from it (spec 1.3): w[s] =
  /// nqr^t.
  static constexpr Fp quadratic_non_residue() noexcept;
  static constexpr Fp root_of_unity(unsigned log2_order) noexcept;  // REQUIRES: log2_order <= kTwoAdicity

 private:
  struct Unset {};
  explicit constexpr Fp(const Limbs& limbs) noexcept : limbs_(limbs) {}
  explicit constexpr Fp(Unset) noexcept {}  // limbs_ are written at once by the caller
  constexpr std::optional<Fp> tonelli_shanks_vartime() const noexcept;

  Limbs limbs_;  // value * R mod p
};

/// in-place; zeros stay zero. Cost: 3 multiplications an element and one inversion. Constant time in the values (zeros
/// masked). F is any field type with one(), is_zero(), select(), * and inverse(). REQUIRES: scratch.size() >=
/// values.size(), no overlap.
template <class F>
void batch_inverse(std::span<F> values, std::span<F> scratch) noexcept;

using Bn254FqE = Fp<Bn254Fq>;
using Bn254FrE = Fp<Bn254Fr>;
using Bls12_381FqE = Fp<Bls12_381Fq>;
using Bls12_381FrE = Fp<Bls12_381Fr>;

}  // namespace solemn::field

#include "field/fp_impl.inc"

namespace solemn::field {

// Instantiated once, in field.cpp.
extern template class Fp<Bn254Fq, Portable>;
extern template class Fp<Bn254Fr, Portable>;
extern template class Fp<Bls12_381Fq, Portable>;
extern template class Fp<Bls12_381Fr, Portable>;

}  // namespace solemn::field
