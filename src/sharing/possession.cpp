#include "sharing/possession.hpp"

#include <algorithm>

#include "sharing/json_limits.hpp"

namespace solemn::sharing {

using base::Json;

namespace {

constexpr std::string_view kSchema = "solemn.share-proof/1";

}  // namespace

PossessionProof make_proof(const ShareSet& set, const Share& share, base::ByteSpan challenge, Randomness& randomness) {
  const CompactSignature signature = prove_possession(set, share, challenge, randomness);
  return {set.id(), share.index, {challenge.begin(), challenge.end()}, signature};
}

std::string write_proof(const PossessionProof& proof) {
  const Json json{{"schema", kSchema},
                  {"set_id", base::to_hex(proof.set)},
                  {"index", proof.index},
                  {"challenge", base::to_hex(proof.challenge)},
                  {"signature", base::to_hex(proof.signature)}};
  return json.dump(2) + "\n";
}

PossessionProof parse_proof(std::string_view text) {
  constexpr std::string_view kFields[] = {"schema", "set_id", "index", "challenge", "signature"};
  const Json json = base::parse_object(text, kJsonLimits);
  base::require_fields(json, kFields, {});
  if (base::string_of(json, "schema") != kSchema) base::malformed_field("schema", "is not " + std::string(kSchema));
  PossessionProof proof;
  proof.set = base::hash_of(json, "set_id");
  proof.index = static_cast<unsigned>(base::number_of(json, "index", 0, 255));
  proof.challenge = base::hex_of(json, "challenge", 1, 1024);
  std::ranges::copy(base::hex_of(json, "signature", 64, 64), proof.signature.begin());
  return proof;
}

base::Verdict check_proof(const ShareSet& set, const PossessionProof& proof,
                          const std::optional<base::Bytes>& asked_challenge) {
  base::Verdict verdict;
  const bool ours = proof.set == set.id(), inside = proof.index >= 1 && proof.index <= set.count;
  verdict.add("proof-set", ours, ours ? "" : "the proof is for set " + base::to_hex(proof.set));
  verdict.add("proof-index", inside, "share " + std::to_string(proof.index) + " of " + std::to_string(set.count));
  if (asked_challenge)
    verdict.add("proof-challenge", proof.challenge == *asked_challenge,
                proof.challenge == *asked_challenge ? "" : "the proof answers another challenge: an old one, perhaps");
  else
    verdict.not_run("proof-challenge", "the challenge that was asked is not given: the proof may be an old one");
  verdict.add("proof-signature",
              ours && inside && verify_possession(set, proof.index, proof.challenge, proof.signature),
              "BIP-340, under the public key of the share");
  return verdict;
}

}  // namespace solemn::sharing
