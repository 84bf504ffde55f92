#include "transcript/store.hpp"

#include <sodium.h>

#include <algorithm>
#include <filesystem>

#include "transcript/malformed.hpp"
#include "transcript/time.hpp"
#include "transcript/verify.hpp"

namespace solemn::transcript {

namespace {

using base::Code;
using base::Error;

Entry signed_entry(const Replay& state, const std::string& type, Json body, sign::Signer& signer,
                   const std::string& time) {
  Entry entry;
  entry.sequence = state.tree.size();
  if (entry.sequence != 0) entry.previous = state.tree.leaf(entry.sequence - 1);
  entry.type = type;
  entry.time = time;
  try {
    entry.body = parse_json(canonical(body));  // nothing that a reader would refuse
  } catch (const Json::exception&) { throw Error(Code::usage, "a text in the entry is not valid UTF-8"); }
  sign_entry(entry, signer);
  return entry;
}

[[noreturn]] void refuse(const std::string& what, const std::string& hint) { throw Error(Code::refused, what, hint); }

// Every checkpoint that the coordinator signed must be of these entries.
void require_covered(const Contents& contents, const Replay& state) {
  const sign::NoteKey log = log_key(*state.genesis, state.origin);
  for (const CheckpointFile& file : contents.checkpoints) {
    const JudgedCheckpoint judged = judge_checkpoint(file, log);
    if (!judged.signed_by_log()) malformed(file.name + ": " + judged.objection);
    const Checkpoint& checkpoint = judged.read->checkpoint;
    if (checkpoint.size > state.tree.size()) {
      refuse("a checkpoint of " + std::to_string(checkpoint.size) + " entries was signed, and only " +
                 std::to_string(state.tree.size()) + " are here",
             "entries were lost: fetch the record again from a copy that has them");
    }
    if (state.tree.root(checkpoint.size) != checkpoint.root) {
      refuse(file.name + " is signed for other entries than these", "see: solemn transcript verify");
    }
  }
}

void require_in_order(const Replay& state) {
  if (state.problems.empty()) return;
  throw Error(Code::malformed, std::string(state.problems[0].rule) + ": " + state.problems[0].detail,
              "see: solemn transcript verify");
}

}  // namespace

std::string fresh_nonce() {
  std::array<std::byte, 16> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return base::to_hex(bytes);
}

void make_folder(const base::Path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw Error(Code::io, "cannot make '" + folder.string() + "': " + failed.message());
}

std::string create_record(const base::Path& folder, Genesis genesis, sign::Signer& root) {
  const Layout layout{folder};
  genesis.root_key = root.public_key();
  Replay empty;
  const Entry entry = signed_entry(empty, "genesis", genesis.json(), root, genesis.created);
  Contents contents;
  contents.lines.push_back(entry.line());
  const Replay state = replay(contents);
  require_in_order(state);
  make_folder(folder);
  base::write_file(layout.entries(), base::as_bytes(contents.lines[0] + "\n"), base::Overwrite::no);
  return state.origin;
}

Writer::Writer(const base::Path& folder)
    : layout_{folder}, file_(existing_entries(layout_)), contents_(read_contents(folder)) {
  state_ = replay(contents_);
  require_in_order(state_);
  require_covered(contents_, state_);
  if (contents_.torn_bytes == 0) return;
  dropped_bytes_ = contents_.torn_bytes;
  file_.cut(contents_.whole_bytes);
}

Entry Writer::append(const std::string& type, Json body, sign::Signer& signer, const std::string& time) {
  const Entry entry = signed_entry(state_, type, std::move(body), signer, time);
  const std::string line = entry.line();
  if (state_.tree.size() == kMaxEntries) refuse("the record is full: 2^20 entries", "begin another one");
  if (const auto problem = replay_next(state_, line, Signatures::verify)) {
    refuse(std::string(problem->rule) + ": " + problem->detail,
           problem->rule == "entry-times" ? "compare this machine's clock with a watch"
                                          : "who may write what: solemn transcript append --help");
  }
  file_.append_line(line);
  contents_.lines.push_back(line);
  return entry;
}

void Writer::write_checkpoint(const SignedCheckpoint& made) {
  const std::string text = sign::write_note(made.note);
  if (text.size() > kMaxNoteBytes) refuse("the checkpoint would be longer than 256 KiB", "fewer cosignatures");
  make_folder(layout_.checkpoints());
  base::write_file(layout_.checkpoint(made.checkpoint.size), base::as_bytes(text), base::Overwrite::yes);
  const bool is_newest = std::all_of(contents_.checkpoints.begin(), contents_.checkpoints.end(), [&](const auto& file) {
    return parse_checkpoint(file.text).checkpoint.size <= made.checkpoint.size;
  });
  if (is_newest) base::write_file(layout_.newest_checkpoint(), base::as_bytes(text), base::Overwrite::yes);
  contents_.checkpoints.push_back({"checkpoint", text});
}

SignedCheckpoint Writer::checkpoint(sign::Signer& coordinator, SignerMemory* memory) {
  if (coordinator.public_key() != log_key(*state_.genesis, state_.origin).key()) {
    refuse("checkpoints are signed by the coordinator's key, and this is another", "see: solemn transcript show");
  }
  const Checkpoint wanted{state_.origin, state_.tree.size(), state_.tree.root()};
  if (memory != nullptr) {
    memory->require_extends(state_.origin, state_.tree, wanted.size);
    memory->remember(wanted);
  }
  SignedCheckpoint made = sign_checkpoint(wanted, coordinator);
  for (const CheckpointFile& file : contents_.checkpoints) {
    const SignedCheckpoint other = parse_checkpoint(file.text);
    if (other.checkpoint.size != wanted.size) continue;
    sign::Note kept = other.note;
    std::erase_if(kept.signatures, [&](const auto& signature) { return signature.name == state_.origin; });
    merge_signatures(made.note, kept);
  }
  write_checkpoint(made);
  return made;
}

std::size_t Writer::merge_checkpoint(const SignedCheckpoint& copy) {
  for (const CheckpointFile& file : contents_.checkpoints) {
    SignedCheckpoint own = parse_checkpoint(file.text);
    if (own.note.text != copy.note.text) continue;
    const auto n_new = std::ranges::count_if(copy.note.signatures, [&](const auto& s) {
      return s.name != state_.origin && std::ranges::none_of(own.note.signatures, [&](const auto& have) {
               return have.name == s.name && have.key_id == s.key_id && have.bytes == s.bytes;
             });
    });
    sign::Note added = copy.note;  // a witness that signed again replaces its line
    std::erase_if(own.note.signatures, [&](const auto& have) {
      return have.name != state_.origin &&
             std::any_of(added.signatures.begin(), added.signatures.end(),
                         [&](const auto& s) { return s.name == have.name && s.key_id == have.key_id; });
    });
    std::erase_if(added.signatures, [&](const auto& signature) { return signature.name == state_.origin; });
    merge_signatures(own.note, added);
    write_checkpoint(own);
    return static_cast<std::size_t>(n_new);
  }
  throw Error(Code::rejected, "the record has no such checkpoint (size " + std::to_string(copy.checkpoint.size) + ")",
              "if its root differs, prove it: solemn transcript prove fork");
}

void require_not_future(const Replay& state, std::uint64_t unix_seconds) {
  if (state.last_time <= unix_seconds + kClockTolerance) return;
  refuse(
      "an entry is dated " + time_text(state.last_time) + ", and this machine's clock says " + time_text(unix_seconds),
      "one of the two is wrong: set the clock, or have the entry taken out before anybody signs it");
}

SignedCheckpoint cosign_record(const Contents& contents, const Replay& state, sign::Signer& witness,
                               const std::string& name, SignerMemory& memory, std::uint64_t unix_seconds) {
  require_in_order(state);
  require_covered(contents, state);
  require_not_future(state, unix_seconds);
  const sign::NoteKey log = log_key(*state.genesis, state.origin);
  if (witness.public_key() == log.key()) refuse("the coordinator cannot be its own witness", "use a witness's key");
  std::optional<SignedCheckpoint> newest;
  for (const CheckpointFile& file : contents.checkpoints) {
    SignedCheckpoint other = parse_checkpoint(file.text);
    if (!newest || other.checkpoint.size > newest->checkpoint.size) newest = std::move(other);
  }
  if (!newest) refuse("there is no checkpoint to cosign", "the coordinator makes one: solemn transcript checkpoint");
  memory.require_extends(state.origin, state.tree, newest->checkpoint.size);
  memory.remember(newest->checkpoint);
  const sign::NoteSignature line = sign::cosign_note(witness, name, newest->note.text, unix_seconds);
  std::erase_if(newest->note.signatures,
                [&](const auto& signature) { return signature.name == line.name && signature.key_id == line.key_id; });
  newest->note.signatures.push_back(line);
  return *newest;
}

}  // namespace solemn::transcript
