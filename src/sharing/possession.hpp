#pragma once
// A proof of possession as a file: what a custodian answers to a periodic audit of the shares.
#include <string>

#include "sharing/set_json.hpp"

namespace solemn::sharing {

struct PossessionProof {
  SetId set{};
  unsigned index = 0;
  base::Bytes challenge;
  CompactSignature signature{};
};

PossessionProof make_proof(const ShareSet& set, const Share& share, base::ByteSpan challenge, Randomness& randomness);
std::string write_proof(const PossessionProof& proof);  // JSON
PossessionProof parse_proof(std::string_view json);     // strict; throws Error{malformed}
/// Rules: proof-set, proof-index, proof-challenge (the one that was asked; not run without it), proof-signature.
base::Verdict check_proof(const ShareSet& set, const PossessionProof& proof,
                          const std::optional<base::Bytes>& asked_challenge);

}  // namespace solemn::sharing
