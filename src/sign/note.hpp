#pragma once
// Signed notes (c2sp.org/signed-note): a text of lines, an empty line, and signature lines "— NAME BASE64". Checkpoints
// of transcripts are such notes.
#include <span>

#include "sign/signer.hpp"

namespace solemn::sign {

enum class NoteKind : std::uint8_t {
  ed25519 = 0x01,
  ecdsa_p256 = 0x02,      // over SHA-256 of the text; id from the DER key alone
  cosignature_v1 = 0x04,  // Ed25519 with a time (c2sp.org/tlog-cosignature)
  other = 0xff,           // P-384 and RSA-PSS; the type is followed by "solemn/NAME-OF-ALGORITHM/"
};

/// A key that signs notes under a name ("example.com/log").
class NoteKey {
 public:
  /// Throws Error{malformed} for a name that is empty or has a space, control character or plus, and Error{usage} when
  /// the key's algorithm is not of the kind.
  NoteKey(std::string name, NoteKind kind, PublicKey key);
  /// "NAME+ID+BASE64". Throws Error{malformed}, also when the id is not that of the key.
  static NoteKey parse(std::string_view vkey);
  std::string vkey() const;
  const std::string& name() const noexcept { return name_; }
  NoteKind kind() const noexcept { return kind_; }
  const PublicKey& key() const noexcept { return key_; }
  std::uint32_t id() const noexcept { return id_; }

 private:
  std::string name_;
  NoteKind kind_;
  PublicKey key_;
  std::uint32_t id_;
};
/// The kind for notes (not cosignatures) that a key has: ed25519, ecdsa_p256 or other.
NoteKind note_kind_of(Algorithm algorithm) noexcept;

struct NoteSignature {
  std::string name;
  std::uint32_t key_id;
  base::Bytes bytes;  // after the key id
};

struct Note {
  std::string text;  // ends in a newline
  std::vector<NoteSignature> signatures;
};

/// Throws Error{malformed}. Shape: at most 1 MiB, 1 to 100 signatures; valid UTF-8 without control characters.
Note parse_note(base::ByteSpan file);
/// Throws Error{malformed} for a text that cannot be signed: no final newline, control characters, not UTF-8.
std::string write_note(const Note& note);
void require_note_text(std::string_view text);

/// A signature of the signer's kind over the text.
NoteSignature sign_note(Signer& signer, std::string_view name, std::string_view text);
/// cosignature/v1 at a time in seconds since 1970. Throws Error{usage} when the signer is not Ed25519.
NoteSignature cosign_note(Signer& signer, std::string_view name, std::string_view text, std::uint64_t unix_seconds);

/// What the signatures of the known keys are worth. Signatures of unknown keys are passed over.
struct NoteSigners {
  struct Accepted {
    std::size_t key_index;                      // into `known`
    std::optional<std::uint64_t> unix_seconds;  // of cosignatures
  };
  std::vector<Accepted> accepted;  // each key at most once
  /// Known keys with a signature that does not verify: reject the whole note.
  std::vector<std::size_t> failed;
  bool good() const noexcept { return !accepted.empty() && failed.empty(); }
};
[[nodiscard]] NoteSigners verify_note(const Note& note, std::span<const NoteKey> known);

}  // namespace solemn::sign
