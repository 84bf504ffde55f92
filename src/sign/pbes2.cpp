// Password-based encryption of PKCS#8 keys: PBES2 (RFC 8018) with scrypt (RFC 7914) or PBKDF2, and AES-CBC.
#include <algorithm>
#include <bit>

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

constexpr std::uint64_t kMaxPbkdf2Rounds = 10'000'000, kMaxScryptBytes = 1ULL << 30, kMaxScryptWork = 1ULL << 24;
// What openssl's own limit of 32 MiB lets it read; OWASP's parameters for that memory.
constexpr std::uint64_t kScryptN = 1 << 14, kScryptR = 8, kScryptP = 5;

Bytes object(std::string_view hex) { return *base::from_hex(hex); }
const Bytes kPbes2 = object("2a864886f70d01050d"), kPbkdf2 = object("2a864886f70d01050c"),
            kScrypt = object("2b06010401da47040b"), kAes256 = object("60864801650304012a");

struct Cipher {
  Bytes object_id;
  const EVP_CIPHER* cipher;
  std::size_t key_bytes;
};
struct Prf {
  Bytes object_id;
  const EVP_MD* digest;
};

std::optional<Cipher> cipher_of(ByteSpan id) {
  const Cipher known[] = {{object("608648016503040102"), EVP_aes_128_cbc(), 16},
                          {object("608648016503040116"), EVP_aes_192_cbc(), 24},
                          {kAes256, EVP_aes_256_cbc(), 32}};
  for (const Cipher& cipher : known)
    if (std::ranges::equal(cipher.object_id, id)) return cipher;
  return std::nullopt;
}

const EVP_MD* prf_of(ByteSpan id) {
  const Prf known[] = {{object("2a864886f70d0207"), EVP_sha1()},
                       {object("2a864886f70d0209"), EVP_sha256()},
                       {object("2a864886f70d020a"), EVP_sha384()},
                       {object("2a864886f70d020b"), EVP_sha512()}};
  for (const Prf& prf : known)
    if (std::ranges::equal(prf.object_id, id)) return prf.digest;
  return nullptr;
}

const char* text_of(const SecretText& passphrase) { return reinterpret_cast<const char*>(passphrase.expose().data()); }

void scrypt(SecretText& out, const SecretText& passphrase, ByteSpan salt, std::uint64_t n, std::uint64_t r,
            std::uint64_t p) {
  if (EVP_PBE_scrypt(text_of(passphrase), passphrase.size(), raw(salt), salt.size(), n, r, p, kMaxScryptBytes * 2,
                     raw_out(out.expose()), out.size()) != 1)
    openssl_failed("scrypt");
}

void derive_scrypt(SecretText& key, DerReader parameters, const SecretText& passphrase) {
  const ByteSpan salt = parameters.take(der::kOctetString);
  const std::uint64_t n = parameters.number(1ULL << 30), r = parameters.number(1 << 10), p = parameters.number(1 << 10);
  if (parameters.next_is(der::kInteger) && parameters.number(64) != key.size())
    parameters.fail("a key length that is not the cipher's");
  parameters.finish();
  if (n < 2 || !std::has_single_bit(n) || 128 * n * r > kMaxScryptBytes || n * r * p > kMaxScryptWork)
    parameters.fail("it asks for more work in scrypt than is reasonable, or for none");
  scrypt(key, passphrase, salt, n, r, p);
}

void derive_pbkdf2(SecretText& key, DerReader parameters, const SecretText& passphrase) {
  const ByteSpan salt = parameters.take(der::kOctetString);
  const std::uint64_t rounds = parameters.number(kMaxPbkdf2Rounds);
  if (parameters.next_is(der::kInteger) && parameters.number(64) != key.size())
    parameters.fail("a key length that is not the cipher's");
  const EVP_MD* digest = EVP_sha1();  // the default of RFC 8018
  if (!parameters.empty()) {
    DerReader prf = parameters.enter(der::kSequence);
    digest = prf_of(prf.take(der::kObject));
    prf.expect(der::kNull, {});
    prf.finish();
  }
  parameters.finish();
  if (digest == nullptr) parameters.fail("a hash function in PBKDF2 that is not supported");
  if (PKCS5_PBKDF2_HMAC(text_of(passphrase), static_cast<int>(passphrase.size()), raw(salt),
                        static_cast<int>(salt.size()), static_cast<int>(rounds), digest, static_cast<int>(key.size()),
                        raw_out(key.expose())) != 1)
    openssl_failed("PBKDF2");
}

SecretText derive(DerReader kdf, std::size_t key_bytes, const SecretText& passphrase) {
  SecretText key(key_bytes);
  const ByteSpan id = kdf.take(der::kObject);
  DerReader parameters = kdf.enter(der::kSequence);
  kdf.finish();
  if (std::ranges::equal(id, kScrypt)) {
    derive_scrypt(key, parameters, passphrase);
  } else if (std::ranges::equal(id, kPbkdf2)) {
    derive_pbkdf2(key, parameters, passphrase);
  } else {
    kdf.fail("a key derivation that is neither scrypt nor PBKDF2");
  }
  return key;
}

/// AES-CBC over everything; nullopt when the padding is wrong.
std::optional<SecretText> run_cipher(const EVP_CIPHER* cipher, bool encrypt, const SecretText& key, ByteSpan iv,
                                     ByteSpan in) {
  const EvpCipherContext context(EVP_CIPHER_CTX_new());
  SecretText out(in.size() + 16);
  int n_first = 0, n_last = 0;
  if (!context || EVP_CipherInit_ex(context.get(), cipher, nullptr, raw(key.expose()), raw(iv), encrypt ? 1 : 0) != 1 ||
      EVP_CipherUpdate(context.get(), raw_out(out.expose()), &n_first, raw(in), static_cast<int>(in.size())) != 1)
    openssl_failed("AES-CBC");
  if (EVP_CipherFinal_ex(context.get(), raw_out(out.expose()) + n_first, &n_last) != 1) {
    ERR_clear_error();
    return std::nullopt;
  }
  return secret_copy(out.expose().first(static_cast<std::size_t>(n_first + n_last)));
}

}  // namespace

SecretText decrypt_pkcs8(ByteSpan der, const SecretText& passphrase) {
  DerReader reader(der, "encrypted private key");
  DerReader outer = reader.enter(der::kSequence);
  reader.finish();
  DerReader scheme = outer.enter(der::kSequence);
  scheme.expect(der::kObject, kPbes2);
  DerReader parameters = scheme.enter(der::kSequence);
  scheme.finish();
  const ByteSpan content = outer.take(der::kOctetString);
  outer.finish();
  const DerReader kdf = parameters.enter(der::kSequence);
  DerReader encryption = parameters.enter(der::kSequence);
  parameters.finish();
  const auto cipher = cipher_of(encryption.take(der::kObject));
  const ByteSpan iv = encryption.take(der::kOctetString);
  encryption.finish();
  if (!cipher || iv.size() != 16) outer.fail("a cipher that is not AES-CBC");
  if (content.empty() || content.size() % 16 != 0 || content.size() > 64 << 10) outer.fail("its length is wrong");
  const SecretText key = derive(kdf, cipher->key_bytes, passphrase);
  auto plain = run_cipher(cipher->cipher, false, key, iv, content);
  // Any content passes for a padding once in 256 times: what comes out must also look like one SEQUENCE.
  if (plain && plain->size() > 2 && plain->expose()[0] == std::byte{der::kSequence}) return std::move(*plain);
  throw Error(Code::usage, "wrong passphrase, or the key is damaged", "type it again, or take another copy of the key");
}

Bytes encrypt_pkcs8(const SecretText& pkcs8, const SecretText& passphrase) {
  std::array<std::byte, 16> salt{}, iv{};
  hash::os_random(salt);
  hash::os_random(iv);
  SecretText key(32);
  scrypt(key, passphrase, salt, kScryptN, kScryptR, kScryptP);
  const auto content = run_cipher(EVP_aes_256_cbc(), true, key, iv, pkcs8.expose());
  if (!content) openssl_failed("AES-CBC");
  const Bytes costs = der_value(der::kSequence, {der_value(der::kOctetString, {salt}), der_number(kScryptN),
                                                 der_number(kScryptR), der_number(kScryptP)});
  const Bytes kdf = der_value(der::kSequence, {der_value(der::kObject, {kScrypt}), costs});
  const Bytes cipher =
      der_value(der::kSequence, {der_value(der::kObject, {kAes256}), der_value(der::kOctetString, {iv})});
  const Bytes scheme =
      der_value(der::kSequence, {der_value(der::kObject, {kPbes2}), der_value(der::kSequence, {kdf, cipher})});
  return der_value(der::kSequence, {scheme, der_value(der::kOctetString, {content->expose()})});
}

}  // namespace solemn::sign
