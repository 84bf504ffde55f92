#pragma once
// How many registered keys signed a message: keys are counted, never files, signatures or names. The registry says
// which keys there are; what a signature file claims about its key is a hint for messages.
#include <optional>
#include <string>
#include <vector>

#include "base/verdict.hpp"
#include "sign/dsse.hpp"
#include "sign/signer.hpp"
#include "transcript/canonical_json.hpp"

namespace solemn::keys {

/// How a key signs. Fixed by the registry.
enum class Scheme : std::uint8_t {
  ecdsa_secp256k1,  // 33-byte compressed key; 64 bytes r || s over SHA-256(message); s and n - s are one signature
  bip340,           // 32-byte x-only key; over SHA-256(message)
  ed25519,          // 32 bytes; over the message
  spki,             // any key of sign/signer.hpp, as DER: RSA-PSS, P-256, P-384
};
std::string_view name(Scheme scheme) noexcept;
std::optional<Scheme> scheme_named(std::string_view name) noexcept;

/// A public key as a ceremony knows it.
struct CeremonyKey {
  Scheme scheme = Scheme::ecdsa_secp256k1;
  base::Bytes bytes;
  /// Checks the encoding and that the point is on its curve. Throws Error{malformed}.
  static CeremonyKey parse(Scheme scheme, std::string_view hex);
  std::string hex() const { return base::to_hex(bytes); }
  /// SHA-256 of scheme name, a zero byte and the bytes: for people, in hex.
  base::Hash32 fingerprint() const;
  /// Who holds one key of an identity can sign with all of them: the x coordinate for both secp256k1 schemes (the key,
  /// its negative and the x-only key are one) and for P-256 and P-384, y for Ed25519, the modulus for RSA.
  std::string identity() const;
  [[nodiscard]] bool verify(base::ByteSpan message, base::ByteSpan signature) const noexcept;
};

struct RegisteredKey {
  std::string id;  // "maintainer-1"
  CeremonyKey key;
  std::string status = "active";
  /// Only active and retiring keys do.
  bool counts() const noexcept { return status == "active" || status == "retiring"; }
};
/// REGISTRY.json: {"schema": "solemn.key-registry/1", "keys": [{"id", "scheme", "public_key", "status"}]}; status
/// active or retiring counts, every other one does not. Throws Error{malformed}: an id twice, more than 256 keys.
/// One key under two ids is no error here: check_threshold() names it.
std::vector<RegisteredKey> read_registry(std::string_view json);
std::string write_registry(const std::vector<RegisteredKey>& registry);

struct SuppliedSignature {
  std::string source;                  // file name, for messages
  base::Bytes bytes;                   // 64 bytes, or what an spki key makes
  std::optional<std::string> claimed;  // id or hex of the key that the file names: never trusted
};
/// The hex digits of a signature, alone; or JSON {"signature": HEX, "public_key"?: HEX, "signer"?: ID}, other members
/// passed over. Throws Error{malformed}.
SuppliedSignature read_signature(std::string_view file, std::string source);

struct Count {
  std::vector<std::string> signers;       // ids of distinct registered keys with a valid signature, sorted
  std::vector<std::string> duplicates;    // "c.sig: the key maintainer-1 again"
  std::vector<std::string> unregistered;  // "d.sig: no registered key made it; it claims 02ab..."
};
/// Every signature counts for one key at most, every key once.
Count count_signers(const std::vector<RegisteredKey>& registry, base::ByteSpan message,
                    const std::vector<SuppliedSignature>& signatures);
/// The rules: registry-distinct (no key under two ids), threshold-sound (1 <= threshold <= counting keys), threshold
/// (enough distinct registered keys); for messages of a known kind message-unambiguous. Duplicates and strangers do not
/// fail: they are named in the detail of `threshold`.
Count check_threshold(base::Verdict& verdict, const std::vector<RegisteredKey>& registry, unsigned threshold,
                      base::ByteSpan message, const std::vector<SuppliedSignature>& signatures);

/// Messages of the seed's governance, "RELEASE:v1.2.3:COMMIT". A field that is empty, or has a colon, space, control or
/// non-ASCII character, could be read in two ways: Error{usage}.
std::string release_message(std::string_view version, std::string_view commit);  // commit: 40 or 64 hex digits
std::string module_message(std::string_view name, std::string_view version);
std::string budget_message(std::string_view amount,
                           std::string_view purpose);  // amount: digits; purpose may have spaces
/// nullopt when the message is none of these kinds; otherwise whether a builder makes exactly it.
std::optional<bool> is_unambiguous(std::string_view message);

/// DSSE envelopes signed with these keys. Which ids have a valid signature.
Count count_envelope_signers(const std::vector<RegisteredKey>& registry, const sign::DsseEnvelope& envelope);

}  // namespace solemn::keys
