#pragma once
// drand chains as data: who signs, since when, how often, in which form. A chain is its hash; the hash is computed
// again from everything it covers, and what it does not cover (the scheme) is pinned for the chains that we know. Spec:
// drand protocol, "Chain information"; docs/beacon.md.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/verdict.hpp"

namespace solemn::beacon {

enum class Scheme : std::uint8_t {
  pedersen_bls_chained,
  pedersen_bls_unchained,
  bls_unchained_on_g1,  // the tag of G2 on G1: a mistake of drand's that became the format of fastnet
  bls_unchained_g1_rfc9380,
};

struct SchemeFacts {
  std::string_view name;    // drand's schemeID
  bool chained;             // the message covers the signature of the round before
  bool signature_in_g1;     // 48 bytes, key in G2 (96); otherwise 96 bytes, key in G1 (48)
  std::string_view domain;  // domain separation tag of hash_to_curve
  std::size_t signature_bytes() const noexcept { return signature_in_g1 ? 48 : 96; }
  std::size_t key_bytes() const noexcept { return signature_in_g1 ? 96 : 48; }
};
const SchemeFacts& facts(Scheme scheme) noexcept;
std::optional<Scheme> scheme_from_name(std::string_view name) noexcept;

struct Chain {
  std::string name;  // ours for a known chain ("quicknet"), otherwise the beacon id
  Scheme scheme = Scheme::pedersen_bls_chained;
  base::Bytes public_key;  // compressed
  base::Bytes group_hash;  // the seed of the chain: previous signature of round 1
  std::uint32_t period_seconds = 1;
  std::int64_t genesis_time = 0;  // Unix seconds: time of round 1
  std::string beacon_id;
  base::Hash32 hash{};   // as pinned, or as the information says
  bool retired = false;  // no new rounds: for old files only
};

/// SHA-256(u32be period, i64be genesis, key, group hash, beacon id unless "default"). The scheme is not covered.
base::Hash32 chain_hash(const Chain& chain);

/// default, quicknet, and fastnet, which is retired. drand's evmnet signs on BN254 and is not supported.
std::span<const Chain> known_chains();
/// By name or by the 64 hex digits of the hash; null when unknown.
const Chain* find_chain(std::string_view name_or_hash);
const Chain* find_chain(const base::Hash32& hash);

/// Checks added: chain-hash, chain-scheme, chain-key.
void check_chain(base::Verdict& verdict, const Chain& chain);

/// The public information that drand serves, in the form of its API v1 (hash, groupHash, schemeID, metadata) or v2
/// (chain_hash, genesis_seed, scheme, beacon_id). Reads, does not check: see check_chain.
/// Errors: Error{malformed}; Error{usage} for a scheme that is not supported.
Chain read_chain_info(std::string_view text);

}  // namespace solemn::beacon
