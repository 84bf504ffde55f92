#include "sharing/generate.hpp"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <map>
#include <memory>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sharing/first_valid.hpp"
#include "sign/base64.hpp"
#include "sign/file_key.hpp"

namespace solemn::sharing {

using base::ByteSpan;
using base::Code;
using base::Error;
using base::Verdict;
using sign::SecretText;

namespace {

constexpr std::size_t kMaxPemBytes = 64 << 10;

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using EvpKey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freer<PKCS8_PRIV_KEY_INFO_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;

NewKey new_key(std::string name, Scalar key, std::string path, std::vector<std::string> notes) {
  const PublicKey public_key = checked_public_key_of(key);
  return {std::move(name), std::move(key), public_key, std::move(path), std::move(notes)};
}

SecretText as_pkcs8(EVP_PKEY* key) {
  const Pkcs8 info(EVP_PKEY2PKCS8(key));
  unsigned char* der = nullptr;
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der) : 0;
  if (size <= 0) throw Error(Code::internal, "OpenSSL failed: encoding a private key");
  SecretText copy = sign::secret_copy(std::as_bytes(std::span(der, static_cast<std::size_t>(size))));
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return copy;
}

bool signs(const NewKey& key) {
  const base::Hash32 message = hash::sha256(base::as_bytes("solemn: this key signs"));
  return verify_ecdsa(key.public_key, message, sign_ecdsa(key.key, message)) &&
         verify_bip340(key.public_key.x_only(), message, sign_bip340(key.key, message, {}));
}

int note_that_it_is_encrypted(char*, int, int, void* noted) {
  *static_cast<bool*>(noted) = true;
  return -1;
}

}  // namespace

NewKey independent_key(std::string name, Randomness& randomness) {
  return new_key(std::move(name), randomness.scalar(), "", {});
}

NewKey derived_key(std::string name, ByteSpan seed, std::uint32_t ceremony, Role role, std::uint32_t index) {
  std::vector<std::string> notes;
  std::vector<std::uint32_t> path;
  Scalar key = first_valid(
      index,
      [&](std::uint32_t tried) {
        path = ceremony_path(ceremony, role, tried);
        return std::move(derive(seed, path).key);
      },
      notes);
  return new_key(std::move(name), std::move(key), path_text(path), std::move(notes));
}

Verdict check_keys(std::span<const NewKey> keys) {
  std::string out_of_range, other, silent, twice;
  std::map<PublicKey, std::string> seen;
  const auto append = [](std::string& list, const std::string& name) { list += (list.empty() ? "" : ", ") + name; };
  for (const NewKey& key : keys) {
    if (!is_scalar(key.key.expose())) {
      append(out_of_range, key.name);
      continue;
    }
    if (public_key_of(key.key) != key.public_key || public_key_by_openssl(key.key) != key.public_key)
      append(other, key.name);
    if (!signs(key)) append(silent, key.name);
    const auto [before, is_new] = seen.emplace(key.public_key, key.name);
    if (!is_new) append(twice, before->second + " and " + key.name);
  }
  const std::string all = std::to_string(keys.size()) + " keys";
  Verdict verdict;
  const auto add = [&](std::string_view rule, const std::string& bad) {
    verdict.add(rule, bad.empty() && !keys.empty(), bad.empty() ? all : bad);
  };
  add("key-range", out_of_range);
  add("key-second-library", other);
  add("key-signs", silent);
  add("keys-distinct", twice);
  return verdict;
}

SecretText new_seed(Randomness& randomness) {
  SecretText seed(32);
  randomness.fill(seed.expose());
  return seed;
}

SecretText new_ed25519(Randomness& randomness) {
  SecretText key(32);
  randomness.fill(key.expose());
  return key;
}

SecretText new_rsa(unsigned n_bits, Randomness& randomness) {
  if (n_bits != 2048 && n_bits != 3072 && n_bits != 4096)
    throw Error(Code::usage, "an RSA key of " + std::to_string(n_bits) + " bits is not made", "2048, 3072 or 4096");
  SecretText more(64);
  randomness.fill(more.expose());
  RAND_add(more.expose().data(), static_cast<int>(more.size()), static_cast<double>(more.size()));
  const EvpKey key(EVP_RSA_gen(n_bits));
  if (!key) throw Error(Code::internal, "OpenSSL failed: making an RSA key");
  SecretText pkcs8 = as_pkcs8(key.get());
  base::wipe_stack();
  (void)sign::signer_from_pkcs8(sign::secret_copy(pkcs8.expose()));  // its numbers fit together
  return pkcs8;
}

SecretText import_pem(ByteSpan pem) {
  const auto refuse = [](const char* what) -> Error {
    return {Code::malformed, std::string("private key: ") + what,
            "one PEM block: BEGIN RSA PRIVATE KEY (PKCS#1, as GitHub gives it) or BEGIN PRIVATE KEY (PKCS#8)"};
  };
  const std::string_view text = base::as_text(pem);
  constexpr std::string_view kBegin = "-----BEGIN ";
  if (pem.size() > kMaxPemBytes) throw refuse("larger than 64 KiB");
  if (!text.starts_with(kBegin)) throw refuse("no PEM file");
  if (text.find(kBegin, 1) != std::string_view::npos) throw refuse("more than one PEM block");
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  bool encrypted = false;
  const EvpKey key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, note_that_it_is_encrypted, &encrypted) : nullptr);
  if (encrypted)
    throw Error(Code::usage, "the PEM file is encrypted with a passphrase",
                "decrypt it on this machine, in memory: openssl pkey -in FILE");
  if (!key) throw refuse("its content is damaged");
  SecretText pkcs8 = as_pkcs8(key.get());
  base::wipe_stack();
  (void)sign::signer_from_pkcs8(sign::secret_copy(pkcs8.expose()));  // its numbers fit together
  return pkcs8;
}

std::string github_fingerprint(ByteSpan spki) { return "SHA256:" + sign::to_base64(hash::sha256(spki)); }

}  // namespace solemn::sharing
