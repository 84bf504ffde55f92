#include "format/decimal.hpp"

#include <algorithm>

namespace solemn::format::internal {

namespace {

constexpr std::uint64_t kChunk = 10'000'000'000'000'000'000U;  // 10^19, the largest power of ten in 64 bits
constexpr std::size_t kChunkDigits = 19;
__extension__ using Wide = unsigned __int128;

// limbs = limbs / 10^19, returns the remainder.
template <class Limbs>
std::uint64_t divide_chunk(Limbs& limbs) noexcept {
  Wide rest = 0;
  for (std::size_t i = limbs.size(); i-- > 0;) {
    rest = (rest << 64) | limbs[i];
    limbs[i] = static_cast<std::uint64_t>(rest / kChunk);
    rest %= kChunk;
  }
  return static_cast<std::uint64_t>(rest);
}

// limbs = limbs * factor + term; false when that does not fit.
template <class Limbs>
bool multiply_add(Limbs& limbs, std::uint64_t factor, std::uint64_t term) noexcept {
  Wide carry = term;
  for (auto& limb : limbs) {
    carry += Wide{limb} * factor;
    limb = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  return carry == 0;
}

template <class Limbs>
bool is_zero(const Limbs& limbs) noexcept {
  return std::all_of(limbs.begin(), limbs.end(), [](std::uint64_t limb) { return limb == 0; });
}

}  // namespace

template <class F>
std::string to_decimal(const F& value) {
  typename F::Limbs limbs = value.to_canonical();
  std::string reversed;
  do {
    std::uint64_t chunk = divide_chunk(limbs);
    const bool last = is_zero(limbs);
    for (std::size_t i = 0; i < kChunkDigits && !(last && chunk == 0 && !reversed.empty()); ++i) {
      reversed.push_back(static_cast<char>('0' + chunk % 10));
      chunk /= 10;
    }
  } while (!is_zero(limbs));
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

template <class F>
std::optional<F> from_decimal(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text[0] == '0') || text.size() > 20 * F::kLimbs) return std::nullopt;
  typename F::Limbs limbs{};
  for (std::size_t begin = 0; begin < text.size(); begin += kChunkDigits) {
    std::uint64_t chunk = 0, factor = 1;
    for (const char digit : text.substr(begin, kChunkDigits)) {
      if (digit < '0' || digit > '9') return std::nullopt;
      chunk = 10 * chunk + static_cast<std::uint64_t>(digit - '0');
      factor *= 10;
    }
    if (!multiply_add(limbs, factor, chunk)) return std::nullopt;
  }
  return F::from_canonical(limbs);
}

template std::string to_decimal(const curve::Bn254::Fq&);
template std::string to_decimal(const curve::Bn254::Fr&);
template std::string to_decimal(const curve::Bls12_381::Fq&);
template std::string to_decimal(const curve::Bls12_381::Fr&);
template std::optional<curve::Bn254::Fq> from_decimal<curve::Bn254::Fq>(std::string_view);
template std::optional<curve::Bn254::Fr> from_decimal<curve::Bn254::Fr>(std::string_view);
template std::optional<curve::Bls12_381::Fq> from_decimal<curve::Bls12_381::Fq>(std::string_view);
template std::optional<curve::Bls12_381::Fr> from_decimal<curve::Bls12_381::Fr>(std::string_view);

}  // namespace solemn::format::internal
