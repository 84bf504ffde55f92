#pragma once
// Keys of secp256k1. Group work by libsecp256k1 (constant time in the secret); every public key can be computed a
// second time by OpenSSL.
#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace solemn::sharing {

/// A private key or a share: 32 bytes, big-endian, 1 to n-1. is_scalar() says whether bytes are one.
using Scalar = base::Secret<base::Hash32>;
Scalar copy(const Scalar& scalar);

/// A point of the curve, compressed (02 or 03, then x). Never the point at infinity.
class PublicKey {
 public:
  static constexpr std::size_t kBytes = 33;
  /// Exactly 33 bytes of a point on the curve. Throws Error{malformed}.
  static PublicKey parse(base::ByteSpan bytes);
  /// 66 hexadecimal digits. Throws Error{malformed}.
  static PublicKey parse_hex(std::string_view hex);
  const std::array<std::byte, kBytes>& bytes() const noexcept { return bytes_; }
  std::string hex() const { return base::to_hex(bytes_); }
  /// The x coordinate: what BIP-340 and Nostr call the public key.
  base::Hash32 x_only() const noexcept;
  friend auto operator<=>(const PublicKey&, const PublicKey&) noexcept = default;

 private:
  explicit PublicKey(const std::array<std::byte, kBytes>& bytes) noexcept : bytes_(bytes) {}
  std::array<std::byte, kBytes> bytes_;
};

using CompactSignature = std::array<std::byte, 64>;  // r then s, big-endian

/// True for 32 bytes that are 1 to n-1. Constant time.
bool is_scalar(base::ByteSpan bytes) noexcept;
/// k * G. REQUIRES: is_scalar(k), as everywhere below.
PublicKey public_key_of(const Scalar& k);
/// The same by OpenSSL's EC, the second library of the ceremony, from two random summands of k: its numbers are not
/// constant time.
PublicKey public_key_by_openssl(const Scalar& k);
/// public_key_of, and Error{internal} when the two libraries differ: a broken machine.
PublicKey checked_public_key_of(const Scalar& k);

/// out = (a + b) mod n and (a * b) mod n. The sum of a and its negation is not a scalar: Error{internal}, chance
/// 2^-256.
Scalar add(const Scalar& a, const Scalar& b);
/// The same, and nullopt for a sum of zero: where BIP-32 says what to do then.
std::optional<Scalar> try_add(const Scalar& a, const Scalar& b);
Scalar multiply(const Scalar& a, const Scalar& b);
/// P + Q; nullopt for the point at infinity.
std::optional<PublicKey> add(const PublicKey& p, const PublicKey& q);
/// factor * P, variable time: factor is public. REQUIRES: is_scalar(factor).
PublicKey multiply_vartime(const PublicKey& p, const base::Hash32& factor);

/// ECDSA over a 32-byte digest: deterministic (RFC 6979), low s.
CompactSignature sign_ecdsa(const Scalar& k, const base::Hash32& digest);
/// Low s only, as Bitcoin and its libraries demand.
[[nodiscard]] bool verify_ecdsa(const PublicKey& key, const base::Hash32& digest, base::ByteSpan signature) noexcept;
/// BIP-340 over 32 bytes with 32 bytes of fresh auxiliary randomness.
CompactSignature sign_bip340(const Scalar& k, const base::Hash32& message, const base::Hash32& auxiliary);
[[nodiscard]] bool verify_bip340(const base::Hash32& x_only, base::ByteSpan message, base::ByteSpan signature) noexcept;
/// SHA-256(SHA-256(tag) || SHA-256(tag) || message): the tagged hash of BIP-340.
base::Hash32 tagged_hash(std::string_view tag, base::ByteSpan message);

}  // namespace solemn::sharing
