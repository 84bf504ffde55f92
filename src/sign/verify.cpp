#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>

#include "sign/der.hpp"
#include "sign/openssl_handles.hpp"
#include "sign/signer.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;

bool set_pss(EVP_PKEY_CTX* context) noexcept {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1 && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, 32) == 1;
}

namespace {

enum class RsaPadding : std::uint8_t { none, pss, pkcs1 };

bool verify_evp(const PublicKey& key, const EVP_MD* hash, RsaPadding padding, ByteSpan message, ByteSpan signature) {
  const unsigned char* at = raw(key.spki());
  const EvpKey evp(d2i_PUBKEY(nullptr, &at, static_cast<long>(key.spki().size())));
  const EvpDigestContext digest(EVP_MD_CTX_new());
  EVP_PKEY_CTX* context = nullptr;  // owned by digest
  if (!evp || !digest || EVP_DigestVerifyInit(digest.get(), &context, hash, nullptr, evp.get()) != 1) return false;
  if (padding != RsaPadding::none && signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(evp.get())))
    return false;
  if (padding == RsaPadding::pss && !set_pss(context)) return false;
  if (padding == RsaPadding::pkcs1 && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1) return false;
  return EVP_DigestVerify(digest.get(), raw(signature), signature.size(), raw(message), message.size()) == 1;
}

/// r or s: 1 to the field's size bytes, minimal.
bool place(base::MutableByteSpan out, ByteSpan digits) {
  if (digits.size() > out.size()) return false;
  std::copy(digits.begin(), digits.end(), out.begin() + static_cast<std::ptrdiff_t>(out.size() - digits.size()));
  return true;
}

bool all_zero(ByteSpan bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

bool verify(const PublicKey& key, ByteSpan message, ByteSpan signature) noexcept {
  if (key.algorithm() == Algorithm::ed25519)
    return signature.size() == 64 &&
           crypto_sign_verify_detached(raw(signature), raw(message), message.size(), raw(key.key_bytes())) == 0;
  const RsaPadding padding = key.algorithm() == Algorithm::rsa_pss_sha256 ? RsaPadding::pss : RsaPadding::none;
  const bool good = verify_evp(key, digest_of(key.algorithm()), padding, message, signature);
  ERR_clear_error();
  return good;
}

bool verify_pkcs1(const PublicKey& key, Pkcs1Digest digest, ByteSpan message, ByteSpan signature) noexcept {
  if (key.algorithm() != Algorithm::rsa_pss_sha256) return false;
  const EVP_MD* const hash = digest == Pkcs1Digest::sha512 ? EVP_sha512() : EVP_sha256();
  const bool good = verify_evp(key, hash, RsaPadding::pkcs1, message, signature);
  ERR_clear_error();
  return good;
}

std::optional<Bytes> ecdsa_der_from_fixed(Algorithm algorithm, ByteSpan fixed) {
  const std::size_t n = coordinate_bytes(algorithm);
  if (n == 0 || fixed.size() != 2 * n || all_zero(fixed.first(n)) || all_zero(fixed.last(n))) return std::nullopt;
  return der_value(der::kSequence, {der_positive(fixed.first(n)), der_positive(fixed.last(n))});
}

std::optional<Bytes> ecdsa_fixed_from_der(Algorithm algorithm, ByteSpan der) {
  const std::size_t n = coordinate_bytes(algorithm);
  if (n == 0) return std::nullopt;
  try {
    DerReader reader(der, "signature");
    DerReader numbers = reader.enter(der::kSequence);
    reader.finish();
    Bytes fixed(2 * n);
    const ByteSpan r = numbers.positive(), s = numbers.positive();
    numbers.finish();
    if (!place(base::MutableByteSpan(fixed).first(n), r) || !place(base::MutableByteSpan(fixed).last(n), s))
      return std::nullopt;
    return fixed;
  } catch (const base::Error&) { return std::nullopt; }
}

namespace {
Bytes require_good(bool good, Bytes signature, const Signer& signer) {
  if (good) return signature;
  throw base::Error(base::Code::device,
                    signer.description() + " gave a signature that does not verify with its public key",
                    "nothing was written; the key or the device is not what it says");
}
}  // namespace

SecretText Signer::random(std::size_t) {
  throw base::Error(base::Code::usage, "the key in " + description() + " has no random generator beside it",
                    "a PKCS#11 token has one: pkcs11:...");
}

Bytes Signer::sign(ByteSpan message) {
  Bytes signature = sign_message(message);
  const bool good = verify(public_key(), message, signature);
  return require_good(good, std::move(signature), *this);
}

Bytes Signer::sign_pkcs1_sha512(ByteSpan message) {
  if (public_key().algorithm() != Algorithm::rsa_pss_sha256)
    throw base::Error(base::Code::usage, "PKCS#1 v1.5 signatures need an RSA key");
  Bytes signature = sign_message_pkcs1_sha512(message);
  const bool good = verify_pkcs1(public_key(), Pkcs1Digest::sha512, message, signature);
  return require_good(good, std::move(signature), *this);
}

Bytes Signer::sign_message_pkcs1_sha512(ByteSpan) {
  throw base::Error(base::Code::usage, description() + " cannot make the RSA signatures that OpenSSH's format wants",
                    "use another format, or an Ed25519 or ECDSA key");
}

SecretText secret_copy(ByteSpan bytes) {
  SecretText copy(bytes.size());
  std::copy(bytes.begin(), bytes.end(), copy.expose().begin());
  return copy;
}

}  // namespace solemn::sign
