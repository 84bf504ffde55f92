#pragma once
// Owners for OpenSSL objects, and its errors. Private to this folder.
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "sign/signer.hpp"

namespace solemn::sign {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using EvpKey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using EvpKeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using EvpDigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using EvpCipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freer<EVP_CIPHER_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

/// Never null: libsodium and OpenSSL want a pointer for nothing as well.
inline const unsigned char* raw(base::ByteSpan bytes) noexcept {
  static constexpr unsigned char kNothing = 0;
  return bytes.empty() ? &kNothing : reinterpret_cast<const unsigned char*>(bytes.data());
}
/// Null when empty: nothing may be written there.
inline unsigned char* raw_out(base::MutableByteSpan bytes) noexcept {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

/// What OpenSSL refused although it should not: a bug of ours or of the machine.
[[noreturn]] inline void openssl_failed(std::string_view what) {
  ERR_clear_error();
  throw base::Error(base::Code::internal, "OpenSSL failed: " + std::string(what));
}

/// SHA-256 or SHA-384; ed25519 has none.
inline const EVP_MD* digest_of(Algorithm algorithm) noexcept {
  return algorithm == Algorithm::ecdsa_p384_sha384 ? EVP_sha384() : EVP_sha256();
}
/// Bytes of r, s and the coordinates; 0 for what is not ECDSA.
inline std::size_t coordinate_bytes(Algorithm algorithm) noexcept {
  return algorithm == Algorithm::ecdsa_p256_sha256 ? 32 : (algorithm == Algorithm::ecdsa_p384_sha384 ? 48 : 0);
}
enum class Pkcs1Digest : std::uint8_t { sha256, sha512 };
/// RSA, PKCS#1 v1.5: what OpenSSH's signature files use. False for keys that are not RSA.
bool verify_pkcs1(const PublicKey& key, Pkcs1Digest digest, base::ByteSpan message, base::ByteSpan signature) noexcept;
/// PSS with MGF1-SHA-256 and a salt of 32 bytes.
bool set_pss(EVP_PKEY_CTX* context) noexcept;

}  // namespace solemn::sign
