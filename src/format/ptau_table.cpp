// Digests of the fresh accumulator: known facts, so that nobody waits for hours to learn them.
#include "format/ptau.hpp"

namespace solemn::format {

namespace {

using Digest = std::array<std::uint64_t, 8>;  // big-endian words
#include "format/ptau_table.inc"

base::Hash64 to_bytes(const Digest& digest) noexcept {
  base::Hash64 out;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    base::store_be64(base::MutableByteSpan(out).subspan(8 * i), digest[i]);
  }
  return out;
}

template <std::size_t N>
std::optional<base::Hash64> look_up(const std::array<Digest, N>& table, unsigned power) noexcept {
  if (power < 1 || power > N) return std::nullopt;
  return to_bytes(table[power - 1]);
}

}  // namespace

std::optional<base::Hash64> first_challenge(curve::CurveId curve, unsigned ceremony_power) noexcept {
  return curve == curve::CurveId::bn254 ? look_up(kBn254, ceremony_power) : look_up(kBls12_381, ceremony_power);
}

}  // namespace solemn::format
