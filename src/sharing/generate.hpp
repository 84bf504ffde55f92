#pragma once
// Making the keys of a ceremony, and checking them before they are split.
#include <optional>
#include <string>
#include <vector>

#include "base/verdict.hpp"
#include "sharing/bip32.hpp"
#include "sharing/randomness.hpp"
#include "sharing/sealed.hpp"

namespace solemn::sharing {

/// Known answers of everything that generation and sharing use: ECDSA, BIP-340, BIP-32, BIP-39, SLIP-39, share text,
/// sealing. Rules: one per part. Run it on the ceremony's machine before anything is generated.
base::Verdict self_test();

/// A secp256k1 key with its origin.
struct NewKey {
  std::string name;  // "maintainer-1", "nostr"
  Scalar key;
  PublicKey public_key;
  std::string path;                // "m/45210'/1'/0'/0'", or empty: independent
  std::vector<std::string> notes;  // "index 3 gave no valid key and was passed over"
};
NewKey independent_key(std::string name, Randomness& randomness);
/// index: of the path; the next one when that key is not valid.
NewKey derived_key(std::string name, base::ByteSpan seed, std::uint32_t ceremony, Role role, std::uint32_t index);

/// Rules: key-range, key-second-library (OpenSSL gives the same public key), key-signs (ECDSA and BIP-340 signatures
/// verify), keys-distinct. The details name the keys.
base::Verdict check_keys(std::span<const NewKey> keys);

/// 32 bytes of a BIP-32 seed.
sign::SecretText new_seed(Randomness& randomness);
/// 32 bytes of an Ed25519 key: the key that signs the monthly registry that is then timestamped. OpenTimestamps itself
/// has no private key.
sign::SecretText new_ed25519(Randomness& randomness);
/// PKCS#8 DER. n_bits: 2048, 3072 or 4096. OpenSSL's generator, seeded with bytes of `randomness` as well.
sign::SecretText new_rsa(unsigned n_bits, Randomness& randomness);
/// The PEM file of a private key as GitHub gives it (PKCS#1, "BEGIN RSA PRIVATE KEY") or PKCS#8: as PKCS#8 DER, its
/// numbers checked. Throws Error{malformed}; encrypted files are Error{usage}.
sign::SecretText import_pem(base::ByteSpan pem);
/// "SHA256:..." as GitHub shows it: base64 of SHA-256 of the DER public key.
std::string github_fingerprint(base::ByteSpan spki);

}  // namespace solemn::sharing
