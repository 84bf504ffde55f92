#include "transcript/verify.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sign/key_secret.hpp"
#include "transcript/time.hpp"

namespace solemn::transcript {

namespace {

using base::counted;
using base::Verdict;

std::string pass_detail(std::string_view rule, const Replay& state) {
  const std::string entries = counted(state.entries.size(), "entry", "entries");
  if (rule == "entries-well-formed") return entries;
  if (rule == "hash-chain") return "each names its number and the hash of the one before";
  if (rule == "entry-times") return "none is dated before the one before it";
  if (rule == "genesis")
    return state.genesis->kind + " '" + state.genesis->label + "', begun " + state.genesis->created;
  if (rule == "signers-registered") return counted(state.registry->all().size(), "key") + " registered at the end";
  if (rule == "signatures") return entries + ", each by the key that it names";
  std::size_t n_unknown = 0;
  for (const Entry& entry : state.entries) n_unknown += is_known_type(entry.type) ? 0 : 1;
  const std::string known = "every type by a role that may write it";
  return n_unknown == 0 ? known : known + "; types not known here: " + counted(n_unknown, "entry", "entries");
}

void check_entries(Verdict& verdict, const Replay& state) {
  const bool malformed = state.problem("entries-well-formed") != nullptr;
  for (const std::string_view rule : kEntryRules) {
    const Problem* problem = state.problem(rule);
    const bool needs_genesis = rule != "entries-well-formed" && rule != "hash-chain" && rule != "entry-times";
    if (problem != nullptr) {
      verdict.fail(rule, problem->detail);
    } else if (malformed && (rule != "genesis" || !state.genesis)) {
      verdict.not_run(rule, "an entry is malformed");
    } else if (needs_genesis && !state.genesis) {
      verdict.not_run(rule, "the first entry is bad");
    } else {
      verdict.pass(rule, pass_detail(rule, state));
    }
  }
}

void check_root_key(Verdict& verdict, const Replay& state, const VerifyOptions& options) {
  if (!options.root_key) {
    verdict.not_run("root-key", "no --root-key given: whoever made this folder chose its root key");
  } else if (!state.genesis) {
    verdict.not_run("root-key", "the first entry is bad");
  } else {
    add_root_key(verdict, *options.root_key, state.genesis->root_key);
  }
}

struct Judged {
  std::vector<JudgedCheckpoint> own, earlier;
  const SignedCheckpoint* head = nullptr;  // the largest of the folder that is the coordinator's and of this tree
};

enum class Fit : std::uint8_t { fits, other_root, too_large };

Fit fit(const Tree& tree, const Checkpoint& checkpoint) {
  if (checkpoint.size > tree.size()) return Fit::too_large;
  return tree.root(checkpoint.size) == checkpoint.root ? Fit::fits : Fit::other_root;
}

std::string misfit(const JudgedCheckpoint& item, const Tree& tree) {
  const Checkpoint& checkpoint = item.read->checkpoint;
  if (fit(tree, checkpoint) == Fit::too_large) {
    return item.file + " is of " + std::to_string(checkpoint.size) + " entries, here are " +
           std::to_string(tree.size());
  }
  return item.file + " has another root over the first " + std::to_string(checkpoint.size) + " entries";
}

Judged judge_all(const Contents& contents, const Replay& state, const VerifyOptions& options) {
  Judged judged;
  const sign::NoteKey log = log_key(*state.genesis, state.origin);
  for (const CheckpointFile& file : contents.checkpoints) judged.own.push_back(judge_checkpoint(file, log));
  for (const CheckpointFile& file : options.earlier) judged.earlier.push_back(judge_checkpoint(file, log));
  for (const JudgedCheckpoint& item : judged.own) {
    if (!item.signed_by_log() || fit(state.tree, item.read->checkpoint) != Fit::fits) continue;
    if (judged.head == nullptr || item.read->checkpoint.size > judged.head->checkpoint.size ||
        (item.read->checkpoint.size == judged.head->checkpoint.size &&
         item.read->note.signatures.size() > judged.head->note.signatures.size())) {
      judged.head = &*item.read;
    }
  }
  return judged;
}

void check_signed(Verdict& verdict, const Judged& judged, const Replay& state) {
  if (judged.own.empty()) {
    verdict.not_run("checkpoints-signed", "there is no checkpoint yet");
    verdict.not_run("tree-root", "there is no checkpoint yet");
    return;
  }
  const auto foreign =
      std::find_if(judged.own.begin(), judged.own.end(), [](const auto& c) { return !c.signed_by_log(); });
  verdict.add("checkpoints-signed", foreign == judged.own.end(),
              foreign == judged.own.end() ? counted(judged.own.size(), "file") + " by the coordinator's key"
                                          : foreign->file + ": " + foreign->objection);
  for (const JudgedCheckpoint& item : judged.own) {
    if (item.read && fit(state.tree, item.read->checkpoint) != Fit::fits) {
      verdict.fail("tree-root", misfit(item, state.tree));
      return;
    }
  }
  verdict.pass("tree-root", "every checkpoint is a root of these entries");
}

// Two trees signed under one origin, as far as it can be proven: two roots of one size, or a root that the entries
// under a signed checkpoint as large or larger do not have. (Changed entries are no fork: nobody signed their tree.)
std::string fork_seen(const std::vector<const JudgedCheckpoint*>& all, const Tree& tree) {
  std::map<std::uint64_t, const JudgedCheckpoint*> by_size;
  const JudgedCheckpoint* largest_fitting = nullptr;
  for (const JudgedCheckpoint* item : all) {
    const Checkpoint& checkpoint = item->read->checkpoint;
    const auto [other, is_new] = by_size.emplace(checkpoint.size, item);
    if (!is_new && other->second->read->checkpoint.root != checkpoint.root) {
      return other->second->file + " and " + item->file + " are signed for two different trees of " +
             std::to_string(checkpoint.size) + " entries";
    }
    if (fit(tree, checkpoint) != Fit::fits) continue;
    if (largest_fitting == nullptr || checkpoint.size > largest_fitting->read->checkpoint.size) largest_fitting = item;
  }
  for (const JudgedCheckpoint* item : all) {
    if (largest_fitting == nullptr || fit(tree, item->read->checkpoint) != Fit::other_root) continue;
    if (item->read->checkpoint.size < largest_fitting->read->checkpoint.size) {
      return item->file + " is signed for another tree than " + largest_fitting->file;
    }
  }
  return {};
}

void check_fork(Verdict& verdict, const Judged& judged, const Replay& state) {
  std::vector<const JudgedCheckpoint*> all;
  for (const auto* list : {&judged.own, &judged.earlier}) {
    for (const JudgedCheckpoint& item : *list) {
      if (item.signed_by_log()) all.push_back(&item);
    }
  }
  if (all.empty()) return verdict.not_run("no-fork", "there is no signed checkpoint");
  const std::string seen = fork_seen(all, state.tree);
  if (!seen.empty()) return verdict.fail("no-fork", seen + ": solemn transcript prove fork");
  verdict.pass("no-fork", counted(all.size(), "signed checkpoint") + ", no two of different trees");
}

void check_head(Verdict& verdict, const Judged& judged, const Replay& state, const VerifyOptions& options) {
  const std::uint64_t covered = judged.head == nullptr ? 0 : judged.head->checkpoint.size;
  if (judged.head == nullptr) {
    verdict.not_run("head-checkpointed", "no checkpoint covers anything");
  } else if (covered < state.tree.size()) {
    verdict.not_run("head-checkpointed",
                    "the last " + std::to_string(state.tree.size() - covered) +
                        " entries are after the newest checkpoint: nobody has promised to keep them");
  } else {
    verdict.pass("head-checkpointed", "root " + base::to_hex(judged.head->checkpoint.root));
  }
  const std::uint64_t threshold = options.witness_threshold.value_or(
      options.witnesses.empty() ? state.genesis->witness_threshold : options.witnesses.size());
  if (threshold == 0 && options.witnesses.empty()) return;  // root (or whoever asks) wants no witnesses
  if (judged.head == nullptr) return verdict.not_run("cosignatures", "there is no checkpoint to cosign");
  const auto witnesses =
      options.witnesses.empty() ? witness_keys(state.registry->with_role(Role::witness)) : options.witnesses;
  check_cosignatures(verdict, judged.head->note, witnesses, threshold);
}

void check_earlier(Verdict& verdict, const Judged& judged, const Replay& state) {
  for (const JudgedCheckpoint& item : judged.earlier) {
    if (!item.signed_by_log()) {
      verdict.fail("extends-checkpoint", item.file + ": " + item.objection);
    } else if (fit(state.tree, item.read->checkpoint) != Fit::fits) {
      verdict.fail("extends-checkpoint", misfit(item, state.tree));
    } else {
      verdict.pass("extends-checkpoint",
                   item.file + " is of the first " + std::to_string(item.read->checkpoint.size) + " entries");
    }
  }
}

void check_without_genesis(Verdict& verdict, const VerifyOptions& options) {
  for (const std::string_view rule :
       {"checkpoints-signed", "tree-root", "no-fork", "head-checkpointed", "cosignatures", "times-not-future"}) {
    verdict.not_run(rule, "the first entry is bad");
  }
  if (!options.earlier.empty()) verdict.not_run("extends-checkpoint", "the first entry is bad");
}

Verdict verdict_of(const Contents& contents, const Replay& state, const VerifyOptions& options) {
  Verdict verdict;
  check_entries(verdict, state);
  check_root_key(verdict, state, options);
  if (contents.torn_bytes != 0) {
    verdict.not_run("tail-complete", counted(contents.torn_bytes, "byte") +
                                         " after the last entry: an append is under way, or was cut short; the next "
                                         "append removes what was cut short");
  } else {
    verdict.pass("tail-complete");
  }
  if (!state.genesis) {
    check_without_genesis(verdict, options);
    return verdict;
  }
  const Judged judged = judge_all(contents, state, options);
  check_signed(verdict, judged, state);
  check_fork(verdict, judged, state);
  check_head(verdict, judged, state, options);
  check_times(verdict, contents, state, options.now);
  check_earlier(verdict, judged, state);
  return verdict;
}

}  // namespace

void add_root_key(Verdict& verdict, const sign::PublicKey& given, const sign::PublicKey& named) {
  const bool same = given == named;
  verdict.add("root-key", same,
              "the first entry names " + named.id_hex() + (same ? "" : "; the key given is " + given.id_hex()));
}

JudgedCheckpoint judge_checkpoint(const CheckpointFile& file, const sign::NoteKey& log) {
  JudgedCheckpoint judged{file.name, std::nullopt, ""};
  try {
    judged.read = parse_checkpoint(file.text);
    if (judged.read->checkpoint.origin != log.name()) {
      judged.objection = "it is of another record, '" + judged.read->checkpoint.origin + "'";
    } else if (!sign::verify_note(judged.read->note, std::span(&log, 1)).good()) {
      judged.objection = "it is not signed by the coordinator's key";
    }
  } catch (const base::Error& error) { judged.objection = error.message(); }
  return judged;
}

std::vector<Witnessed> witnessed_checkpoints(const Contents& contents, const Replay& state) {
  std::vector<Witnessed> all;
  const std::uint64_t threshold = state.genesis ? state.genesis->witness_threshold : 0;
  if (threshold == 0) return all;
  const sign::NoteKey log = log_key(*state.genesis, state.origin);
  const auto witnesses = witness_keys(state.registry->with_role(Role::witness));
  for (const CheckpointFile& file : contents.checkpoints) {
    const JudgedCheckpoint judged = judge_checkpoint(file, log);
    if (!judged.signed_by_log() || fit(state.tree, judged.read->checkpoint) != Fit::fits) continue;
    std::map<std::string, std::uint64_t> times;  // one secret under two names counts once
    for (const auto& accepted : sign::verify_note(judged.read->note, witnesses).accepted) {
      if (accepted.unix_seconds)
        times.emplace(sign::secret_behind(witnesses[accepted.key_index].key()), *accepted.unix_seconds);
    }
    if (times.size() < threshold) continue;
    std::vector<std::uint64_t> sorted;
    for (const auto& [key, time] : times) sorted.push_back(time);
    std::ranges::sort(sorted);
    all.push_back({judged.read->checkpoint.size, sorted[threshold - 1], sorted[0]});
  }
  return all;
}

void check_times(Verdict& verdict, const Contents& contents, const Replay& state, std::uint64_t now) {
  const auto dated_after = [&](std::size_t begin, std::size_t end, std::uint64_t time) {
    const auto from = state.entries.begin();
    const auto found = std::find_if(from + static_cast<std::ptrdiff_t>(begin), from + static_cast<std::ptrdiff_t>(end),
                                    [&](const Entry& entry) {
                                      const std::uint64_t claimed = *parse_time(entry.time);
                                      return claimed - std::min(claimed, kClockTolerance) > time;
                                    });
    const auto index = static_cast<std::size_t>(found - from);
    return index == end ? std::string() : "entry " + std::to_string(index) + " is dated " + found->time;
  };
  const std::string future = dated_after(0, state.entries.size(), now);
  verdict.add("times-not-future", future.empty(),
              future.empty() ? "the latest is " + time_text(state.last_time)
                             : future + ", and it is " + time_text(now) + ": nobody can know that yet");
  std::vector<Witnessed> witnessed = witnessed_checkpoints(contents, state);
  std::erase_if(witnessed, [&](const Witnessed& one) { return one.size > state.entries.size(); });
  if (witnessed.empty()) return;
  std::ranges::sort(witnessed, {}, &Witnessed::size);
  std::size_t seen = 0;
  for (const Witnessed& one : witnessed) {
    const std::string after = dated_after(seen, one.size, one.first);
    if (!after.empty())
      return verdict.fail("times-witnessed", after + ", and a witness saw it on " + time_text(one.first));
    seen = one.size;
  }
  verdict.pass("times-witnessed", counted(seen, "entry", "entries") + ", none dated after the witnesses saw it");
}

void check_cosignatures(Verdict& verdict, const sign::Note& note, std::span<const sign::NoteKey> witnesses,
                        std::uint64_t threshold) {
  const sign::NoteSigners signers = sign::verify_note(note, witnesses);
  if (!signers.failed.empty()) {
    verdict.fail("cosignatures", "the cosignature of '" + witnesses[signers.failed[0]].name() + "' does not verify");
    return;
  }
  std::string names;
  std::set<std::string> secrets;  // one secret under two names counts once
  for (const auto& accepted : signers.accepted) {
    if (!secrets.insert(sign::secret_behind(witnesses[accepted.key_index].key())).second) continue;
    names += (names.empty() ? ": " : ", ") + witnesses[accepted.key_index].name();
    if (accepted.unix_seconds && *accepted.unix_seconds < 253402300800)
      names += " " + time_text(*accepted.unix_seconds);
  }
  const std::string count = std::to_string(secrets.size()) + " of " + std::to_string(witnesses.size()) + " witnesses";
  verdict.add("cosignatures", secrets.size() >= threshold && !secrets.empty(),
              count + ", " + std::to_string(threshold) + " needed" + names);
}

Verdict verify_contents(const Contents& contents, const VerifyOptions& options) {
  return verdict_of(contents, replay(contents), options);
}

Verdict verify_folder(const base::Path& folder, const VerifyOptions& options) {
  const Contents contents = read_contents(folder);
  const Replay state = replay(contents);
  Verdict verdict = verdict_of(contents, state, options);
  check_attachments(verdict, Layout{folder}, state);
  return verdict;
}

}  // namespace solemn::transcript
