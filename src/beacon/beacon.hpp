#pragma once
// One round of a drand chain: reading it, writing it, and verifying it offline.
// Spec: drand protocol, "Beacon chain"; docs/beacon.md.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/verdict.hpp"
#include "beacon/chain.hpp"

namespace solemn::beacon {

struct Beacon {
  std::optional<base::Hash32> chain_hash;  // drand's own answers do not name their chain; files of `beacon fetch` do
  std::uint64_t round = 0;
  base::Bytes signature;
  base::Bytes previous_signature;          // empty when absent
  std::optional<base::Hash32> randomness;  // as stated; API v2 does not state it
};

/// drand's answer in the form of its API v1 (round, randomness, signature, previous_signature) or v2 (without
/// randomness), with or without "chain_hash". Errors: Error{malformed}.
Beacon read_beacon(std::string_view text);
/// The form of API v1, and "chain_hash".
std::string write_beacon(const Chain& chain, const Beacon& beacon);

/// SHA-256 of the signature, whatever the file states. A random value only after verify_beacon has accepted.
base::Hash32 randomness(const Beacon& beacon);

/// Checks added: chain-hash, chain-scheme, chain-key (check_chain), beacon-chain, beacon-round, beacon-previous,
/// beacon-signature, beacon-randomness. No clock and no network.
/// round: the one that was asked for; nullopt: the one that the file names.
void check_beacon(base::Verdict& verdict, const Chain& chain, const Beacon& beacon, std::optional<std::uint64_t> round);
base::Verdict verify_beacon(const Chain& chain, const Beacon& beacon,
                            std::optional<std::uint64_t> round = std::nullopt);

}  // namespace solemn::beacon
