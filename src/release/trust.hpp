#pragma once
// Whose signatures count: keys pinned by the verifier, lists of signers that those keys signed, rotations from one list
// to the next, and revocations. Nothing here comes from inside a bundle.
#include <optional>
#include <string>
#include <vector>

#include "release/json.hpp"
#include "setup/verdict.hpp"
#include "sign/dsse.hpp"

namespace solemn::release {

constexpr const char* kSignersType = "application/vnd.solemn.signers+json";
constexpr const char* kRevocationsType = "application/vnd.solemn.revocations+json";

struct NamedKey {
  std::string name;
  sign::PublicKey key;
};
/// Payload of a signer list.
struct SignerList {
  std::uint64_t version = 1;      // each list follows the one with the number before
  std::string previous_sha256;    // SHA-256 of that list's payload; empty for the first
  unsigned threshold = 1;         // 1 <= threshold <= |signers|
  std::vector<NamedKey> signers;  // distinct names and keys
  std::string issued;
};
std::string write_signer_list(const SignerList& list);
SignerList read_signer_list(base::ByteSpan payload);  // throws Error{malformed}

enum class Revoked : std::uint8_t { key, bundle, verifying_key };
std::string_view name(Revoked kind) noexcept;  // "key", "bundle", "vk"
struct Revocation {
  Revoked kind;
  std::string id;  // key id, SHA-256 of the bundle file, BLAKE3 of the verification key: 64 hex digits
  std::string reason, time;
};
/// Payload of a revocation list: all that is revoked, not only what is new.
struct RevocationList {
  std::uint64_t number = 1;
  std::string issued;
  std::vector<Revocation> entries;
};
std::string write_revocations(const RevocationList& list);
RevocationList read_revocations(base::ByteSpan payload);  // throws Error{malformed}

/// What the verifier was given.
struct TrustOptions {
  std::vector<sign::PublicKey> roots;
  unsigned threshold = 1;  // how many roots must sign: the bundle, or the first signer list and the revocations
  std::vector<base::Bytes> signer_lists;   // the first signed by roots, each other by the thresholds of the one before
                                           // and of itself
  std::optional<base::Bytes> revocations;  // signed by roots
  std::optional<std::uint64_t> max_revocation_age_seconds;
  std::uint64_t now_seconds = 0;
};
struct Trusted {
  std::vector<sign::PublicKey> keys;
  unsigned threshold = 1;
  std::vector<Revocation> revoked;
};
/// Adds the checks `pinned-keys`, and where lists were given `signer-list`, `revocations-signed`, `revocations-fresh`.
/// nullopt when one of them failed.
std::optional<Trusted> establish_trust(setup::Verdict& verdict, const TrustOptions& options);

}  // namespace solemn::release
