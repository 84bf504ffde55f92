#pragma once
// Fp2 = Fp[u]/(u^2 + 1): both curves have q = 3 mod 4. Memory: c0 then c1, as in ptau and zkey files.
//
// Timing: as in field/fp.hpp, constant time except what ends in _vartime.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/ct.hpp"
#include "field/fp.hpp"

namespace solemn::curve {

template <class F>
struct Fp2 {
  using Base = F;
  using Backend = typename F::Backend;
  template <class Other>
  using With = Fp2<typename F::template With<Other>>;
  static constexpr std::size_t kBytes = 2 * F::kBytes;
  static_assert((F::Params::kModulus[0] & 3) == 3, "-1 is not a square");

  F c0, c1;  // c0 + c1 u

  static constexpr Fp2 zero() noexcept { return {}; }
  static constexpr Fp2 one() noexcept { return {F::one(), F::zero()}; }
  static constexpr Fp2 from_u64(std::uint64_t value) noexcept { return {F::from_u64(value), F::zero()}; }

  friend constexpr Fp2 operator+(const Fp2& a, const Fp2& b) noexcept { return {a.c0 + b.c0, a.c1 + b.c1}; }
  friend constexpr Fp2 operator-(const Fp2& a, const Fp2& b) noexcept { return {a.c0 - b.c0, a.c1 - b.c1}; }
  /// Karatsuba: three multiplications.
  friend constexpr Fp2 operator*(const Fp2& a, const Fp2& b) noexcept {
    const F v0 = a.c0 * b.c0;
    const F v1 = a.c1 * b.c1;
    return {v0 - v1, (a.c0 + a.c1) * (b.c0 + b.c1) - v0 - v1};
  }
  friend constexpr Fp2 operator*(const Fp2& a, const F& b) noexcept { return {a.c0 * b, a.c1 * b}; }
  constexpr Fp2 operator-() const noexcept { return {-c0, -c1}; }
  constexpr Fp2& operator+=(const Fp2& b) noexcept { return *this = *this + b; }
  constexpr Fp2& operator-=(const Fp2& b) noexcept { return *this = *this - b; }
  constexpr Fp2& operator*=(const Fp2& b) noexcept { return *this = *this * b; }
  /// (c0 + c1)(c0 - c1) + 2 c0 c1 u
  constexpr Fp2 square() const noexcept { return {(c0 + c1) * (c0 - c1), (c0 * c1).dbl()}; }
  constexpr Fp2 dbl() const noexcept { return {c0.dbl(), c1.dbl()}; }
  constexpr Fp2 half() const noexcept { return {c0.half(), c1.half()}; }
  /// The Frobenius x -> x^q.
  constexpr Fp2 conjugate() const noexcept { return {c0, -c1}; }
  /// x^(q+1), in Fp.
  constexpr F norm() const noexcept { return c0.square() + c1.square(); }
  /// Inverse; of zero: zero. Constant time.
  constexpr Fp2 inverse() const noexcept {
    const F scale = norm().inverse();
    return {c0 * scale, -(c1 * scale)};
  }
  Fp2 inverse_vartime() const noexcept {
    const F scale = norm().inverse_vartime();
    return {c0 * scale, -(c1 * scale)};
  }
  /// exponent: public, little-endian limbs. Plain square-and-multiply.
  constexpr Fp2 pow_vartime(std::span<const std::uint64_t> exponent) const noexcept;
  /// A square root, or nullopt for a non-residue. Always ends. Which of the two roots is not specified.
  /// Cost: two exponentiations in Fp, one for a non-residue.
  constexpr std::optional<Fp2> sqrt_vartime() const noexcept;
  /// Zero counts as a square. x is a square in Fp2 exactly when its norm is one in Fp.
  constexpr bool is_square_vartime() const noexcept { return norm().is_square_vartime(); }

  constexpr ct::Choice is_zero() const noexcept { return c0.is_zero() & c1.is_zero(); }
  constexpr bool is_zero_vartime() const noexcept { return c0.is_zero_vartime() && c1.is_zero_vartime(); }
  friend constexpr ct::Choice ct_equal(const Fp2& a, const Fp2& b) noexcept {
    return ct_equal(a.c0, b.c0) & ct_equal(a.c1, b.c1);
  }
  friend constexpr bool operator==(const Fp2& a, const Fp2& b) noexcept = default;  // not constant time
  /// choice ? a : b
  static constexpr Fp2 select(ct::Choice choice, const Fp2& a, const Fp2& b) noexcept {
    return {F::select(choice, a.c0, b.c0), F::select(choice, a.c1, b.c1)};
  }
  constexpr Fp2 negate_if(ct::Choice choice) const noexcept { return select(choice, -*this, *this); }
  /// The sign of c1, or of c0 when c1 is zero (spec 1.2); the same as "lexicographically largest" with c1 first.
  constexpr bool is_negative_vartime() const noexcept {
    return c1.is_zero_vartime() ? c0.is_negative_vartime() : c1.is_negative_vartime();
  }
  constexpr bool is_reduced_vartime() const noexcept { return c0.is_reduced_vartime() && c1.is_reduced_vartime(); }

  /// BE(c1) BE(c0), the byte reverse of write_le; LE(c0) LE(c1). Sizes are exactly kBytes.
  void write_be(std::span<std::byte> out) const noexcept {
    c1.write_be(out.first(F::kBytes));
    c0.write_be(out.subspan(F::kBytes));
  }
  void write_le(std::span<std::byte> out) const noexcept {
    c0.write_le(out.first(F::kBytes));
    c1.write_le(out.subspan(F::kBytes));
  }
  static std::optional<Fp2> read_be(std::span<const std::byte> in) noexcept {
    return join(F::read_be(in.subspan(F::kBytes)), F::read_be(in.first(F::kBytes)));
  }
  static std::optional<Fp2> read_le(std::span<const std::byte> in) noexcept {
    return join(F::read_le(in.first(F::kBytes)), F::read_le(in.subspan(F::kBytes)));
  }

 private:
  static std::optional<Fp2> join(const std::optional<F>& low, const std::optional<F>& high) noexcept {
    if (!low || !high) return std::nullopt;
    return Fp2{*low, *high};
  }
};

template <class F>
constexpr Fp2<F> Fp2<F>::pow_vartime(std::span<const std::uint64_t> exponent) const noexcept {
  Fp2 acc = one();
  for (std::size_t i = 64 * exponent.size(); i-- > 0;) {
    acc = acc.square();
    if ((exponent[i / 64] >> (i % 64) & 1) != 0) acc *= *this;
  }
  return acc;
}

// The complex method. With s = sqrt(norm) and d = (c0 + s) / 2: a root is (x, c1 / 2x) with x^2 = d when d is a square;
// otherwise (c1 / 2x, x) with x^2 = -d, because d (c0 - s) / 2 = -(c1 / 2)^2. One power gives both: e = d^((q-3)/4),
// x = d e, x e = d^((q-1)/2) = +-1.
template <class F>
constexpr std::optional<Fp2<F>> Fp2<F>::sqrt_vartime() const noexcept {
  if (c1.is_zero_vartime()) {
    if (const auto root = c0.sqrt_vartime()) return Fp2{*root, F::zero()};
    if (const auto root = (-c0).sqrt_vartime()) return Fp2{F::zero(), *root};
    return std::nullopt;
  }
  const auto s = norm().sqrt_vartime();
  if (!s) return std::nullopt;
  auto exponent = F::Params::kModulus;  // (q - 3) / 4 = floor(q / 4)
  for (std::size_t i = 0; i < exponent.size(); ++i) {
    exponent[i] = exponent[i] >> 2 | (i + 1 < exponent.size() ? exponent[i + 1] << 62 : 0);
  }
  const F d = (c0 + *s).half();  // not zero: then c1 would be zero
  const F e = d.pow_vartime(exponent);
  const F x = d * e;
  const F other = (c1 * e).half();
  const Fp2 root = x.square() == d ? Fp2{x, other} : Fp2{-other, x};
  if (root.square() == *this) return root;
  return std::nullopt;
}

}  // namespace solemn::curve
