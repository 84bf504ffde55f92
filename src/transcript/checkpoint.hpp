#pragma once
// Checkpoints (c2sp.org/tlog-checkpoint): origin, size and root as a signed note; witnesses add cosignature/v1 lines.
#include <span>
#include <string>

#include "sign/note.hpp"
#include "transcript/merkle.hpp"
#include "transcript/registry.hpp"

namespace solemn::transcript {

inline constexpr std::size_t kMaxNoteBytes = std::size_t{256} << 10;

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
  /// The note text. Ours have no extension lines.
  std::string text() const;
};

/// A checkpoint with its signatures, as read.
struct SignedCheckpoint {
  Checkpoint checkpoint;
  sign::Note note;  // note.text == the text that was signed
};
/// Throws Error{malformed}. Extension lines are refused: nothing that reads these checkpoints would look at them.
SignedCheckpoint parse_checkpoint(std::string_view file);

/// Hashes in base64, one a line, each ended by a newline; and back. Throws Error{malformed}.
std::string hash_lines(std::span<const Hash> hashes);
Hash hash_from_base64(std::string_view line, const std::string& what);

/// The coordinator's key under the origin as its name.
sign::NoteKey log_key(const Genesis& genesis, const std::string& origin);
/// The witnesses among the participants.
std::vector<sign::NoteKey> witness_keys(const std::vector<const Participant*>& witnesses);

SignedCheckpoint sign_checkpoint(Checkpoint checkpoint, sign::Signer& coordinator);
/// Adds the signatures of `other` that are not in `note` yet (by name, id and bytes).
void merge_signatures(sign::Note& note, const sign::Note& other);

}  // namespace solemn::transcript
