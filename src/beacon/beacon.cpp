#include "beacon/beacon.hpp"

#include "beacon/json_limits.hpp"
#include "beacon/points.hpp"
#include "beacon/round_time.hpp"
#include "hash/sha256.hpp"

namespace solemn::beacon {

namespace {

using base::Outcome;

// Chained: SHA-256(previous signature, u64be round); unchained: SHA-256(u64be round).
base::Hash32 message_digest(const Chain& chain, const Beacon& beacon) {
  std::array<std::byte, 8> round{};
  base::store_be64(round, beacon.round);
  hash::Sha256 state;
  if (facts(chain.scheme).chained) state.update(beacon.previous_signature);
  state.update(round);
  return state.finish();
}

void check_named_chain(base::Verdict& verdict, const Chain& chain, const Beacon& beacon) {
  if (!beacon.chain_hash) {
    verdict.pass("beacon-chain", "taken as given: " + chain.name + "; the file names no chain");
  } else {
    const bool same = *beacon.chain_hash == chain.hash;
    verdict.add("beacon-chain", same,
                same ? chain.name + ", as the file says"
                     : "the file is of chain " + base::to_hex(*beacon.chain_hash) + ", not of " + chain.name + " (" +
                           base::to_hex(chain.hash) + ")");
  }
}

void check_round(base::Verdict& verdict, const Chain& chain, const Beacon& beacon, std::optional<std::uint64_t> round) {
  const auto time = time_of_round(chain, beacon.round);
  const std::string number = "round " + std::to_string(beacon.round);
  if (!time) {
    verdict.fail("beacon-round", "the chain has no " + number);
  } else if (round && *round != beacon.round) {
    verdict.fail("beacon-round", number + " instead of round " + std::to_string(*round));
  } else {
    verdict.pass("beacon-round", number + ", due at " + utc(*time));
  }
}

void check_previous(base::Verdict& verdict, const Chain& chain, const Beacon& beacon) {
  const SchemeFacts& scheme = facts(chain.scheme);
  if (!scheme.chained) {
    verdict.add("beacon-previous", beacon.previous_signature.empty(),
                beacon.previous_signature.empty() ? "none: the chain is unchained"
                                                  : "a previous signature, which nothing signs in an unchained chain");
  } else if (beacon.round == 1) {
    const bool same = beacon.previous_signature == chain.group_hash;
    verdict.add("beacon-previous", same,
                same ? "round 1 follows the group hash" : "round 1 does not follow the group hash of the chain");
  } else {
    const bool fits = beacon.previous_signature.size() == scheme.signature_bytes();
    verdict.add("beacon-previous", fits,
                fits ? "there; the signature covers it"
                     : "the previous signature has " + std::to_string(beacon.previous_signature.size()) +
                           " bytes, not " + std::to_string(scheme.signature_bytes()));
  }
}

void check_signature(base::Verdict& verdict, const Chain& chain, const Beacon& beacon) {
  if (const curve::PointStatus key = key_status(chain); key != curve::PointStatus::ok) {
    verdict.not_run("beacon-signature", "the key of the chain is not usable");
    return;
  }
  if (const auto status = signature_status(chain, beacon.signature); status != curve::PointStatus::ok) {
    verdict.fail("beacon-signature", "the signature is not a point of the group: " + std::string(describe(status)));
    return;
  }
  const bool holds = signature_holds(chain, message_digest(chain, beacon), beacon.signature);
  verdict.add("beacon-signature", holds,
              holds ? "signed by the key of " + chain.name
                    : "the key of " + chain.name + " did not sign round " + std::to_string(beacon.round));
}

void check_randomness(base::Verdict& verdict, const Beacon& beacon) {
  const base::Hash32 computed = randomness(beacon);
  const bool same = !beacon.randomness || *beacon.randomness == computed;
  const std::string text = "SHA-256 of the signature is " + base::to_hex(computed);
  verdict.add("beacon-randomness", same,
              same ? text + (beacon.randomness ? "" : "; the file states none")
                   : text + ", the file states " + base::to_hex(*beacon.randomness));
}

}  // namespace

Beacon read_beacon(std::string_view text) {
  constexpr std::array<std::string_view, 2> kRequired = {"round", "signature"};
  constexpr std::array<std::string_view, 3> kOptional = {"randomness", "previous_signature", "chain_hash"};
  const base::Json json = base::parse_object(text, kJsonLimits);
  base::require_fields(json, kRequired, kOptional);
  Beacon beacon;
  beacon.round = base::number_of(json, "round", 1, ~std::uint64_t{0});
  beacon.signature = base::hex_of(json, "signature", 48, 96);
  if (json.contains("previous_signature")) {
    beacon.previous_signature = base::hex_of(json, "previous_signature", 0, 96);
  }
  if (json.contains("randomness")) beacon.randomness = base::hash_of(json, "randomness");
  if (json.contains("chain_hash")) beacon.chain_hash = base::hash_of(json, "chain_hash");
  return beacon;
}

std::string write_beacon(const Chain& chain, const Beacon& beacon) {
  base::Json json;
  json["chain_hash"] = base::to_hex(chain.hash);
  json["round"] = beacon.round;
  json["randomness"] = base::to_hex(randomness(beacon));
  json["signature"] = base::to_hex(beacon.signature);
  if (!beacon.previous_signature.empty()) json["previous_signature"] = base::to_hex(beacon.previous_signature);
  return json.dump(2) + "\n";
}

base::Hash32 randomness(const Beacon& beacon) { return hash::sha256(beacon.signature); }

void check_beacon(base::Verdict& verdict, const Chain& chain, const Beacon& beacon,
                  std::optional<std::uint64_t> round) {
  check_chain(verdict, chain);
  check_named_chain(verdict, chain, beacon);
  check_round(verdict, chain, beacon, round);
  check_previous(verdict, chain, beacon);
  check_signature(verdict, chain, beacon);
  check_randomness(verdict, beacon);
}

base::Verdict verify_beacon(const Chain& chain, const Beacon& beacon, std::optional<std::uint64_t> round) {
  base::Verdict verdict;
  check_beacon(verdict, chain, beacon, round);
  return verdict;
}

}  // namespace solemn::beacon
