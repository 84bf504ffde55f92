// Reading: armor, header, content.
#include <algorithm>

#include "sign/age_internal.hpp"
#include "sign/base64.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr std::size_t kMaxStanzas = 64;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// Cuts one line off; its newline must be there.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) age_malformed("its header ends too early");
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
  if (!line.starts_with("-> ")) age_malformed("a stanza does not begin with '-> '");
  line.remove_prefix(3);
  for (std::size_t space = 0; space != std::string_view::npos;) {
    space = line.find(' ');
    const std::string_view word = line.substr(0, space);
    if (!is_visible(word)) age_malformed("an argument of a stanza is empty or has strange characters");
    stanza.arguments.push_back(word);
    if (space != std::string_view::npos) line.remove_prefix(space + 1);
  }
  std::string digits;
  for (std::string_view body = take_line(rest);; body = take_line(rest)) {
    if (body.size() > kAgeColumns) age_malformed("a line of a stanza is too long");
    digits += body;
    if (body.size() < kAgeColumns) break;
  }
  auto bytes = from_base64(digits, Alphabet::standard, Padding::forbidden);
  if (!bytes) age_malformed("the base64 part of a stanza is damaged");
  stanza.body = std::move(*bytes);
  return stanza;
}

}  // namespace

bool looks_like_age(ByteSpan file) noexcept {
  const std::string_view text = base::as_text(file);
  return text.starts_with("age-encryption.org/") || trimmed(text).starts_with(kAgeBegin);
}

Bytes age_without_armor(ByteSpan file) {
  std::string_view text = trimmed(base::as_text(file));
  if (!text.starts_with(kAgeBegin)) return Bytes(file.begin(), file.end());
  std::string unix_text;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') unix_text += text[i];
  text = unix_text;
  if (take_line(text) != kAgeBegin) age_malformed("something stands after its BEGIN line");
  std::string digits;
  bool short_line_seen = false;
  for (;;) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    const std::string_view line = take_line(text);
    if (line.empty() || line.size() > kAgeColumns || short_line_seen)
      age_malformed("a line of its armor has a wrong length");
    short_line_seen = line.size() < kAgeColumns;
    digits += line;
  }
  if (text != kAgeEnd) age_malformed("its END line is missing");
  auto bytes = from_base64(digits);
  if (!bytes) age_malformed("its armor is not base64");
  return std::move(*bytes);
}

AgeHeader parse_age_header(ByteSpan file) {
  std::string_view rest = base::as_text(file);
  const std::size_t whole = rest.size();
  if (!rest.starts_with(kAgeVersion)) age_malformed("a version that is not v1");
  rest.remove_prefix(kAgeVersion.size());
  AgeHeader header;
  while (!rest.starts_with("---")) {
    if (header.stanzas.size() == kMaxStanzas) age_malformed("more than 64 stanzas");
    header.stanzas.push_back(take_stanza(rest));
  }
  if (header.stanzas.empty()) age_malformed("no stanza");
  header.authenticated = file.first(whole - rest.size() + 3);
  const std::string_view line = take_line(rest);
  auto mac =
      line.starts_with("--- ") ? from_base64(line.substr(4), Alphabet::standard, Padding::forbidden) : std::nullopt;
  if (!mac || mac->size() != 32) age_malformed("the line of its MAC is damaged");
  header.mac = std::move(*mac);
  header.payload = base::as_bytes(rest);
  return header;
}

SecretText decrypt_age_payload(const AgeHeader& header, ByteSpan file_key) {
  const SecretText mac_key = age_hkdf(file_key, {}, "header");
  if (crypto_auth_hmacsha256_verify(raw(header.mac), raw(header.authenticated), header.authenticated.size(),
                                    raw(mac_key.expose())) != 0)
    age_malformed("its header was changed: the MAC is wrong");
  if (header.payload.size() < 16 + kAgeTagBytes) age_malformed("its content ends too early");
  const SecretText payload_key = age_hkdf(file_key, header.payload.first(16), "payload");
  ByteSpan rest = header.payload.subspan(16);
  const std::size_t n_chunks = (rest.size() + kAgeChunkBytes + kAgeTagBytes - 1) / (kAgeChunkBytes + kAgeTagBytes);
  if (rest.size() < n_chunks * kAgeTagBytes) age_malformed("its last chunk ends too early");
  SecretText out(rest.size() - n_chunks * kAgeTagBytes);
  for (std::size_t i = 0, at = 0; i < n_chunks; ++i) {
    const bool last = i + 1 == n_chunks;
    const ByteSpan chunk = rest.first(std::min(rest.size(), kAgeChunkBytes + kAgeTagBytes));
    const std::size_t n = chunk.size() - kAgeTagBytes;
    if (!age_open(out.expose().subspan(at, n), chunk, age_chunk_nonce(i, last), payload_key))
      age_malformed("chunk " + std::to_string(i) + " was changed, or the file was cut");
    if (last && n == 0 && i != 0) age_malformed("an empty last chunk");
    at += n;
    rest = rest.subspan(chunk.size());
  }
  return out;
}

SecretText decrypt_age(ByteSpan file, const AgeKeys& keys) {
  const Bytes binary = age_without_armor(file);
  const AgeHeader header = parse_age_header(binary);
  return decrypt_age_payload(header, age_file_key(header.stanzas, keys).expose());
}

SecretText decrypt_age(ByteSpan file, const SecretText& passphrase) {
  return decrypt_age(file, AgeKeys{&passphrase, {}, nullptr});
}

}  // namespace solemn::sign
