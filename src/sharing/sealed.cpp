#include "sharing/sealed.hpp"

#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <sodium.h>

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sharing/bip32.hpp"
#include "sign/file_key.hpp"

namespace solemn::sharing {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;
using sign::SecretText;

namespace {

constexpr std::size_t kMaxSecretBytes = 64 << 10, kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* raw(ByteSpan bytes) noexcept { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* raw_out(base::MutableByteSpan bytes) noexcept { return reinterpret_cast<unsigned char*>(bytes.data()); }

void append(Bytes& out, ByteSpan bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

/// HKDF (RFC 5869) with SHA-256.
SecretText derive_key(const Scalar& kek) {
  Bytes info;
  append(info, base::as_bytes("solemn sealed secret 1"));
  info.push_back(std::byte{0});
  append(info, public_key_of(kek).bytes());
  SecretText key(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  std::size_t size = key.size();
  const std::unique_ptr<EVP_PKEY_CTX, decltype([](EVP_PKEY_CTX* c) { EVP_PKEY_CTX_free(c); })> context(
      EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr));
  if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()) != 1 ||
      EVP_PKEY_CTX_set1_hkdf_key(context.get(), raw(kek.expose()), static_cast<int>(kek.expose().size())) != 1 ||
      EVP_PKEY_CTX_add1_hkdf_info(context.get(), raw(info), static_cast<int>(info.size())) != 1 ||
      EVP_PKEY_derive(context.get(), raw_out(key.expose()), &size) != 1)
    throw Error(Code::internal, "OpenSSL failed: HKDF");
  base::wipe_stack();
  return key;
}

Bytes additional_data(const SealedSecret& sealed) {
  Bytes data;
  append(data, base::as_bytes(name(sealed.kind)));
  data.push_back(std::byte{0});
  append(data, sealed.public_half);
  return data;
}

[[noreturn]] void wrong_kind(std::string_view what) { throw Error(Code::malformed, std::string(what)); }

}  // namespace

std::string_view name(SecretKind kind) noexcept {
  switch (kind) {
    case SecretKind::seed:
      return "seed";
    case SecretKind::ed25519:
      return "ed25519";
    case SecretKind::pkcs8:
      return "pkcs8";
    case SecretKind::other:
      break;
  }
  return "other";
}

std::optional<SecretKind> secret_kind_named(std::string_view text) noexcept {
  for (const SecretKind kind : {SecretKind::seed, SecretKind::ed25519, SecretKind::pkcs8, SecretKind::other})
    if (name(kind) == text) return kind;
  return std::nullopt;
}

Bytes public_half_of(SecretKind kind, ByteSpan secret) {
  switch (kind) {
    case SecretKind::seed: {
      if (secret.size() < 16 || secret.size() > 64) wrong_kind("a seed is 16 to 64 bytes");
      const PublicKey key = public_key_of(master_key(secret).key);
      return {key.bytes().begin(), key.bytes().end()};
    }
    case SecretKind::ed25519: {
      if (secret.size() != 32) wrong_kind("an Ed25519 private key is 32 bytes");
      std::array<std::byte, 32> point{};
      SecretText pair(64);
      crypto_sign_seed_keypair(raw_out(point), raw_out(pair.expose()), raw(secret));
      base::wipe_stack();
      const sign::PublicKey key = sign::PublicKey::from_ed25519(point);
      return {key.spki().begin(), key.spki().end()};
    }
    case SecretKind::pkcs8: {
      const auto signer = sign::signer_from_pkcs8(sign::secret_copy(secret));
      const ByteSpan spki = signer->public_key().spki();
      return {spki.begin(), spki.end()};
    }
    case SecretKind::other:
      break;
  }
  return {};
}

base::Hash32 SealedSecret::digest() const {
  constexpr std::array<std::byte, 1> kEnd{};
  hash::Sha256 hash;
  hash.update(base::as_bytes("solemn sealed digest 1"));
  hash.update(kEnd);
  hash.update(base::as_bytes(name(kind)));
  hash.update(kEnd);
  hash.update(hash::sha256(public_half));
  hash.update(nonce);
  hash.update(ciphertext);
  return hash.finish();
}

SealedSecret seal(const Scalar& kek, SecretKind kind, ByteSpan secret, Randomness& randomness) {
  if (secret.empty() || secret.size() > kMaxSecretBytes)
    throw Error(Code::usage, "a secret to be sealed is 1 byte to 64 KiB",
                "larger files: encrypt them under a key, seal the key");
  SealedSecret sealed{kind, public_half_of(kind, secret), {}, Bytes(secret.size() + kTagBytes)};
  randomness.fill(sealed.nonce);
  const SecretText key = derive_key(kek);
  const Bytes data = additional_data(sealed);
  crypto_aead_xchacha20poly1305_ietf_encrypt(raw_out(sealed.ciphertext), nullptr, raw(secret), secret.size(), raw(data),
                                             data.size(), nullptr, raw(sealed.nonce), raw(key.expose()));
  base::wipe_stack();
  const SecretText again = open(kek, sealed);
  if (again.size() != secret.size() || sodium_memcmp(again.expose().data(), secret.data(), secret.size()) != 0)
    throw Error(Code::internal, "what was sealed does not open again", "do not use this machine");
  return sealed;
}

SecretText open(const Scalar& kek, const SealedSecret& sealed) {
  if (sealed.ciphertext.size() <= kTagBytes) throw Error(Code::rejected, "the sealed secret is cut");
  SecretText secret(sealed.ciphertext.size() - kTagBytes);
  const SecretText key = derive_key(kek);
  const Bytes data = additional_data(sealed);
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
      raw_out(secret.expose()), nullptr, nullptr, raw(sealed.ciphertext), sealed.ciphertext.size(), raw(data),
      data.size(), raw(sealed.nonce), raw(key.expose()));
  base::wipe_stack();
  if (opened != 0)
    throw Error(Code::rejected, "sealed-secret: it does not open under the key of its set: altered",
                "take the set file from the record of the ceremony");
  if (public_half_of(sealed.kind, secret.expose()) != sealed.public_half)
    throw Error(Code::rejected, "sealed-secret: its public half is of another secret",
                "take the set file from the record of the ceremony");
  return secret;
}

DealtSecret deal_secret(std::string_view name, SecretKind kind, ByteSpan secret, unsigned threshold, unsigned count,
                        Drill drill, Randomness& randomness) {
  const Scalar kek = randomness.scalar();
  SealedSecret sealed = seal(kek, kind, secret, randomness);
  Dealt dealt = deal(name, kek, threshold, count, drill, randomness, sealed.digest());
  return {std::move(dealt), std::move(sealed)};
}

}  // namespace solemn::sharing
