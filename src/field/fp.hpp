#pragma once
// Prime fields in Montgomery form, R = 2^(64 * limbs). An element is always fully reduced, so equal values have equal limbs and the
// memory of an array of elements is the file form "M" of ptau and zkey (little-endian limbs, spec 1.1).
//
// Timing: everything is constant time in the values except what ends in _vartime.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/ct.hpp"
#include "field/backend.hpp"
#include "field/params.hpp"

namespace solemn::field {

template <class P, class B = Portable>
class Fp {
 public:
  using Params = P;
  using Backend = B;
  template <class Other>
  using With = Fp<P, Other>;

  static constexpr std::size_t kLimbs = P::kModulus.size();
  static constexpr std::size_t kBytes = 8 * kLimbs;
  static constexpr std::size_t kBits = /* bit length of the modulus */ 0;
  static constexpr unsigned kTwoAdicity = 0;
  using Limbs = std::array<std::uint64_t, kLimbs>;  // little-endian

  constexpr Fp() noexcept = default;  // zero
  static constexpr Fp zero() noexcept;
  static constexpr Fp one() noexcept;
  static constexpr Fp from_u64(std::uint64_t value) noexcept;

  /// Canonical <-> Montgomery. from_canonical refuses values >= p; from_canonical_reduced takes any value and reduces it mod p.
  static constexpr std::optional<Fp> from_canonical(const Limbs& value) noexcept;
  static constexpr Fp from_canonical_reduced(const Limbs& value) noexcept;
  constexpr Limbs to_canonical() const noexcept;
  /// The limbs as they lie in memory and in ptau/zkey files. from_ refuses limbs >= p.
  static constexpr std::optional<Fp> from_montgomery(const Limbs& limbs) noexcept;
  constexpr const Limbs& montgomery() const noexcept;
  /// True when the limbs of an element that was read from a file as raw memory are below p. Everything else assumes it.
  constexpr bool is_reduced_vartime() const noexcept;

  /// Uniform, from 64 (Fr) or more secret bytes reduced mod p: bias below 2^-128. REQUIRES: bytes.size() >= kBytes + 16.
  static Fp from_wide_bytes(std::span<const std::byte> bytes) noexcept;

  friend constexpr Fp operator+(const Fp& a, const Fp& b) noexcept;
  friend constexpr Fp operator-(const Fp& a, const Fp& b) noexcept;
  friend constexpr Fp operator*(const Fp& a, const Fp& b) noexcept;
  constexpr Fp operator-() const noexcept;
  constexpr Fp& operator+=(const Fp& b) noexcept;
  constexpr Fp& operator-=(const Fp& b) noexcept;
  constexpr Fp& operator*=(const Fp& b) noexcept;
  constexpr Fp square() const noexcept;
  constexpr Fp dbl() const noexcept;
  constexpr Fp half() const noexcept;
  /// Inverse; of zero: zero. Constant time.
  constexpr Fp inverse() const noexcept;
  Fp inverse_vartime() const noexcept;
  /// exponent: public, little-endian limbs.
  constexpr Fp pow_vartime(std::span<const std::uint64_t> exponent) const noexcept;
  constexpr Fp pow_vartime(std::uint64_t exponent) const noexcept;
  /// A square root, or nullopt for a non-residue. Always ends.
  constexpr std::optional<Fp> sqrt_vartime() const noexcept;
  constexpr bool is_square_vartime() const noexcept;

  constexpr ct::Choice is_zero() const noexcept;
  constexpr bool is_zero_vartime() const noexcept;
  friend constexpr ct::Choice ct_equal(const Fp& a, const Fp& b) noexcept;
  friend constexpr bool operator==(const Fp& a, const Fp& b) noexcept;  // not constant time
  /// choice ? a : b
  static constexpr Fp select(ct::Choice choice, const Fp& a, const Fp& b) noexcept;
  constexpr Fp negate_if(ct::Choice choice) const noexcept;
  /// Canonical value > (p-1)/2: the "negative" of the point encodings (spec 1.2).
  constexpr bool is_negative_vartime() const noexcept;

  /// Big- and little-endian canonical bytes. read_* refuse values >= p. Sizes are exactly kBytes.
  void write_be(std::span<std::byte> out) const noexcept;
  void write_le(std::span<std::byte> out) const noexcept;
  static std::optional<Fp> read_be(std::span<const std::byte> in) noexcept;
  static std::optional<Fp> read_le(std::span<const std::byte> in) noexcept;

  /// Smallest quadratic non-residue counted from 2, and the 2^k-th root of unity derived from it (spec 1.3): w[s] = nqr^t.
  static constexpr Fp quadratic_non_residue() noexcept;
  static constexpr Fp root_of_unity(unsigned log2_order) noexcept;  // REQUIRES: log2_order <= kTwoAdicity
};

/// in-place; zeros stay zero. Cost: 3 multiplications an element and one inversion. Constant time in the values (zeros masked).
template <class F>
void batch_inverse(std::span<F> values, std::span<F> scratch) noexcept;

using Bn254FqE = Fp<Bn254Fq>;
using Bn254FrE = Fp<Bn254Fr>;

}  // namespace solemn::field
