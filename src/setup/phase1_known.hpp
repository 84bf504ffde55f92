#pragma once
// Ceremonies that the world knows, by what their files record. A file cut from one of them cannot be hashed again, but
// its whole section 7 can be compared.
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "curve/curves.hpp"

namespace solemn::setup::phase1 {

struct KnownCeremony {
  std::string_view name;
  curve::CurveId curve;
  unsigned ceremony_power;
  unsigned n_steps;
  std::string_view section7_blake2b;  // hex: every record, byte for byte
};

/// The ceremony whose section 7 these bytes are.
std::optional<KnownCeremony> known_ceremony(curve::CurveId curve, unsigned ceremony_power, base::ByteSpan section7);

}  // namespace solemn::setup::phase1
