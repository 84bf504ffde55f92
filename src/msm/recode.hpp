#pragma once
// A scalar as the codes of its digits, constant time.
#include <array>
#include <cstdint>
#include <span>

#include "base/ct.hpp"
#include "base/secret.hpp"
#include "msm/lattice.hpp"

namespace solemn::msm {

/// Signed, three limbs: the coordinates of a representative are below 2^129.
using Coordinate = std::array<std::uint64_t, 3>;

template <class Ring>
using Representative = std::array<Coordinate, Ring::kDims>;

/// Those of eight scalars, limb by limb.
template <class Ring>
struct alignas(64) EightRepresentatives {
  std::uint64_t limb[Ring::kDims][3][8];
  void set(std::size_t lane, const Representative<Ring>& k) noexcept {
    for (std::size_t i = 0; i < Ring::kDims; ++i) {
      for (std::size_t l = 0; l < 3; ++l) limb[i][l][lane] = k[i][l];
    }
  }
};

namespace detail {

/// out -= or += a b modulo 2^192.
constexpr void add_product(Coordinate& out, const Coordinate& a, const std::array<std::uint64_t, 2>& b,
                           std::uint64_t subtract_mask) noexcept {
  Coordinate product{};
  for (std::size_t i = 0; i < 3; ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < 2 && i + j < 3; ++j) product[i + j] = multiply_add(a[i], b[j], product[i + j], carry);
    if (i + 2 < 3) product[i + 2] = carry;
  }
  std::uint64_t carry = subtract_mask & 1;
  for (std::size_t i = 0; i < 3; ++i) out[i] = field::add_carry(out[i], product[i] ^ subtract_mask, carry);
}

/// round(k factor / 2^320) modulo 2^192
constexpr Coordinate scaled(const std::array<std::uint64_t, 4>& k,
                            const std::array<std::uint64_t, 5>& factor) noexcept {
  std::array<std::uint64_t, 9> product{};
  for (std::size_t i = 0; i < 4; ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < 5; ++j) product[i + j] = multiply_add(k[i], factor[j], product[i + j], carry);
    product[i + 5] = carry;
  }
  std::uint64_t carry = product[4] >> 63;
  Coordinate out{};
  for (std::size_t i = 0; i < 3; ++i) out[i] = field::add_carry(product[5 + i], 0, carry);
  return out;
}

/// Values of sixteen residues packed in nibbles (two's complement) or bytes, looked up without an address.
template <class Ring>
struct PackedDigits {
  std::array<std::uint64_t, Ring::kDims> value{};
  std::array<std::uint64_t, 2> code{};
  static constexpr PackedDigits make() noexcept {
    PackedDigits out;
    for (std::size_t r = 0; r < 16; ++r) {
      const auto& digit = kDigitTable<Ring>.of_residue[r];
      for (std::size_t i = 0; i < Ring::kDims; ++i) {
        out.value[i] |= (static_cast<std::uint64_t>(digit.value[i]) & 15) << (4 * r);
      }
      out.code[r / 8] |= std::uint64_t{digit.code} << (8 * (r % 8));
    }
    return out;
  }
};
template <class Ring>
inline constexpr PackedDigits<Ring> kPackedDigits = PackedDigits<Ring>::make();

}  // namespace detail

/// The short representative of k. Constant time.
template <class Curve, class Ring>
constexpr Representative<Ring> representative(const std::array<std::uint64_t, 4>& k) noexcept {
  constexpr const auto& lattice = kLattice<Curve, Ring>;
  static_assert(Lattice<Curve, Ring>::determinant_is_r());
  Representative<Ring> out{};
  for (std::size_t i = 0; i < 3; ++i) out[0][i] = k[i];  // modulo 2^192: the result is short
  for (std::size_t i = 0; i < Ring::kDims; ++i) {
    const Coordinate c = detail::scaled(k, lattice.factor[i]);
    for (std::size_t j = 0; j < Ring::kDims; ++j) {
      const bool add = lattice.factor_negative[i] != lattice.basis_negative[i][j];
      detail::add_product(out[j], c, lattice.basis[i][j], add ? 0 : ~std::uint64_t{0});
    }
  }
  return out;
}

/// What is left of the low ends of the coordinates while digits are taken from them.
template <class Ring>
using LowEnds = std::array<std::int64_t, Ring::kDims>;

/// One digit: returns its code, element = (element - digit) / radix. Constant time.
template <class Ring>
constexpr std::uint8_t take_digit(LowEnds<Ring>& element) noexcept {
  constexpr unsigned kBits = Ring::kRadixBits;
  constexpr const auto& packed = detail::kPackedDigits<Ring>;
  std::uint64_t r = 0;
  for (std::size_t i = 0; i < Ring::kDims; ++i) {
    r |= (static_cast<std::uint64_t>(element[i]) & ((1U << kBits) - 1)) << (i * kBits);
  }
  for (std::size_t i = 0; i < Ring::kDims; ++i) {
    const auto nibble = static_cast<std::int64_t>(packed.value[i] >> (4 * r) << 60) >> 60;
    element[i] = (element[i] - nibble) >> kBits;
  }
  const std::uint64_t word = ct::select(ct::Choice::from_bit(r >> 3), packed.code[1], packed.code[0]);
  return static_cast<std::uint8_t>(word >> (8 * (r & 7)));
}

/// The code of an element that is zero or a digit; kNone for zero. Constant time.
template <class Ring>
constexpr std::uint8_t code_of(const LowEnds<Ring>& element) noexcept {
  std::uint64_t out = DigitCode::kNone;
  for (const auto& digit : kDigitTable<Ring>.all) {
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < Ring::kDims; ++i) {
      difference |= static_cast<std::uint64_t>(element[i] ^ digit.value[i]);
    }
    out = ct::select(ct::is_zero(difference), digit.code, out);
  }
  return static_cast<std::uint8_t>(out);
}

/// A digit depends on the low bits only, so they are taken from so many bits of each coordinate at a time, in one word.
constexpr unsigned kChunkBits = 48;

/// codes[0]: what is left above the digits; then the digits from the top. codes[s * stride] is written for
/// s = 0 .. kSteps. What is left of a chunk, a small signed number, goes into the next.
template <class Curve, class Ring>
void recode(std::uint8_t* codes, std::size_t stride, const std::array<std::uint64_t, 4>& k) noexcept {
  constexpr std::size_t kChunk = kChunkBits / Ring::kRadixBits;
  Representative<Ring> element = representative<Curve, Ring>(k);
  LowEnds<Ring> low{};
  for (std::size_t step = kSteps<Curve, Ring>; step > 0;) {
    const bool last = step <= kChunk;  // with all that is left of the coordinates: below 2^48
    for (std::size_t i = 0; i < Ring::kDims; ++i) {
      Coordinate& x = element[i];
      low[i] += static_cast<std::int64_t>(last ? x[0] : x[0] & ((std::uint64_t{1} << kChunkBits) - 1));
      x[0] = x[0] >> kChunkBits | x[1] << (64 - kChunkBits);
      x[1] = x[1] >> kChunkBits | x[2] << (64 - kChunkBits);
      x[2] = static_cast<std::uint64_t>(static_cast<std::int64_t>(x[2]) >> kChunkBits);
    }
    for (const std::size_t end = last ? 0 : step - kChunk; step > end; --step) {
      codes[step * stride] = take_digit<Ring>(low);
    }
  }
  codes[0] = code_of<Ring>(low);
  base::wipe(&low, sizeof low);
  base::wipe(&element, sizeof element);
}

}  // namespace solemn::msm
