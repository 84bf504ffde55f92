#include "sign/age.hpp"

#include <sodium.h>

#include <algorithm>

#include "sign/base64.hpp"
#include "sign/openssl_handles.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr std::string_view kVersion = "age-encryption.org/v1\n", kBegin = "-----BEGIN AGE ENCRYPTED FILE-----",
                           kEnd = "-----END AGE ENCRYPTED FILE-----";
constexpr std::size_t kColumns = 64, kChunkBytes = 64 << 10, kTagBytes = 16, kMaxStanzas = 64;
constexpr unsigned kMaxWorkFactor = 20;

[[noreturn]] void malformed(std::string_view why) { throw Error(Code::malformed, "age file: " + std::string(why)); }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// Cuts one line off; its newline must be there.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) malformed("its header ends too early");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

bool is_visible(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= 33 && c <= 126; });
}

AgeStanza take_stanza(std::string_view& rest) {
  AgeStanza stanza;
  std::string_view line = take_line(rest);
  if (!line.starts_with("-> ")) malformed("a stanza does not begin with '-> '");
  line.remove_prefix(3);
  for (std::size_t space = 0; space != std::string_view::npos;) {
    space = line.find(' ');
    const std::string_view word = line.substr(0, space);
    if (!is_visible(word)) malformed("an argument of a stanza is empty or has strange characters");
    stanza.arguments.push_back(word);
    if (space != std::string_view::npos) line.remove_prefix(space + 1);
  }
  std::string digits;
  for (std::string_view body = take_line(rest);; body = take_line(rest)) {
    if (body.size() > kColumns) malformed("a line of a stanza is too long");
    digits += body;
    if (body.size() < kColumns) break;
  }
  auto bytes = from_base64(digits, Alphabet::standard, Padding::forbidden);
  if (!bytes) malformed("the base64 part of a stanza is damaged");
  stanza.body = std::move(*bytes);
  return stanza;
}

void hmac(base::MutableByteSpan out, ByteSpan key, std::initializer_list<ByteSpan> parts) {
  base::Secret<crypto_auth_hmacsha256_state> state;
  crypto_auth_hmacsha256_init(&state.expose(), raw(key), key.size());
  for (const ByteSpan part : parts) crypto_auth_hmacsha256_update(&state.expose(), raw(part), part.size());
  crypto_auth_hmacsha256_final(&state.expose(), raw_out(out));
}

/// HKDF-SHA-256 (RFC 5869) of one block: out has 32 bytes.
void hkdf(SecretText& out, ByteSpan key, ByteSpan salt, std::string_view info) {
  static constexpr std::byte kFirstBlock{1};
  SecretText extracted(32);
  hmac(extracted.expose(), salt, {key});
  hmac(out.expose(), extracted.expose(), {base::as_bytes(info), ByteSpan(&kFirstBlock, 1)});
}

/// ChaCha20-Poly1305 (RFC 8439); false when the tag is wrong.
bool open_box(base::MutableByteSpan out, ByteSpan in, ByteSpan nonce, const SecretText& key) {
  unsigned long long n = 0;
  return crypto_aead_chacha20poly1305_ietf_decrypt(raw_out(out), &n, nullptr, raw(in), in.size(), nullptr, 0,
                                                   raw(nonce), raw(key.expose())) == 0;
}

unsigned work_factor(std::string_view digits) {
  if (digits.empty() || digits.size() > 2 || digits[0] == '0' ||
      !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
    malformed("the work factor of its passphrase is not a plain decimal number");
  unsigned value = 0;
  for (const char c : digits) value = 10 * value + static_cast<unsigned>(c - '0');
  if (value > kMaxWorkFactor)
    malformed("it asks for scrypt with 2^" + std::string(digits) + " rounds; up to 2^20 are taken");
  return value;
}

SecretText unwrap_file_key(const AgeStanza& stanza, const SecretText& passphrase) {
  if (stanza.arguments.size() != 3) malformed("its scrypt stanza has not two arguments");
  const auto salt = from_base64(stanza.arguments[1], Alphabet::standard, Padding::forbidden);
  if (!salt || salt->size() != 16) malformed("the salt of its passphrase is not 16 bytes");
  const unsigned factor = work_factor(stanza.arguments[2]);
  if (stanza.body.size() != 16 + kTagBytes) malformed("its wrapped key has not 32 bytes");
  Bytes full_salt(base::as_bytes("age-encryption.org/v1/scrypt").begin(),
                  base::as_bytes("age-encryption.org/v1/scrypt").end());
  full_salt.insert(full_salt.end(), salt->begin(), salt->end());
  SecretText wrap_key(32), file_key(16);
  if (EVP_PBE_scrypt(reinterpret_cast<const char*>(passphrase.expose().data()), passphrase.size(), raw(full_salt),
                     full_salt.size(), 1ULL << factor, 8, 1, 2ULL << 30, raw_out(wrap_key.expose()), 32) != 1)
    openssl_failed("scrypt");
  const std::array<std::byte, 12> nonce{};
  if (!open_box(file_key.expose(), stanza.body, nonce, wrap_key))
    throw Error(Code::usage, "wrong passphrase, or the age file is damaged");
  return file_key;
}

}  // namespace

bool looks_like_age(ByteSpan file) noexcept {
  const std::string_view text = base::as_text(file);
  return text.starts_with("age-encryption.org/") || trimmed(text).starts_with(kBegin);
}

Bytes age_without_armor(ByteSpan file) {
  std::string_view text = trimmed(base::as_text(file));
  if (!text.starts_with(kBegin)) return Bytes(file.begin(), file.end());
  std::string unix_text;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') unix_text += text[i];
  text = unix_text;
  if (take_line(text) != kBegin) malformed("something stands after its BEGIN line");
  std::string digits;
  bool short_line_seen = false;
  for (;;) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    const std::string_view line = take_line(text);
    if (line.empty() || line.size() > kColumns || short_line_seen) malformed("a line of its armor has a wrong length");
    short_line_seen = line.size() < kColumns;
    digits += line;
  }
  if (text != kEnd) malformed("its END line is missing");
  auto bytes = from_base64(digits);
  if (!bytes) malformed("its armor is not base64");
  return std::move(*bytes);
}

AgeHeader parse_age_header(ByteSpan file) {
  std::string_view rest = base::as_text(file);
  const std::size_t whole = rest.size();
  if (!rest.starts_with(kVersion)) malformed("a version that is not v1");
  rest.remove_prefix(kVersion.size());
  AgeHeader header;
  while (!rest.starts_with("---")) {
    if (header.stanzas.size() == kMaxStanzas) malformed("more than 64 stanzas");
    header.stanzas.push_back(take_stanza(rest));
  }
  if (header.stanzas.empty()) malformed("no stanza");
  header.authenticated = file.first(whole - rest.size() + 3);
  const std::string_view line = take_line(rest);
  auto mac =
      line.starts_with("--- ") ? from_base64(line.substr(4), Alphabet::standard, Padding::forbidden) : std::nullopt;
  if (!mac || mac->size() != 32) malformed("the line of its MAC is damaged");
  header.mac = std::move(*mac);
  header.payload = base::as_bytes(rest);
  return header;
}

SecretText decrypt_age_payload(const AgeHeader& header, ByteSpan file_key) {
  SecretText mac_key(32), payload_key(32);
  hkdf(mac_key, file_key, {}, "header");
  if (crypto_auth_hmacsha256_verify(raw(header.mac), raw(header.authenticated), header.authenticated.size(),
                                    raw(mac_key.expose())) != 0)
    malformed("its header was changed: the MAC is wrong");
  if (header.payload.size() < 16 + kTagBytes) malformed("its content ends too early");
  hkdf(payload_key, file_key, header.payload.first(16), "payload");
  ByteSpan rest = header.payload.subspan(16);
  const std::size_t n_chunks = (rest.size() + kChunkBytes + kTagBytes - 1) / (kChunkBytes + kTagBytes);
  if (rest.size() < n_chunks * kTagBytes) malformed("its last chunk ends too early");
  SecretText out(rest.size() - n_chunks * kTagBytes);
  std::array<std::byte, 12> nonce{};
  for (std::size_t i = 0, at = 0; i < n_chunks; ++i) {
    const bool last = i + 1 == n_chunks;
    const ByteSpan chunk = rest.first(std::min(rest.size(), kChunkBytes + kTagBytes));
    const std::size_t n = chunk.size() - kTagBytes;
    base::store_be64(base::MutableByteSpan(nonce).subspan(3), i);
    nonce[11] = std::byte{last ? std::uint8_t{1} : std::uint8_t{0}};
    if (!open_box(out.expose().subspan(at, n), chunk, nonce, payload_key))
      malformed("chunk " + std::to_string(i) + " was changed, or the file was cut");
    if (last && n == 0 && i != 0) malformed("an empty last chunk");
    at += n;
    rest = rest.subspan(chunk.size());
  }
  return out;
}

SecretText decrypt_age(ByteSpan file, const SecretText& passphrase) {
  const Bytes binary = age_without_armor(file);
  const AgeHeader header = parse_age_header(binary);
  const auto is_scrypt = [](const AgeStanza& stanza) { return stanza.arguments[0] == "scrypt"; };
  if (!std::ranges::any_of(header.stanzas, is_scrypt))
    throw Error(Code::malformed, "age file: it is encrypted to recipients, not with a passphrase",
                "age -d -i IDENTITY FILE | age -p -o NEW");
  if (header.stanzas.size() != 1) malformed("another stanza beside scrypt");
  const SecretText file_key = unwrap_file_key(header.stanzas[0], passphrase);
  return decrypt_age_payload(header, file_key.expose());
}

}  // namespace solemn::sign
