#include "fft/programs.hpp"

#include <bit>

namespace solemn::fft {

namespace {

using Limbs = std::array<std::uint64_t, 4>;

// rows: a basis. reciprocals[j] = round(2^256 c_j / r), where (1, 0, ...) = sum_j (c_j / r) rows[j]. Two's complement.
template <std::size_t n>
struct Lattice {
  std::array<std::array<Uint128, n>, n> rows;
  std::array<Limbs, n> reciprocals;
};

constexpr Uint128 wide(std::uint64_t low, std::uint64_t high) noexcept {
  return static_cast<Uint128>(high) << 64 | low;
}

template <class G>
constexpr Lattice<kDimension<G>> kLattice;
template <>
constexpr Lattice<2> kLattice<curve::G1<curve::Bn254>> = {
    {{
        {wide(0x0be4e1541221250b, 0x6f4d8248eeb859fd), wide(0x89d3256894d213e3, 0x0000000000000000)},
        {wide(0x89d3256894d213e3, 0x0000000000000000), wide(0x7dee441482b0eed8, 0x90b27db71147a603)},
    }},
    {{
        {0x7a7bd9d4391eb18e, 0x4ccef014a773d2cf, 0x0000000000000002, 0x0000000000000000},
        {0xd91d232ec7e0b3d7, 0x0000000000000002, 0x0000000000000000, 0x0000000000000000},
    }}};

template <>
constexpr Lattice<2> kLattice<curve::G1<curve::Bls12_381>> = {
    {{
        {wide(0x0000000100000000, 0xac45a4010001a402), wide(0x0000000000000001, 0x0000000000000000)},
        {wide(0x0000000000000001, 0x0000000000000000), wide(0xffffffff00000001, 0x53ba5bfefffe5bfd)},
    }},
    {{
        {0x63f6e522f6cfee2e, 0x7c6becf1e01faadd, 0x0000000000000001, 0x0000000000000000},
        {0x0000000000000002, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000},
    }}};

template <>
constexpr Lattice<4> kLattice<curve::G2<curve::Bn254>> = {
    {{
        {wide(0x89d3256894d213e2, 0x0000000000000000), wide(0x44e992b44a6909f2, 0x0000000000000000),
         wide(0xbb166d4bb596f60f, 0xffffffffffffffff), wide(0x44e992b44a6909f1, 0x0000000000000000)},
        {wide(0x44e992b44a6909f1, 0x0000000000000000), wide(0xbb166d4bb596f60f, 0xffffffffffffffff),
         wide(0x44e992b44a6909f1, 0x0000000000000000), wide(0x89d3256894d213e3, 0x0000000000000000)},
        {wide(0x44e992b44a6909f2, 0x0000000000000000), wide(0x44e992b44a6909f1, 0x0000000000000000),
         wide(0x44e992b44a6909f1, 0x0000000000000000), wide(0x762cda976b2dec1e, 0xffffffffffffffff)},
        {wide(0x89d3256894d213e3, 0x0000000000000000), wide(0xbb166d4bb596f60f, 0xffffffffffffffff),
         wide(0xbb166d4bb596f60e, 0xffffffffffffffff), wide(0xbb166d4bb596f60f, 0xffffffffffffffff)},
    }},
    {{
        {0x46f4bda995d51bb1, 0x08e5da66fc7184ae, 0x9e80318ab0d92b93, 0x0000000000000000},
        {0x2dff291532e42728, 0x55b4ca7ba3e5577f, 0x9e80318ab0d92b95, 0x0000000000000000},
        {0x071c4c43fac4db00, 0x55b4ca7ba3e55782, 0x9e80318ab0d92b95, 0x0000000000000000},
        {0xc170977dcef3cd3f, 0x55b4ca7ba3e5577d, 0x9e80318ab0d92b95, 0x0000000000000000},
    }}};

template <>
constexpr Lattice<4> kLattice<curve::G2<curve::Bls12_381>> = {
    {{
        {wide(0xd201000000010000, 0x0000000000000000), wide(0x0000000000000001, 0x0000000000000000),
         wide(0x0000000000000000, 0x0000000000000000), wide(0x0000000000000000, 0x0000000000000000)},
        {wide(0x0000000000000000, 0x0000000000000000), wide(0x2dfeffffffff0000, 0xffffffffffffffff),
         wide(0xffffffffffffffff, 0xffffffffffffffff), wide(0x0000000000000000, 0x0000000000000000)},
        {wide(0x0000000000000000, 0x0000000000000000), wide(0x0000000000000000, 0x0000000000000000),
         wide(0xd201000000010000, 0x0000000000000000), wide(0x0000000000000001, 0x0000000000000000)},
        {wide(0x0000000000000001, 0x0000000000000000), wide(0x0000000000000000, 0x0000000000000000),
         wide(0xffffffffffffffff, 0xffffffffffffffff), wide(0x2dfeffffffff0000, 0xffffffffffffffff)},
    }},
    {{
        {0x92078a5e8573b29d, 0x33cfcc0d3e76ec28, 0x381204ca56cd56b5, 0x0000000000000001},
        {0x63f6e522f6cfee2e, 0x7c6becf1e01faadd, 0x0000000000000001, 0x0000000000000000},
        {0xcfbe4f7bd0027db3, 0x0000000000000001, 0x0000000000000000, 0x0000000000000000},
        {0x0000000000000002, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000},
    }}};

// round(a b / 2^256) mod 2^128.
Uint128 rounded_high_product(const Limbs& a, const Limbs& b) noexcept {
  std::array<std::uint64_t, 8> product = {0, 0, 0, std::uint64_t{1} << 63};
  for (std::size_t i = 0; i < 4; ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const Uint128 t = static_cast<Uint128>(a[i]) * b[j] + product[i + j] + carry;
      product[i + j] = static_cast<std::uint64_t>(t);
      carry = static_cast<std::uint64_t>(t >> 64);
    }
    for (std::size_t j = i + 4; j < 8 && carry != 0; ++j) {
      const Uint128 t = static_cast<Uint128>(product[j]) + carry;
      product[j] = static_cast<std::uint64_t>(t);
      carry = static_cast<std::uint64_t>(t >> 64);
    }
  }
  return wide(product[4], product[5]);
}

constexpr std::size_t kMaxDigits = 130;
// The additions at each position, one a byte; a program has at most 8 streams of digits.
using Positions = std::array<std::uint64_t, kMaxDigits>;

// Non-adjacent form of width log2(n_odd) + 2: digits odd, |digit| < 2 n_odd, or zero. Stream: the term of the program
// and the first table entry of the endomorphism's power.
void recode(Positions& positions, Int128 value, unsigned n_odd, unsigned term, unsigned first_entry) noexcept {
  const bool negative = value < 0;
  Uint128 rest = negative ? 0 - static_cast<Uint128>(value) : static_cast<Uint128>(value);
  const unsigned window = 4 * n_odd;
  for (unsigned position = 0; rest != 0;) {
    const auto low = static_cast<std::uint64_t>(rest);
    const unsigned zeros = low != 0 ? static_cast<unsigned>(std::countr_zero(low)) : 64;
    rest >>= zeros;
    position += zeros;
    if (low == 0) continue;
    const unsigned digit = static_cast<unsigned>(rest) % window;
    const bool is_high = digit >= window / 2;  // stands for digit - window
    rest = is_high ? rest + (window - digit) : rest - digit;
    const unsigned magnitude = is_high ? window - digit : digit;
    positions[position] = positions[position] << 8 | addition(term, negative != is_high, first_entry + magnitude / 2);
  }
}

}  // namespace

template <class G>
std::array<Int128, kDimension<G>> decompose_vartime(const typename G::Scalar& k) noexcept {
  constexpr std::size_t n = kDimension<G>;
  const Limbs limbs = k.to_canonical();
  std::array<Uint128, n> parts{};
  parts[0] = wide(limbs[0], limbs[1]);
  for (std::size_t j = 0; j < n; ++j) {
    const Uint128 multiple = rounded_high_product(limbs, kLattice<G>.reciprocals[j]);
    for (std::size_t i = 0; i < n; ++i) parts[i] -= multiple * kLattice<G>.rows[j][i];
  }
  std::array<Int128, n> result{};
  for (std::size_t i = 0; i < n; ++i) result[i] = static_cast<Int128>(parts[i]);
  return result;
}

template <class G>
Program Programs<G>::append(std::span<const Scalar> scalars) {
  constexpr std::size_t n = kDimension<G>;
  static_assert(n * kOddMultiples<G> == kTableSize && kPartBits<G> + 2 < kMaxDigits);
  Positions positions{};
  for (std::size_t term = 0; term < scalars.size(); ++term) {
    const auto parts = decompose_vartime<G>(scalars[term]);
    for (std::size_t i = 0; i < n; ++i) {
      recode(positions, parts[i], kOddMultiples<G>, static_cast<unsigned>(term),
             static_cast<unsigned>(i) * kOddMultiples<G>);
    }
  }
  const auto begin = static_cast<std::uint32_t>(steps_.size());
  std::size_t position = kMaxDigits;
  while (position > 0 && positions[position - 1] == 0) --position;
  for (bool is_first = true; position-- > 0; is_first = false) {
    if (!is_first) steps_.push_back(kDouble);
    for (std::uint64_t steps = positions[position]; steps != 0; steps >>= 8) steps_.push_back(static_cast<Step>(steps));
  }
  return {begin, static_cast<std::uint32_t>(steps_.size())};
}

template std::array<Int128, 2> decompose_vartime<curve::G1<curve::Bn254>>(
    const curve::G1<curve::Bn254>::Scalar&) noexcept;
template class Programs<curve::G1<curve::Bn254>>;
template std::array<Int128, 4> decompose_vartime<curve::G2<curve::Bn254>>(
    const curve::G2<curve::Bn254>::Scalar&) noexcept;
template class Programs<curve::G2<curve::Bn254>>;
template std::array<Int128, 2> decompose_vartime<curve::G1<curve::Bls12_381>>(
    const curve::G1<curve::Bls12_381>::Scalar&) noexcept;
template class Programs<curve::G1<curve::Bls12_381>>;
template std::array<Int128, 4> decompose_vartime<curve::G2<curve::Bls12_381>>(
    const curve::G2<curve::Bls12_381>::Scalar&) noexcept;
template class Programs<curve::G2<curve::Bls12_381>>;

}  // namespace solemn::fft
