// Keys in memory: making them, and signing with them.
#include <openssl/crypto.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>

#include <algorithm>
#include <mutex>

#include "hash/entropy.hpp"
#include "sign/der.hpp"
#include "sign/file_key.hpp"
#include "sign/openssl_handles.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freer<PKCS8_PRIV_KEY_INFO_free>>;

// version 0, Ed25519, OCTET STRING in OCTET STRING; then the 32 bytes of the seed
const Bytes kEd25519Header = *base::from_hex("302e020100300506032b657004220420");

/// OpenSSL then keeps private numbers in locked memory as well, as far as it does by itself.
void use_secure_heap() {
  static std::once_flag once;
  std::call_once(once, [] { CRYPTO_secure_malloc_init(std::size_t{1} << 18, 64); });
}

EvpKey load(const SecretText& pkcs8) {
  use_secure_heap();
  const unsigned char* at = raw(pkcs8.expose());
  const unsigned char* const end = at + pkcs8.size();
  const Pkcs8 info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(pkcs8.size())));
  EvpKey key(info && at == end ? EVP_PKCS82PKEY(info.get()) : nullptr);
  ERR_clear_error();
  if (!key) throw Error(Code::malformed, "private key: not a PKCS#8 key that is supported");
  return key;
}

PublicKey public_half(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  const std::unique_ptr<unsigned char, decltype([](unsigned char* p) { OPENSSL_free(p); })> owner(der);
  if (size <= 0) openssl_failed("public half of a key");
  return PublicKey::from_spki(std::as_bytes(std::span(der, static_cast<std::size_t>(size))));
}

class Ed25519FileSigner final : public Signer {
 public:
  explicit Ed25519FileSigner(ByteSpan seed) : pair_(64), key_(make(seed, pair_)) {}
  const PublicKey& public_key() const noexcept override { return key_; }
  std::string description() const override { return "key file"; }

 private:
  static PublicKey make(ByteSpan seed, SecretText& pair) {
    std::array<std::byte, 32> point{};
    crypto_sign_seed_keypair(raw_out(point), raw_out(pair.expose()), raw(seed));
    base::wipe_stack();
    return PublicKey::from_ed25519(point);
  }
  Bytes sign_message(ByteSpan message) override {
    Bytes signature(64);
    crypto_sign_detached(raw_out(signature), nullptr, raw(message), message.size(), raw(pair_.expose()));
    base::wipe_stack();
    return signature;
  }
  SecretText pair_;
  PublicKey key_;
};

class EvpFileSigner final : public Signer {
 public:
  explicit EvpFileSigner(SecretText pkcs8) : pkcs8_(std::move(pkcs8)), key_(checked(pkcs8_)) {}
  const PublicKey& public_key() const noexcept override { return key_; }
  std::string description() const override { return "key file"; }

 private:
  static PublicKey checked(const SecretText& pkcs8) {
    const EvpKey key = load(pkcs8);
    const EvpKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    const bool fits = context && EVP_PKEY_pairwise_check(context.get()) == 1;
    ERR_clear_error();
    if (!fits) throw Error(Code::malformed, "private key: its numbers do not fit together");
    return public_half(key.get());
  }
  Bytes sign_message(ByteSpan message) override {
    const bool pss = key_.algorithm() == Algorithm::rsa_pss_sha256;
    return sign_with(digest_of(key_.algorithm()), pss, message);
  }
  Bytes sign_message_pkcs1_sha512(ByteSpan message) override { return sign_with(EVP_sha512(), false, message); }

  Bytes sign_with(const EVP_MD* hash, bool pss, ByteSpan message) {
    const EvpKey key = load(pkcs8_);
    const EvpDigestContext digest(EVP_MD_CTX_new());
    EVP_PKEY_CTX* context = nullptr;  // owned by digest
    std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
    Bytes signature(size);
    if (!digest || EVP_DigestSignInit(digest.get(), &context, hash, nullptr, key.get()) != 1 ||
        (pss && !set_pss(context)) ||
        EVP_DigestSign(digest.get(), raw_out(signature), &size, raw(message), message.size()) != 1)
      openssl_failed("signing");
    signature.resize(size);
    base::wipe_stack();
    return signature;
  }
  SecretText pkcs8_;
  PublicKey key_;
};

SecretText as_pkcs8(EVP_PKEY* key) {
  const Pkcs8 info(EVP_PKEY2PKCS8(key));
  unsigned char* der = nullptr;
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der) : 0;
  if (size <= 0) openssl_failed("encoding a new key");
  const auto n = static_cast<std::size_t>(size);
  SecretText copy = secret_copy(std::as_bytes(std::span(der, n)));
  OPENSSL_clear_free(der, n);
  return copy;
}

}  // namespace

std::optional<KeyType> key_type_named(std::string_view name) noexcept {
  if (name == "ed25519") return KeyType::ed25519;
  if (name == "p256") return KeyType::p256;
  if (name == "p384") return KeyType::p384;
  if (name == "rsa-3072") return KeyType::rsa3072;
  return std::nullopt;
}

SecretText generate_key(KeyType type) {
  if (type == KeyType::ed25519) {
    SecretText pkcs8(kEd25519Header.size() + 32);
    std::ranges::copy(kEd25519Header, pkcs8.expose().begin());
    hash::os_random(pkcs8.expose().last(32));
    return pkcs8;
  }
  use_secure_heap();
  const EvpKey key(type == KeyType::p256   ? EVP_EC_gen("P-256")
                   : type == KeyType::p384 ? EVP_EC_gen("P-384")
                                           : EVP_RSA_gen(3072));
  if (!key) openssl_failed("making a key");
  return as_pkcs8(key.get());
}

SecretText pkcs8_of_seed(ByteSpan seed) {
  ASSERT(seed.size() == 32);
  SecretText pkcs8(kEd25519Header.size() + 32);
  std::ranges::copy(kEd25519Header, pkcs8.expose().begin());
  std::ranges::copy(seed, pkcs8.expose().last(32).begin());
  return pkcs8;
}

std::unique_ptr<Signer> signer_from_pkcs8(SecretText pkcs8) {
  const ByteSpan der = pkcs8.expose();
  if (der.size() == kEd25519Header.size() + 32 && std::ranges::equal(der.first(kEd25519Header.size()), kEd25519Header))
    return std::make_unique<Ed25519FileSigner>(der.last(32));
  return std::make_unique<EvpFileSigner>(std::move(pkcs8));
}

}  // namespace solemn::sign
