#pragma once
// metadata.json of a bundle (docs/bundle.md). Written in one shape, read in that and in the two that others wrote.
#include <optional>
#include <string>
#include <vector>

#include "curve/constants.hpp"
#include "release/json.hpp"

namespace solemn::release {

/// One step of the ceremony, in order.
struct Participant {
  std::string name;               // a claim: no hash of the ceremony's files covers it
  std::string transcript_sha256;  // of the file after this step; empty: that file was not at hand
  std::string phase, kind;        // "1" or "2"; "contribution" or "beacon"; both empty in other programs' files
  std::string contribution_hash;  // BLAKE2b-512: what the contributor published; may be empty
};

/// How the ceremony was verified when the metadata was made.
enum class Verification : std::uint8_t {
  full,        // powers of tau, and the key against circuit and powers of tau
  chain_only,  // the contribution chain of the key alone
  unknown,     // the metadata does not say (other programs)
};

struct Metadata {
  std::string shape;  // "solemn", "runbook" (seed 000) or "tool" (generate_keys)
  std::string timestamp;
  std::string vk_blake3;
  std::uint64_t public_inputs_expected = 0, canonical_vk_len = 0;
  std::optional<curve::CurveId> curve;  // always in ours
  std::vector<Participant> participants;
  Verification verification = Verification::unknown;
  std::string commit;
  bool is_unsigned = false;     // stamped as not signed
  bool discloses_seed = false;  // a field `seed`: the toxic waste can be computed from it
  Json json;                    // everything, as read
};

/// Throws Error{malformed} naming the field. Unknown fields are kept and passed over.
Metadata read_metadata(base::ByteSpan text);

/// What `solemn` fills in from a verified ceremony.
struct MetadataFacts {
  std::string tool_version, commit;
  curve::CurveId curve;
  std::uint64_t seconds = 0;
  std::vector<Participant> participants;
  std::string vk_blake3;
  std::uint64_t public_inputs = 0, vk_bytes = 0;
  std::string circuit_hash, zkey_sha256, r1cs_sha256, ptau_sha256;  // the last two are empty for chain_only
  Verification verification = Verification::full;
  std::vector<std::string> checks;  // names of the checks that passed
  bool is_unsigned = false;
};
/// The bytes of metadata.json: the same facts give the same bytes.
std::string write_metadata(const MetadataFacts& facts);

std::string_view name(Verification verification) noexcept;

}  // namespace solemn::release
