#pragma once
// What leaves the record as a file of its own and is checked without it: receipts, consistency proofs, fork evidence.
#include "base/verdict.hpp"
#include "transcript/replay.hpp"

namespace solemn::transcript {

/// A receipt for an entry (c2sp.org/tlog-proof@v1): inclusion proof and the newest checkpoint that covers it, with all
/// its signatures; `extra` holds {"entry": line, "genesis": line}. Throws Error{usage} when there is no such entry, and
/// Error{refused} when no checkpoint covers it yet.
std::string make_receipt(const Contents& contents, const Replay& state, std::uint64_t index);

struct ReceiptOptions {
  std::optional<sign::PublicKey> root_key;
  std::optional<sign::PublicKey> signer;           // when the first entry does not name the entry's signer
  std::vector<sign::NoteKey> witnesses;            // instead of those of the first entry
  std::optional<std::uint64_t> witness_threshold;  // instead of the first entry's
};
struct JudgedReceipt {
  base::Verdict verdict;
  std::optional<Entry> entry;  // what the receipt is for, when it could be read
};
JudgedReceipt verify_receipt(std::string_view file, const ReceiptOptions& options);

/// "old SIZE", proof lines, an empty line, the newest checkpoint: what c2sp.org/tlog-witness sends to witnesses. Throws
/// Error{usage} for a size outside 1..newest, Error{refused} without a checkpoint.
std::string make_consistency(const Contents& contents, const Replay& state, std::uint64_t old_size);
/// The checkpoint in `proof` extends `old_checkpoint`. Without the log's key: "checkpoints-signed" is not run.
base::Verdict verify_consistency_file(const CheckpointFile& old_checkpoint, std::string_view proof,
                                      const std::optional<sign::NoteKey>& log);

/// Evidence that the coordinator signed two trees: the record's own checkpoint against another. Throws Error{rejected}
/// when they are of one tree, Error{usage} when the record has no checkpoint as large as the other.
std::string make_fork_evidence(const Contents& contents, const Replay& state, const CheckpointFile& other);
/// Accepted: the fork is proven.
base::Verdict verify_fork_evidence(std::string_view file, const std::optional<sign::PublicKey>& root_key);

}  // namespace solemn::transcript
