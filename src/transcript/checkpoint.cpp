#include "transcript/checkpoint.hpp"

#include <algorithm>
#include <charconv>

#include "sign/base64.hpp"
#include "transcript/malformed.hpp"
#include "transcript/text_lines.hpp"

namespace solemn::transcript {

std::string Checkpoint::text() const {
  return origin + "\n" + std::to_string(size) + "\n" + sign::to_base64(root) + "\n";
}

std::uint64_t decimal_of(std::string_view text, const std::string& what) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || std::to_string(value) != text) malformed(what + " is not a decimal number");
  if (value > std::uint64_t{1} << 62) malformed(what + " is too large");
  return value;
}

std::string_view take_line(std::string_view& text, const std::string& what) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) malformed(what + " is missing, or has no newline");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

SignedCheckpoint parse_checkpoint(std::string_view file) {
  if (file.size() > kMaxNoteBytes) malformed("the checkpoint is longer than 256 KiB");
  SignedCheckpoint read{{}, sign::parse_note(base::as_bytes(file))};
  std::string_view text = read.note.text;
  Checkpoint& checkpoint = read.checkpoint;
  checkpoint.origin = take_line(text, "the origin");
  if (checkpoint.origin.empty()) malformed("the origin is empty");
  checkpoint.size = decimal_of(take_line(text, "the tree size"), "the tree size");
  checkpoint.root = hash_from_base64(take_line(text, "the root hash"), "the root hash");
  if (!text.empty()) malformed("the checkpoint has extension lines");
  return read;
}

std::string hash_lines(std::span<const Hash> hashes) {
  std::string lines;
  for (const Hash& hash : hashes) lines += sign::to_base64(hash) + "\n";
  return lines;
}

Hash hash_from_base64(std::string_view line, const std::string& what) {
  const auto bytes = sign::from_base64(line);
  Hash hash{};
  if (!bytes || bytes->size() != hash.size()) malformed(what + " is not a hash in base64");
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

sign::NoteKey log_key(const Genesis& genesis, const std::string& origin) {
  const auto found = std::find_if(genesis.participants.begin(), genesis.participants.end(),
                                  [](const Participant& participant) { return participant.role == Role::coordinator; });
  ASSERT(found != genesis.participants.end());
  return {origin, sign::note_kind_of(found->key.algorithm()), found->key};
}

std::vector<sign::NoteKey> witness_keys(const std::vector<const Participant*>& witnesses) {
  std::vector<sign::NoteKey> keys;
  for (const Participant* witness : witnesses) {
    keys.emplace_back(witness->name, sign::NoteKind::cosignature_v1, witness->key);
  }
  return keys;
}

SignedCheckpoint sign_checkpoint(Checkpoint checkpoint, sign::Signer& coordinator) {
  SignedCheckpoint made{std::move(checkpoint), {}};
  made.note.text = made.checkpoint.text();
  made.note.signatures.push_back(sign::sign_note(coordinator, made.checkpoint.origin, made.note.text));
  return made;
}

void merge_signatures(sign::Note& note, const sign::Note& other) {
  for (const sign::NoteSignature& signature : other.signatures) {
    const bool known = std::any_of(note.signatures.begin(), note.signatures.end(), [&](const auto& have) {
      return have.name == signature.name && have.key_id == signature.key_id && have.bytes == signature.bytes;
    });
    if (!known) note.signatures.push_back(signature);
  }
}

}  // namespace solemn::transcript
