#pragma once
// The record as it lies in its folder, and what its entries say when they are gone through in order.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "transcript/checkpoint.hpp"
#include "transcript/entry.hpp"
#include "transcript/registry.hpp"

namespace solemn::transcript {

/// The names inside the folder.
struct Layout {
  base::Path folder;
  base::Path entries() const { return folder / "entries.jsonl"; }
  base::Path newest_checkpoint() const { return folder / "checkpoint"; }
  base::Path checkpoints() const { return folder / "checkpoints"; }
  base::Path checkpoint(std::uint64_t size) const;  // checkpoints/00000012.txt
  base::Path attachments() const { return folder / "attachments"; }
  base::Path attachment(const Hash& sha256) const { return attachments() / base::to_hex(sha256); }
};

struct CheckpointFile {
  std::string name;  // for messages
  std::string text;
};

/// The bytes, nothing judged.
struct Contents {
  std::vector<std::string> lines;
  std::uint64_t whole_bytes = 0;  // up to and with the last newline
  std::uint64_t torn_bytes = 0;   // after it: an append that never ended
  std::vector<CheckpointFile> checkpoints;
};
/// Whether there is something of that name. What may not be looked at counts as there: reading it says why not.
bool is_there(const base::Path& path);
/// layout.entries(). Throws Error{io} when there is no record in the folder.
base::Path existing_entries(const Layout& layout);
/// Lines of a text; too many or too long ones throw Error{malformed}.
Contents split_lines(std::string_view text);
/// Throws as existing_entries(), and Error{malformed} when a file is larger than it may be (entries 256 MiB,
/// checkpoints 256 KiB each, 10000 of them).
Contents read_contents(const base::Path& folder);

/// The rules that entries obey, in the order of the verdict.
inline constexpr std::array<std::string_view, 7> kEntryRules = {
    "entries-well-formed", "hash-chain", "entry-times", "genesis", "signers-registered", "signatures", "roles"};
struct Problem {
  std::string_view rule;
  std::string detail;
};

/// What the entries say. After a malformed entry nothing more is read, and after a bad first one nothing is known of
/// signers; the tree holds all lines in any case.
struct Replay {
  std::vector<Entry> entries;  // without their bodies: a hostile file must not fill the memory
  struct NamedAttachment {
    std::uint64_t entry;
    Attachment attachment;
  };
  std::vector<NamedAttachment> attachments;
  std::optional<Genesis> genesis;
  std::optional<Registry> registry;
  std::string origin;
  Tree tree;
  std::uint64_t last_time = 0;  // the latest that an entry claims
  std::vector<Problem> problems;
  const Problem* problem(std::string_view rule) const noexcept;
};
enum class Signatures : std::uint8_t { verify, skip };
Replay replay(const Contents& contents, Signatures signatures = Signatures::verify);
/// What one more entry breaks, given the ones before; adds it when it breaks nothing.
std::optional<Problem> replay_next(Replay& state, std::string_view line, Signatures signatures);

}  // namespace solemn::transcript
