#pragma once
// Verification of a whole record: a verdict of named checks (docs/transcript.md).
#include "base/verdict.hpp"
#include "transcript/replay.hpp"

namespace solemn::transcript {

struct VerifyOptions {
  std::optional<sign::PublicKey> root_key;  // without it nothing says whose record this is: "not run"
  /// Instead of the witnesses that the first entry and the root's changes name.
  std::vector<sign::NoteKey> witnesses;
  std::optional<std::uint64_t> witness_threshold;  // instead of the first entry's
  std::vector<CheckpointFile> earlier;             // seen before: the record must extend them
};

/// Everything but the attachments. Never throws for bad content.
base::Verdict verify_contents(const Contents& contents, const VerifyOptions& options);
/// The folder. Errors: as read_contents().
base::Verdict verify_folder(const base::Path& folder, const VerifyOptions& options);

/// The attachments that entries name: present with that size and hash. Missing ones are "not run": a record may travel
/// without its large files.
void check_attachments(base::Verdict& verdict, const Layout& layout, const Replay& state);

/// Adds root-key: the key that was given is the one that the first entry names.
void add_root_key(base::Verdict& verdict, const sign::PublicKey& given, const sign::PublicKey& named);

/// A checkpoint against the keys of the record it belongs to.
struct JudgedCheckpoint {
  std::string file;
  std::optional<SignedCheckpoint> read;  // null: malformed
  std::string objection;                 // why it is not the coordinator's; empty when it is
  bool signed_by_log() const noexcept { return read && objection.empty(); }
};
JudgedCheckpoint judge_checkpoint(const CheckpointFile& file, const sign::NoteKey& log);
/// A checkpoint of this record with as many cosignatures as root wants, and when the last of those was made.
struct Witnessed {
  std::uint64_t size;  // entries
  std::uint64_t unix_seconds;
};
/// None where root wants no witnesses. Checkpoints of other trees, and what is malformed, are passed over.
std::vector<Witnessed> witnessed_checkpoints(const Contents& contents, const Replay& state);
/// Adds "cosignatures" for this note.
void check_cosignatures(base::Verdict& verdict, const sign::Note& note, std::span<const sign::NoteKey> witnesses,
                        std::uint64_t threshold);

}  // namespace solemn::transcript
