// The ways to a file key: passphrase (scrypt), X25519, a token's key.
#include <algorithm>

#include "sign/age_internal.hpp"
#include "sign/base64.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr std::string_view kScryptLabel = "age-encryption.org/v1/scrypt", kX25519Label = "age-encryption.org/v1/X25519";
constexpr std::size_t kSaltBytes = 16, kWrappedBytes = kAgeFileKeyBytes + kAgeTagBytes;
constexpr std::array<std::byte, 12> kZeroNonce{};

std::optional<Bytes> decoded(std::string_view text) {
  return from_base64(text, Alphabet::standard, Padding::forbidden);
}

SecretText passphrase_key(const SecretText& passphrase, ByteSpan salt, unsigned work_factor) {
  Bytes full_salt(base::as_bytes(kScryptLabel).begin(), base::as_bytes(kScryptLabel).end());
  full_salt.insert(full_salt.end(), salt.begin(), salt.end());
  SecretText key(32);
  if (EVP_PBE_scrypt(reinterpret_cast<const char*>(passphrase.expose().data()), passphrase.size(), raw(full_salt),
                     full_salt.size(), 1ULL << work_factor, 8, 1, 2ULL << 30, raw_out(key.expose()), 32) != 1)
    openssl_failed("scrypt");
  return key;
}

Bytes wrapped(const SecretText& file_key, const SecretText& key) {
  Bytes body(kWrappedBytes);
  age_seal(body, file_key.expose(), kZeroNonce, key);
  return body;
}

unsigned work_factor_in(std::string_view digits) {
  if (digits.empty() || digits.size() > 2 || digits[0] == '0' ||
      !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
    age_malformed("the work factor of its passphrase is not a plain decimal number");
  unsigned value = 0;
  for (const char c : digits) value = 10 * value + static_cast<unsigned>(c - '0');
  if (value > kAgeMaxWorkFactor)
    age_malformed("it asks for scrypt with 2^" + std::string(digits) + " rounds; up to 2^20 are taken");
  return value;
}

SecretText by_passphrase(const AgeStanza& stanza, const SecretText& passphrase) {
  if (stanza.arguments.size() != 3) age_malformed("its scrypt stanza has not two arguments");
  const auto salt = decoded(stanza.arguments[1]);
  if (!salt || salt->size() != kSaltBytes) age_malformed("the salt of its passphrase is not 16 bytes");
  const unsigned factor = work_factor_in(stanza.arguments[2]);
  if (stanza.body.size() != kWrappedBytes) age_malformed("its wrapped key has not 32 bytes");
  SecretText file_key(kAgeFileKeyBytes);
  if (!age_open(file_key.expose(), stanza.body, kZeroNonce, passphrase_key(passphrase, *salt, factor)))
    throw Error(Code::usage, "wrong passphrase, or the age file is damaged");
  return file_key;
}

/// The key that both ends of an X25519 stanza come to; false for points of small order.
bool agree(SecretText& key, ByteSpan scalar, ByteSpan point, ByteSpan share, const AgeRecipient& recipient) {
  SecretText shared(32);
  if (crypto_scalarmult(raw_out(shared.expose()), raw(scalar), raw(point)) != 0) return false;
  Bytes salt(share.begin(), share.end());
  salt.insert(salt.end(), recipient.begin(), recipient.end());
  key = age_hkdf(shared.expose(), salt, kX25519Label);
  return true;
}

std::optional<SecretText> by_identity(const AgeStanza& stanza, const AgeIdentity& identity) {
  if (stanza.arguments.size() != 2) age_malformed("its X25519 stanza has not one argument");
  const auto share = decoded(stanza.arguments[1]);
  if (!share || share->size() != 32) age_malformed("the share of an X25519 stanza is not 32 bytes");
  if (stanza.body.size() != kWrappedBytes) age_malformed("its wrapped key has not 32 bytes");
  SecretText key(32), file_key(kAgeFileKeyBytes);
  if (!agree(key, identity.expose(), *share, *share, age_recipient(identity)))
    age_malformed("the share of an X25519 stanza is a point of small order");
  if (!age_open(file_key.expose(), stanza.body, kZeroNonce, key)) return std::nullopt;
  return file_key;
}

std::optional<SecretText> by_token(const AgeStanza& stanza, FileKeyWrapper& token) {
  if (stanza.arguments.size() != 2) age_malformed("its token stanza has not one argument");
  if (stanza.arguments[1] != token.name()) return std::nullopt;
  SecretText file_key = token.unwrap(stanza.body);
  if (file_key.size() != kAgeFileKeyBytes) age_malformed("the token unwraps a key that has not 16 bytes");
  return file_key;
}

/// "X25519, scrypt": what would open the file, for people.
std::string kinds(const std::vector<AgeStanza>& stanzas) {
  std::string text;
  for (const AgeStanza& stanza : stanzas)
    text += (text.empty() ? "" : ", ") +
            std::string(stanza.arguments[0] == kAgeTokenStanza && stanza.arguments.size() == 2 ? stanza.arguments[1]
                                                                                               : stanza.arguments[0]);
  return text;
}

}  // namespace

std::string age_scrypt_stanza(const SecretText& file_key, const SecretText& passphrase, unsigned work_factor) {
  if (passphrase.size() == 0) throw Error(Code::usage, "an empty passphrase");
  if (work_factor == 0 || work_factor > kAgeMaxWorkFactor)
    throw Error(Code::usage, "the work factor of scrypt must be 1 to 20");
  Bytes salt(kSaltBytes);
  randombytes_buf(salt.data(), salt.size());
  return age_stanza_text({"scrypt", to_base64(salt, Padding::forbidden), std::to_string(work_factor)},
                         wrapped(file_key, passphrase_key(passphrase, salt, work_factor)));
}

std::string age_x25519_stanza(const SecretText& file_key, const AgeRecipient& recipient) {
  const AgeIdentity once = new_age_identity();
  const AgeRecipient share = age_recipient(once);
  SecretText key(32);
  if (!agree(key, once.expose(), recipient, share, recipient))
    throw Error(Code::usage, "the recipient '" + age_recipient_text(recipient) + "' is a point of small order",
                "make a new one: age-keygen");
  return age_stanza_text({"X25519", to_base64(share, Padding::forbidden)}, wrapped(file_key, key));
}

std::string age_token_stanza(const SecretText& file_key, FileKeyWrapper& token) {
  return age_stanza_text({kAgeTokenStanza, token.name()}, token.wrap(file_key));
}

SecretText age_file_key(const std::vector<AgeStanza>& stanzas, const AgeKeys& keys) {
  const auto is_scrypt = [](const AgeStanza& stanza) { return stanza.arguments[0] == "scrypt"; };
  if (std::ranges::any_of(stanzas, is_scrypt)) {
    if (stanzas.size() != 1) age_malformed("another stanza beside scrypt");
    if (keys.passphrase == nullptr)
      throw Error(Code::usage, "age file: it is encrypted with a passphrase, and none is given",
                  "--passphrase-file FILE");
    return by_passphrase(stanzas[0], *keys.passphrase);
  }
  std::optional<SecretText> found;
  for (const AgeStanza& stanza : stanzas) {
    if (stanza.arguments[0] == "X25519")
      for (const AgeIdentity& identity : keys.identities)
        if (auto key = by_identity(stanza, identity); key && !found) found = std::move(key);
    if (stanza.arguments[0] == kAgeTokenStanza && keys.token != nullptr && !found)
      found = by_token(stanza, *keys.token);
  }
  if (found) return std::move(*found);
  if (keys.identities.empty() && keys.token == nullptr)
    throw Error(Code::malformed, "age file: it is encrypted to recipients, not with a passphrase",
                "age -d -i IDENTITY FILE | age -p -o NEW");
  throw Error(Code::usage, "age file: none of what is given opens it; it is encrypted to: " + kinds(stanzas),
              "bring the identity or the token that it names");
}

}  // namespace solemn::sign
