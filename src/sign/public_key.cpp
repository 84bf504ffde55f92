#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>

#include <algorithm>

#include "hash/sha256.hpp"
#include "sign/der.hpp"
#include "sign/openssl_handles.hpp"
#include "sign/public_key_internal.hpp"
#include "sign/signer.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr std::size_t kMinRsaBits = 2048, kMaxRsaBits = 8192;

/// AlgorithmIdentifier of the SubjectPublicKeyInfo, without the outer tag.
Bytes algorithm_identifier(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::ed25519:
      return *base::from_hex("06032b6570");
    case Algorithm::ecdsa_p256_sha256:
      return *base::from_hex("06072a8648ce3d020106082a8648ce3d030107");
    case Algorithm::ecdsa_p384_sha384:
      return *base::from_hex("06072a8648ce3d020106052b81040022");
    case Algorithm::rsa_pss_sha256:
      return *base::from_hex("06092a864886f70d0101010500");
  }
  return {};
}

Bytes make_spki(Algorithm algorithm, ByteSpan key) {
  static constexpr std::byte kNoUnusedBits{0};
  const Bytes bits = der_value(der::kBitString, {ByteSpan(&kNoUnusedBits, 1), key});
  return der_value(der::kSequence, {der_value(der::kSequence, {algorithm_identifier(algorithm)}), bits});
}

void check_ed25519(ByteSpan key) {
  if (key.size() != 32) throw Error(Code::malformed, "public key: an Ed25519 key has 32 bytes");
  if (crypto_core_ed25519_is_valid_point(raw(key)) != 1)
    throw Error(Code::malformed,
                "public key: not a canonical point of the prime-order group of Ed25519: signatures under it prove "
                "nothing");
}

void check_ec(Algorithm algorithm, ByteSpan key, ByteSpan spki) {
  if (key.size() != 1 + 2 * coordinate_bytes(algorithm) || key[0] != std::byte{4})
    throw Error(Code::malformed, "public key: the point is not in uncompressed form (04, x, y)");
  const unsigned char* at = raw(spki);
  const EvpKey parsed(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
  ERR_clear_error();
  if (!parsed) throw Error(Code::malformed, "public key: the point is not on its curve");
}

void check_rsa(ByteSpan key) {
  DerReader reader(key, "public key");
  DerReader numbers = reader.enter(der::kSequence);
  reader.finish();
  const ByteSpan modulus = numbers.positive(), exponent = numbers.positive();
  numbers.finish();
  const std::size_t bits =
      8 * modulus.size() - static_cast<std::size_t>(std::countl_zero(std::to_integer<std::uint8_t>(modulus[0])));
  if (bits < kMinRsaBits || bits > kMaxRsaBits)
    throw Error(Code::malformed, "public key: an RSA key of " + std::to_string(bits) + " bits; 2048 to 8192 are taken");
  std::uint64_t e = 0;
  for (const std::byte digit : exponent.first(std::min<std::size_t>(exponent.size(), 8)))
    e = (e << 8) | std::to_integer<std::uint64_t>(digit);
  if (exponent.size() > 8 || e < 65537 || e % 2 == 0)
    throw Error(Code::malformed, "public key: the RSA exponent is not odd and 65537 up to 64 bits");
  if ((modulus.back() & std::byte{1}) == std::byte{0})
    throw Error(Code::malformed, "public key: the RSA modulus is even");
}

}  // namespace

std::string_view name(Algorithm algorithm) noexcept {
  switch (algorithm) {
    case Algorithm::ed25519:
      return "ed25519";
    case Algorithm::ecdsa_p256_sha256:
      return "ecdsa-p256-sha256";
    case Algorithm::ecdsa_p384_sha384:
      return "ecdsa-p384-sha384";
    case Algorithm::rsa_pss_sha256:
      return "rsa-pss-sha256";
  }
  return "?";
}

std::optional<Algorithm> algorithm_named(std::string_view text) noexcept {
  for (const Algorithm algorithm : kAlgorithms)
    if (name(algorithm) == text) return algorithm;
  return std::nullopt;
}

PublicKey::PublicKey(Algorithm algorithm, Bytes spki, std::size_t key_offset_bytes)
    : algorithm_(algorithm), spki_(std::move(spki)), key_offset_bytes_(key_offset_bytes), id_(hash::sha256(spki_)) {}

ByteSpan PublicKey::key_bytes() const noexcept { return ByteSpan(spki_).subspan(key_offset_bytes_); }

PublicKey PublicKey::from_spki(ByteSpan der) {
  DerReader reader(der, "public key");
  DerReader outer = reader.enter(der::kSequence);
  reader.finish();
  const ByteSpan identifier = outer.take(der::kSequence), bits = outer.take(der::kBitString);
  outer.finish();
  if (bits.empty() || bits[0] != std::byte{0}) outer.fail("a bit string that is not whole bytes");
  const ByteSpan key = bits.subspan(1);
  for (const Algorithm algorithm : kAlgorithms) {
    if (!std::ranges::equal(identifier, algorithm_identifier(algorithm))) continue;
    if (algorithm == Algorithm::ed25519) {
      check_ed25519(key);
    } else if (algorithm == Algorithm::rsa_pss_sha256) {
      check_rsa(key);
    } else {
      check_ec(algorithm, key, der);
    }
    return PublicKey(algorithm, Bytes(der.begin(), der.end()), der.size() - key.size());
  }
  throw Error(Code::malformed, "public key: neither Ed25519, P-256, P-384 (named curve) nor RSA");
}

PublicKey PublicKey::from_ed25519(ByteSpan key) { return from_spki(make_spki(Algorithm::ed25519, key)); }

PublicKey PublicKey::from_ec_point(Algorithm curve, ByteSpan point) {
  ASSERT(coordinate_bytes(curve) != 0);
  return from_spki(make_spki(curve, point));
}

PublicKey PublicKey::from_rsa(ByteSpan modulus, ByteSpan exponent) {
  return from_spki(
      make_spki(Algorithm::rsa_pss_sha256, der_value(der::kSequence, {der_positive(modulus), der_positive(exponent)})));
}

}  // namespace solemn::sign
