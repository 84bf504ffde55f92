#include "sign/note.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sign/base64.hpp"
#include "sign/utf8.hpp"

namespace solemn::sign {

using base::as_bytes;
using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr std::size_t kMaxNoteBytes = 1 << 20, kMaxSignatures = 100;
constexpr std::string_view kDash = "\xe2\x80\x94 ";  // em dash, space

[[noreturn]] void malformed(std::string_view why) { throw Error(Code::malformed, "signed note: " + std::string(why)); }

void append(Bytes& out, ByteSpan bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

bool is_note_text(std::string_view text) noexcept {
  // The specification forbids only U+0000 to U+001F; delete and C1 are refused as well, for terminals.
  return !text.empty() && text.ends_with('\n') && is_clean_text(text, "\n");
}

bool is_key_name(std::string_view name) noexcept {
  if (name.empty() || !is_clean_text(name)) return false;
  while (!name.empty()) {
    const auto code = take_code_point(name);
    if (!code || *code == '+' || is_unicode_space(*code)) return false;
  }
  return true;
}

std::string marker_of(Algorithm algorithm) { return "solemn/" + std::string(name(algorithm)) + "/"; }

/// Type byte and key, as in vkeys and ids.
Bytes material(NoteKind kind, const PublicKey& key) {
  Bytes out{static_cast<std::byte>(kind)};
  if (kind == NoteKind::other) append(out, as_bytes(marker_of(key.algorithm())));
  append(out, kind == NoteKind::ecdsa_p256 || kind == NoteKind::other ? key.spki() : key.key_bytes());
  return out;
}

std::uint32_t id_of(std::string_view name, NoteKind kind, const PublicKey& key) {
  if (kind == NoteKind::ecdsa_p256) return base::load_be32(key.id());
  Bytes bytes(as_bytes(name).begin(), as_bytes(name).end());
  bytes.push_back(std::byte{'\n'});
  append(bytes, material(kind, key));
  return base::load_be32(hash::sha256(bytes));
}

bool fits(NoteKind kind, Algorithm algorithm) noexcept {
  return kind == NoteKind::cosignature_v1 ? algorithm == Algorithm::ed25519 : kind == note_kind_of(algorithm);
}

Bytes cosigned_message(std::string_view text, std::uint64_t unix_seconds) {
  const std::string message = "cosignature/v1\ntime " + std::to_string(unix_seconds) + "\n" + std::string(text);
  return {as_bytes(message).begin(), as_bytes(message).end()};
}

NoteSignature parse_signature(std::string_view line) {
  if (!line.starts_with(kDash)) malformed("a signature line does not begin with an em dash and a space");
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  const auto bytes = space == std::string_view::npos ? std::nullopt : from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() < 5 || !is_key_name(line.substr(0, space)))
    malformed("a signature line is not: em dash, name of the key, base64 of five bytes or more");
  return {std::string(line.substr(0, space)), base::load_be32(*bytes), Bytes(bytes->begin() + 4, bytes->end())};
}

PublicKey parse_material(NoteKind kind, ByteSpan key) {
  switch (kind) {
    case NoteKind::ed25519:
    case NoteKind::cosignature_v1:
      return PublicKey::from_ed25519(key);
    case NoteKind::ecdsa_p256:
      return PublicKey::from_spki(key);
    case NoteKind::other:
      for (const Algorithm algorithm : {Algorithm::ecdsa_p384_sha384, Algorithm::rsa_pss_sha256}) {
        const std::string marker = marker_of(algorithm);
        if (!base::as_text(key).starts_with(marker)) continue;
        PublicKey parsed = PublicKey::from_spki(key.subspan(marker.size()));
        if (parsed.algorithm() == algorithm) return parsed;
      }
  }
  malformed("a verifier key of a type that is not supported");
}

}  // namespace

NoteKind note_kind_of(Algorithm algorithm) noexcept {
  if (algorithm == Algorithm::ed25519) return NoteKind::ed25519;
  return algorithm == Algorithm::ecdsa_p256_sha256 ? NoteKind::ecdsa_p256 : NoteKind::other;
}

NoteKey::NoteKey(std::string key_name, NoteKind kind, PublicKey key)
    : name_(std::move(key_name)), kind_(kind), key_(std::move(key)), id_(id_of(name_, kind_, key_)) {
  if (!is_key_name(name_)) malformed("the name of a key may not be empty or have spaces, control characters or '+'");
  if (!fits(kind_, key_.algorithm()))
    throw Error(Code::usage,
                "a key of " + std::string(sign::name(key_.algorithm())) + " cannot sign notes of this kind",
                "cosignatures need an Ed25519 key");
}

NoteKey NoteKey::parse(std::string_view vkey) {
  const std::size_t first = vkey.find('+');
  const std::size_t second = first == std::string_view::npos ? first : vkey.find('+', first + 1);
  if (second == std::string_view::npos || second - first - 1 != 8) malformed("a verifier key is not NAME+ID+BASE64");
  const std::string_view hex = vkey.substr(first + 1, 8);
  const auto id = base::from_hex(hex);
  const auto bytes = from_base64(vkey.substr(second + 1));
  if (!id || base::to_hex(*id) != hex || !bytes || bytes->empty()) malformed("a verifier key is not NAME+ID+BASE64");
  const auto kind = static_cast<NoteKind>((*bytes)[0]);
  NoteKey key(std::string(vkey.substr(0, first)), kind, parse_material(kind, ByteSpan(*bytes).subspan(1)));
  if (key.id() != base::load_be32(*id)) malformed("the id in a verifier key is not that of its key");
  return key;
}

std::string NoteKey::vkey() const {
  std::array<std::byte, 4> id{};
  base::store_be32(id, id_);
  return name_ + "+" + base::to_hex(id) + "+" + to_base64(material(kind_, key_));
}

void require_note_text(std::string_view text) {
  if (!is_note_text(text)) malformed("the text must be UTF-8 without control characters, and end in a newline");
}

Note parse_note(ByteSpan file) {
  const std::string_view whole = base::as_text(file);
  if (whole.size() > kMaxNoteBytes) malformed("more than 1 MiB");
  if (!is_note_text(whole)) malformed("not UTF-8 without control characters that ends in a newline");
  const std::size_t split = whole.rfind("\n\n");
  if (split == std::string_view::npos) malformed("no empty line between text and signatures");
  Note note;
  note.text = whole.substr(0, split + 1);
  std::string_view rest = whole.substr(split + 2);
  if (rest.empty()) malformed("no signature");
  while (!rest.empty()) {
    if (note.signatures.size() == kMaxSignatures) malformed("more than 100 signatures");
    const std::size_t end = rest.find('\n');
    note.signatures.push_back(parse_signature(rest.substr(0, end)));
    rest.remove_prefix(end + 1);
  }
  return note;
}

std::string write_note(const Note& note) {
  require_note_text(note.text);
  std::string out = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) {
    Bytes bytes(4);
    base::store_be32(bytes, signature.key_id);
    append(bytes, signature.bytes);
    out += std::string(kDash) + signature.name + " " + to_base64(bytes) + "\n";
  }
  return out;
}

NoteSignature sign_note(Signer& signer, std::string_view name, std::string_view text) {
  require_note_text(text);
  const NoteKey key(std::string(name), note_kind_of(signer.public_key().algorithm()), signer.public_key());
  return {key.name(), key.id(), signer.sign(as_bytes(text))};
}

NoteSignature cosign_note(Signer& signer, std::string_view name, std::string_view text, std::uint64_t unix_seconds) {
  require_note_text(text);
  const NoteKey key(std::string(name), NoteKind::cosignature_v1, signer.public_key());
  Bytes bytes(8);
  base::store_be64(bytes, unix_seconds);
  append(bytes, signer.sign(cosigned_message(text, unix_seconds)));
  return {key.name(), key.id(), std::move(bytes)};
}

NoteSigners verify_note(const Note& note, std::span<const NoteKey> known) {
  NoteSigners result;
  for (std::size_t i = 0; i < known.size(); ++i) {
    const NoteKey& key = known[i];
    bool done = false;
    for (const NoteSignature& signature : note.signatures) {
      if (signature.name != key.name() || signature.key_id != key.id() || done) continue;
      done = true;  // a second signature of one key counts for nothing, good or bad
      const bool timed = key.kind() == NoteKind::cosignature_v1;
      const std::uint64_t time = timed && signature.bytes.size() > 8 ? base::load_be64(signature.bytes) : 0;
      const bool good =
          timed ? signature.bytes.size() > 8 && time <= INT64_MAX &&
                      verify(key.key(), cosigned_message(note.text, time), ByteSpan(signature.bytes).subspan(8))
                : verify(key.key(), as_bytes(note.text), signature.bytes);
      if (!good) {
        result.failed.push_back(i);
      } else {
        result.accepted.push_back({i, timed ? std::optional(time) : std::nullopt});
      }
    }
  }
  return result;
}

}  // namespace solemn::sign
