#pragma once
// Verification of a whole record: a verdict of named checks (docs/transcript.md).
#include "base/verdict.hpp"
#include "transcript/replay.hpp"
#include "transcript/time.hpp"

namespace solemn::transcript {

struct VerifyOptions {
  std::optional<sign::PublicKey> root_key;  // without it nothing says whose record this is: "not run"
  /// Instead of the witnesses that the first entry and the root's changes name.
  std::vector<sign::NoteKey> witnesses;
  std::optional<std::uint64_t> witness_threshold;  // instead of the first entry's
  std::vector<CheckpointFile> earlier;             // seen before: the record must extend them
  std::uint64_t now = unix_now();                  // the clock of whoever verifies
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
/// A checkpoint of this record with as many cosignatures as root wants.
struct Witnessed {
  std::uint64_t size;          // entries
  std::uint64_t unix_seconds;  // when as many as root wants had signed: by then its entries were there
  std::uint64_t first;         // when the first of them signed
};
/// None where root wants no witnesses. Checkpoints of other trees, and what is malformed, are passed over.
std::vector<Witnessed> witnessed_checkpoints(const Contents& contents, const Replay& state);
/// The times that entries claim, against clocks that their signers do not set. Adds times-not-future (none is dated
/// after `now`) and, where there is a witnessed checkpoint, times-witnessed (none is dated after a witness saw it).
void check_times(base::Verdict& verdict, const Contents& contents, const Replay& state, std::uint64_t now);
/// Adds "cosignatures" for this note.
void check_cosignatures(base::Verdict& verdict, const sign::Note& note, std::span<const sign::NoteKey> witnesses,
                        std::uint64_t threshold);

}  // namespace solemn::transcript
