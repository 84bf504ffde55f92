#pragma once
// Writing the record: one writer at a time, and after kill -9 or a power cut the old state or the new one.
#include <memory>

#include "base/file_append.hpp"
#include "transcript/replay.hpp"

namespace solemn::transcript {

/// Begins a record: the folder (made when missing; otherwise without a record) with its first entry, signed by root.
/// Returns the origin. Throws Error{usage} when there is one already, Error{malformed} for participants that do not fit
/// together.
std::string create_record(const base::Path& folder, Genesis genesis, sign::Signer& root);
/// 16 random bytes in hex.
std::string fresh_nonce();

/// The folder and those above it, when missing. Throws Error{io}.
void make_folder(const base::Path& folder);

/// Copies a file to attachments/SHA256, unless it is there.
Attachment store_attachment(const Layout& layout, const base::Path& source);

/// What a coordinator or witness signed last for each origin, in a file of its own, outside of any record: nobody who
/// keeps it signs two different trees. Locked (FILE.lock) while the object lives.
class SignerMemory {
 public:
  /// A missing file is an empty memory. Throws Error{malformed} and Error{io}.
  explicit SignerMemory(const base::Path& file);
  std::optional<Checkpoint> last(const std::string& origin) const;
  /// Throws Error{refused} unless the tree has what was signed last among its beginnings.
  void require_extends(const std::string& origin, const Tree& tree, std::uint64_t n_leaves) const;
  /// On the disk before it returns, and so before a signature leaves. REQUIRES: require_extends() passed.
  void remember(const Checkpoint& checkpoint);

 private:
  base::FileLock lock_;
  base::Path file_;
  std::map<std::string, Checkpoint> last_;
};

/// A record, open for writing.
class Writer {
 public:
  /// Throws Error{io} while another process writes, Error{malformed} when what is there is not in order (its first
  /// problem), Error{refused} when a signed checkpoint covers entries that are not there. Bytes after the last newline,
  /// which belong to no entry and which no append reported as written, are removed.
  explicit Writer(const base::Path& folder);
  const Replay& state() const noexcept { return state_; }
  const Contents& contents() const noexcept { return contents_; }
  std::uint64_t dropped_bytes() const noexcept { return dropped_bytes_; }

  /// Signs and appends; throws Error{refused} when this signer may not write this now.
  Entry append(const std::string& type, Json body, sign::Signer& signer, const std::string& time);
  /// A checkpoint of all entries, by the coordinator's key. An existing one of that size is signed again (the
  /// witnesses' lines stay). Throws Error{refused} for another key, and when an existing checkpoint is of another tree.
  SignedCheckpoint checkpoint(sign::Signer& coordinator, SignerMemory* memory);
  /// Takes over the signatures of a copy of one of the record's checkpoints. Throws Error{rejected} when it is of
  /// another tree. Returns how many of them were not there before.
  std::size_t merge_checkpoint(const SignedCheckpoint& copy);

 private:
  void write_checkpoint(const SignedCheckpoint& made);
  Layout layout_;
  base::AppendFile file_;
  Contents contents_;
  Replay state_;
  std::uint64_t dropped_bytes_ = 0;
};

/// Nobody signs a checkpoint over entries that are dated after the own clock: Error{refused}.
void require_not_future(const Replay& state, std::uint64_t unix_seconds);

/// A witness's cosignature of the newest checkpoint of a record that was verified before: the note with the added line.
/// Throws Error{refused} when the record does not extend what the memory holds, when there is no checkpoint, when the
/// key is the coordinator's, or when an entry is dated after unix_seconds.
SignedCheckpoint cosign_record(const Contents& contents, const Replay& state, sign::Signer& witness,
                               const std::string& name, SignerMemory& memory, std::uint64_t unix_seconds);

}  // namespace solemn::transcript
