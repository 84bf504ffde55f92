#include "setup/phase1_known.hpp"

#include <algorithm>
#include <array>

#include "hash/blake2b.hpp"

namespace solemn::setup::phase1 {

namespace {

// The digest is of the file powersOfTau28_hez_final_02.ptau as the Hermez project published it (83,164 bytes of
// records, the same in every size from _02 to _28); phase1_known_test.cpp compares.
constexpr std::array<KnownCeremony, 1> kKnown = {{
    {"Perpetual Powers of Tau as used by Hermez (2^28, 54 contributions and a beacon)", curve::CurveId::bn254, 28, 55,
     "7c57d27d82f089736a0f09a16e0d1f9875f66800c83517d0ec7bb054e74635933cf3b000f687295027bf7ce893e496174871f1ed9da927d7"
     "b4c13270672bc44b"},
}};

}  // namespace

std::optional<KnownCeremony> known_ceremony(curve::CurveId curve, unsigned ceremony_power, base::ByteSpan section7) {
  const auto possible = [&](const KnownCeremony& known) {
    return known.curve == curve && known.ceremony_power == ceremony_power;
  };
  if (std::none_of(kKnown.begin(), kKnown.end(), possible)) return std::nullopt;
  const std::string digest = base::to_hex(hash::blake2b(section7));
  const auto found = std::find_if(kKnown.begin(), kKnown.end(), [&](const KnownCeremony& known) {
    return possible(known) && known.section7_blake2b == digest;
  });
  return found == kKnown.end() ? std::nullopt : std::optional(*found);
}

}  // namespace solemn::setup::phase1
