#include "transcript/replay.hpp"

#include <algorithm>
#include <filesystem>

#include "transcript/malformed.hpp"
#include "transcript/time.hpp"

namespace solemn::transcript {

namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kMaxEntriesBytes = std::uint64_t{256} << 20;
constexpr std::size_t kMaxCheckpoints = 10000;

std::string file_text(const base::Path& path, std::uint64_t max_bytes) {
  return std::string(base::as_text(base::read_file(path, max_bytes)));
}

void note_problem(Replay& state, std::string_view rule, std::uint64_t index, const std::string& what) {
  if (state.problem(rule) == nullptr) state.problems.push_back({rule, "entry " + std::to_string(index) + ": " + what});
}

void read_genesis(Replay& state, const Entry& entry, std::string_view line) {
  if (entry.type != "genesis") {
    note_problem(state, "genesis", 0, "it is of type '" + entry.type + "'");
    return;
  }
  try {
    Genesis genesis = genesis_from(entry.body);
    if (entry.key != genesis.root_key.id()) {
      note_problem(state, "genesis", 0, "it is not signed by the root key that it names");
      return;
    }
    state.registry.emplace(genesis);
    state.genesis = std::move(genesis);
    state.origin = origin_of(leaf_hash_of_line(line));
  } catch (const base::Error& error) { note_problem(state, "genesis", 0, error.message()); }
}

void check_signer(Replay& state, const Entry& entry, std::uint64_t index, Signatures signatures) {
  const Participant* signer = state.registry->find(entry.key);
  if (signer == nullptr) {
    note_problem(state, "signers-registered", index, "nobody is registered with the key " + base::to_hex(entry.key));
    return;
  }
  if (signatures == Signatures::verify && !verify_entry(entry, signer->key)) {
    note_problem(state, "signatures", index, "the signature is not one of '" + signer->name + "' over this entry");
  }
  if (index == 0) return;
  if (const auto objection = state.registry->objection(entry, signer->role)) {
    note_problem(state, "roles", index, *objection);
    return;
  }
  try {
    state.registry->apply(entry);
  } catch (const base::Error& error) { note_problem(state, "roles", index, error.message()); }
}

void check_chain(Replay& state, const Entry& entry, std::uint64_t index) {
  if (entry.sequence != index) {
    note_problem(state, "hash-chain", index, "it says that it is entry " + std::to_string(entry.sequence));
  } else if (entry.previous != (index == 0 ? Hash{} : state.tree.leaf(index - 1))) {
    note_problem(state, "hash-chain", index, "it does not follow the entry before it");
  }
}

void check_time(Replay& state, const Entry& entry, std::uint64_t index) {
  const std::uint64_t time = *parse_time(entry.time);  // parse_entry saw to it
  if (time < state.last_time)
    note_problem(state, "entry-times", index,
                 "it is dated before the one before it, " + entry.time + " after " + time_text(state.last_time));
  state.last_time = std::max(state.last_time, time);
}

}  // namespace

base::Path Layout::checkpoint(std::uint64_t size) const {
  const std::string digits = std::to_string(size);
  return checkpoints() / (std::string(8 - std::min<std::size_t>(8, digits.size()), '0') + digits + ".txt");
}

Contents split_lines(std::string_view text) {
  Contents contents;
  while (true) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    if (end > kMaxLineBytes) { malformed("entry " + std::to_string(contents.lines.size()) + " is longer than 64 KiB"); }
    if (contents.lines.size() == kMaxEntries) malformed("there are more than 2^20 entries");
    contents.lines.emplace_back(text.substr(0, end));
    contents.whole_bytes += end + 1;
    text.remove_prefix(end + 1);
  }
  contents.torn_bytes = text.size();
  return contents;
}

bool is_there(const base::Path& path) {
  std::error_code failed;
  return fs::exists(path, failed) || failed;
}

base::Path existing_entries(const Layout& layout) {
  if (!is_there(layout.entries())) {
    throw base::Error(base::Code::io, "there is no transcript in '" + base::printable(layout.folder.native()) + "'",
                      "name the folder that holds entries.jsonl, or begin one: solemn transcript init");
  }
  return layout.entries();
}

Contents read_contents(const base::Path& folder) {
  const Layout layout{folder};
  Contents contents = split_lines(file_text(existing_entries(layout), kMaxEntriesBytes));
  if (is_there(layout.newest_checkpoint())) {
    contents.checkpoints.push_back({"checkpoint", file_text(layout.newest_checkpoint(), kMaxNoteBytes)});
  }
  if (!is_there(layout.checkpoints())) return contents;
  std::vector<std::string> names;
  std::error_code failed;
  for (const auto& item : fs::directory_iterator(layout.checkpoints(), failed)) {
    const std::string name = item.path().filename().string();
    if (name.starts_with(".") || !name.ends_with(".txt")) continue;  // files in the making, and other people's
    names.push_back(name);
    if (names.size() > kMaxCheckpoints) malformed("there are more than 10000 checkpoints");
  }
  if (failed) {
    throw base::Error(base::Code::io, "cannot list '" + layout.checkpoints().string() + "': " + failed.message());
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    contents.checkpoints.push_back({"checkpoints/" + name, file_text(layout.checkpoints() / name, kMaxNoteBytes)});
  }
  return contents;
}

const Problem* Replay::problem(std::string_view rule) const noexcept {
  const auto found =
      std::find_if(problems.begin(), problems.end(), [&](const Problem& problem) { return problem.rule == rule; });
  return found == problems.end() ? nullptr : &*found;
}

namespace {

// The line's hash goes into the tree after the checks, so that the chain is checked against the line before.
void replay_line(Replay& state, std::string_view line, Signatures signatures) {
  const std::uint64_t index = state.tree.size();
  if (state.problem("entries-well-formed") == nullptr) {
    try {
      Entry entry = parse_entry(line);
      check_chain(state, entry, index);
      check_time(state, entry, index);
      if (index == 0) read_genesis(state, entry, line);
      if (state.registry) check_signer(state, entry, index, signatures);
      for (Attachment& item : entry.attachments()) state.attachments.push_back({index, std::move(item)});
      entry.body = Json();
      state.entries.push_back(std::move(entry));
    } catch (const base::Error& error) { note_problem(state, "entries-well-formed", index, error.message()); }
  }
  state.tree.append(leaf_hash_of_line(line));
}

}  // namespace

Replay replay(const Contents& contents, Signatures signatures) {
  Replay state;
  for (const std::string& line : contents.lines) replay_line(state, line, signatures);
  if (contents.lines.empty()) state.problems.push_back({"entries-well-formed", "there is no entry"});
  return state;
}

std::optional<Problem> replay_next(Replay& state, std::string_view line, Signatures signatures) {
  ASSERT(state.problems.empty());
  Replay next = state;
  replay_line(next, line, signatures);
  if (!next.problems.empty()) return next.problems[0];
  state = std::move(next);
  return std::nullopt;
}

}  // namespace solemn::transcript
