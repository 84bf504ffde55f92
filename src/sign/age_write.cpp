// Writing, and the primitives of both directions.
#include "sign/age_internal.hpp"
#include "sign/base64.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr std::size_t kNonceBytes = 16;

Bytes sealed_content(ByteSpan content, const SecretText& file_key) {
  Bytes out(kNonceBytes);
  randombytes_buf(out.data(), out.size());
  const SecretText key = age_hkdf(file_key.expose(), out, "payload");
  for (std::size_t i = 0;; ++i) {
    const std::size_t n = std::min(content.size(), kAgeChunkBytes), at = out.size();
    const bool last = n == content.size();
    out.resize(at + n + kAgeTagBytes);
    age_seal(std::span(out).subspan(at), content.first(n), age_chunk_nonce(i, last), key);
    content = content.subspan(n);
    if (last) return out;
  }
}

std::string stanzas(const SecretText& file_key, const AgeLocks& locks) {
  const bool others = !locks.recipients.empty() || !locks.tokens.empty();
  if (locks.passphrase == nullptr && !others)
    throw Error(Code::usage, "nothing that could open the file again", "give a passphrase, a recipient or a token");
  if (locks.passphrase != nullptr && others)
    throw Error(Code::usage, "a passphrase and something else for one age file", "make two files");
  if (locks.passphrase != nullptr) return age_scrypt_stanza(file_key, *locks.passphrase, locks.work_factor);
  std::string text;
  for (const AgeRecipient& recipient : locks.recipients) text += age_x25519_stanza(file_key, recipient);
  for (FileKeyWrapper* const token : locks.tokens) text += age_token_stanza(file_key, *token);
  return text;
}

}  // namespace

void age_malformed(std::string_view why) { throw Error(Code::malformed, "age file: " + std::string(why)); }

void age_hmac(base::MutableByteSpan out, ByteSpan key, std::initializer_list<ByteSpan> parts) {
  base::Secret<crypto_auth_hmacsha256_state> state;
  crypto_auth_hmacsha256_init(&state.expose(), raw(key), key.size());
  for (const ByteSpan part : parts) crypto_auth_hmacsha256_update(&state.expose(), raw(part), part.size());
  crypto_auth_hmacsha256_final(&state.expose(), raw_out(out));
}

SecretText age_hkdf(ByteSpan key, ByteSpan salt, std::string_view info) {
  static constexpr std::byte kFirstBlock{1};
  SecretText extracted(32), out(32);
  age_hmac(extracted.expose(), salt, {key});
  age_hmac(out.expose(), extracted.expose(), {base::as_bytes(info), ByteSpan(&kFirstBlock, 1)});
  return out;
}

void age_seal(base::MutableByteSpan out, ByteSpan in, ByteSpan nonce, const SecretText& key) {
  ASSERT(out.size() == in.size() + kAgeTagBytes);
  unsigned long long n = 0;
  crypto_aead_chacha20poly1305_ietf_encrypt(raw_out(out), &n, raw(in), in.size(), nullptr, 0, nullptr, raw(nonce),
                                            raw(key.expose()));
}

bool age_open(base::MutableByteSpan out, ByteSpan in, ByteSpan nonce, const SecretText& key) {
  unsigned long long n = 0;
  return crypto_aead_chacha20poly1305_ietf_decrypt(raw_out(out), &n, nullptr, raw(in), in.size(), nullptr, 0,
                                                   raw(nonce), raw(key.expose())) == 0;
}

std::array<std::byte, 12> age_chunk_nonce(std::size_t number, bool last) noexcept {
  std::array<std::byte, 12> nonce{};
  base::store_be64(base::MutableByteSpan(nonce).subspan(3), number);
  nonce[11] = std::byte{last ? std::uint8_t{1} : std::uint8_t{0}};
  return nonce;
}

std::string age_stanza_text(std::initializer_list<std::string_view> arguments, ByteSpan body) {
  std::string text = "->";
  for (const std::string_view argument : arguments) text += " " + std::string(argument);
  text += "\n";
  const std::string digits = to_base64(body, Padding::forbidden);
  for (std::size_t at = 0; at + kAgeColumns <= digits.size(); at += kAgeColumns)
    text += digits.substr(at, kAgeColumns) + "\n";
  return text + digits.substr(digits.size() / kAgeColumns * kAgeColumns) + "\n";
}

AgeFile encrypt_age(ByteSpan content, const AgeLocks& locks, Armor armor) {
  AgeFile file{{}, SecretText(kAgeFileKeyBytes)};
  randombytes_buf(file.file_key.expose().data(), kAgeFileKeyBytes);
  std::string header = std::string(kAgeVersion) + stanzas(file.file_key, locks) + "---";
  std::array<std::byte, 32> mac{};
  age_hmac(mac, age_hkdf(file.file_key.expose(), {}, "header").expose(), {base::as_bytes(header)});
  header += " " + to_base64(mac, Padding::forbidden) + "\n";
  file.bytes.assign(base::as_bytes(header).begin(), base::as_bytes(header).end());
  const Bytes sealed = sealed_content(content, file.file_key);
  file.bytes.insert(file.bytes.end(), sealed.begin(), sealed.end());
  if (armor == Armor::yes) {
    const std::string text =
        std::string(kAgeBegin) + "\n" + wrapped_base64(file.bytes, kAgeColumns) + std::string(kAgeEnd) + "\n";
    file.bytes.assign(base::as_bytes(text).begin(), base::as_bytes(text).end());
  }
  return file;
}

}  // namespace solemn::sign
