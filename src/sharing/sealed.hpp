#pragma once
// Secrets that are no scalars (seeds, RSA keys, Ed25519 keys): encrypted under a random key that is shared in their
// place.
#include <optional>

#include "sharing/feldman.hpp"
#include "sign/signer.hpp"

namespace solemn::sharing {

enum class SecretKind : std::uint8_t {
  seed,     // of BIP-32, 16 to 64 bytes
  ed25519,  // the 32 bytes of RFC 8032
  pkcs8,    // a private key as DER PKCS#8: RSA, ECDSA
  other,    // bytes whose meaning is for others to know
};
std::string_view name(SecretKind kind) noexcept;  // "seed", "ed25519", "pkcs8", "other"
std::optional<SecretKind> secret_kind_named(std::string_view name) noexcept;

/// Public: it goes into the set file. XChaCha20-Poly1305; key: HKDF-SHA-256(shared scalar, no salt, info "solemn sealed
/// secret 1" || 00 || C_0); additional data: kind name || 00 || public half.
struct SealedSecret {
  SecretKind kind = SecretKind::other;
  base::Bytes public_half;  // DER SubjectPublicKeyInfo of a key; of a seed the 33 bytes of m's public key; else empty
  std::array<std::byte, 24> nonce{};
  base::Bytes ciphertext;  // 16 bytes longer than the secret

  /// SHA-256 of "solemn sealed digest 1" || 00 || kind name || 00 || SHA-256(public half) || nonce || ciphertext: in
  /// the id of the share set, and so on every sheet.
  base::Hash32 digest() const;
};

/// The secret's public half, as above; Error{malformed} when the secret is not of its kind.
base::Bytes public_half_of(SecretKind kind, base::ByteSpan secret);
/// At most 64 KiB. Opened again before it is returned.
SealedSecret seal(const Scalar& kek, SecretKind kind, base::ByteSpan secret, Randomness& randomness);
/// Throws Error{rejected} when it does not open, or the public half is not the secret's.
sign::SecretText open(const Scalar& kek, const SealedSecret& sealed);

struct DealtSecret {
  Dealt dealt;  // of the key-encryption key
  SealedSecret sealed;
};
/// A fresh key-encryption key, dealt; the secret sealed under it.
DealtSecret deal_secret(std::string_view name, SecretKind kind, base::ByteSpan secret, unsigned threshold,
                        unsigned count, Drill drill, Randomness& randomness);

}  // namespace solemn::sharing
