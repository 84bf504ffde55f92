#include <algorithm>

#include "sign/base64.hpp"
#include "transcript/malformed.hpp"
#include "transcript/proof.hpp"
#include "transcript/verify.hpp"

namespace solemn::transcript {

namespace {

using base::Code;
using base::Error;
using base::Verdict;

constexpr std::string_view kFormat = "solemn-fork-evidence/1";

struct Evidence {
  std::string genesis_line;
  SignedCheckpoint first, second;      // first is not larger
  std::optional<Hash> root_in_second;  // the root of first.size entries of second's tree, when the sizes differ
  Hashes proof;                        // from (first.size, root_in_second) to second
};

Evidence parse_evidence(std::string_view file) {
  if (file.empty() || file.back() != '\n') malformed("the file does not end in a newline");
  const Json json = parse_canonical(file.substr(0, file.size() - 1));
  object_of(json, "the evidence", {"first", "format", "genesis", "proof", "second"}, {"root_in_second"});
  if (string_of(json["format"], "format") != kFormat) malformed("the format is not " + std::string(kFormat));
  Evidence evidence;
  evidence.genesis_line = string_of(json["genesis"], "genesis");
  evidence.first = parse_checkpoint(string_of(json["first"], "first"));
  evidence.second = parse_checkpoint(string_of(json["second"], "second"));
  if (json.contains("root_in_second")) {
    evidence.root_in_second = hash_from_base64(string_of(json["root_in_second"], "root_in_second"), "root_in_second");
  }
  for (const Json& item : array_of(json["proof"], "proof", kMaxProofHashes)) {
    evidence.proof.push_back(hash_from_base64(string_of(item, "a hash"), "a hash of the proof"));
  }
  return evidence;
}

bool trees_differ(const Evidence& evidence) {
  const Checkpoint &a = evidence.first.checkpoint, &b = evidence.second.checkpoint;
  if (a.size == b.size) return !evidence.root_in_second && evidence.proof.empty() && a.root != b.root;
  return a.size < b.size && evidence.root_in_second && *evidence.root_in_second != a.root &&
         verify_consistency(a.size, *evidence.root_in_second, b.size, b.root, evidence.proof);
}

// The record's smallest checkpoint that is at least as large.
SignedCheckpoint counterpart(const Contents& contents, const Replay& state, const sign::NoteKey& log,
                             std::uint64_t size) {
  std::optional<SignedCheckpoint> found;
  for (const CheckpointFile& file : contents.checkpoints) {
    JudgedCheckpoint judged = judge_checkpoint(file, log);
    if (!judged.signed_by_log()) continue;
    const Checkpoint& own = judged.read->checkpoint;
    if (own.size < size || own.size > state.tree.size() || state.tree.root(own.size) != own.root) continue;
    if (!found || own.size < found->checkpoint.size) found = std::move(judged.read);
  }
  if (found) return *found;
  throw Error(Code::usage, "the record has no checkpoint of " + std::to_string(size) + " or more entries",
              "run it on the other record, with a checkpoint of this one");
}

}  // namespace

std::string make_fork_evidence(const Contents& contents, const Replay& state, const CheckpointFile& other) {
  if (!state.genesis) malformed("the transcript has no good first entry");
  const sign::NoteKey log = log_key(*state.genesis, state.origin);
  const JudgedCheckpoint judged = judge_checkpoint(other, log);
  if (!judged.signed_by_log()) malformed("'" + other.name + "': " + judged.objection);
  const Checkpoint& first = judged.read->checkpoint;
  const SignedCheckpoint second = counterpart(contents, state, log, first.size);
  const Hash root_here = state.tree.root(first.size);
  if (root_here == first.root) {
    throw Error(Code::rejected, "there is no fork: '" + other.name + "' is of the first " + std::to_string(first.size) +
                                    " entries of this record");
  }
  Json proof = Json::array();
  Json evidence{{"first", sign::write_note(judged.read->note)},
                {"format", kFormat},
                {"genesis", contents.lines[0]},
                {"second", sign::write_note(second.note)}};
  if (first.size != second.checkpoint.size) {
    evidence["root_in_second"] = sign::to_base64(root_here);
    if (first.size == 0) malformed("a checkpoint of no entries has another root than that of the empty tree");
    for (const Hash& hash : state.tree.consistency(first.size, second.checkpoint.size)) {
      proof.push_back(sign::to_base64(hash));
    }
  }
  evidence["proof"] = std::move(proof);
  return canonical(evidence) + "\n";
}

Verdict verify_fork_evidence(std::string_view file, const std::optional<sign::PublicKey>& root_key) {
  Verdict verdict;
  Evidence evidence;
  try {
    evidence = parse_evidence(file);
    verdict.pass("evidence-well-formed");
  } catch (const Error& error) {
    verdict.fail("evidence-well-formed", error.message());
    return verdict;
  }
  Contents genesis_only;
  genesis_only.lines.push_back(evidence.genesis_line);
  const Replay genesis = replay(genesis_only);
  if (!genesis.problems.empty() || !genesis.genesis) {
    verdict.fail("genesis", genesis.problems.empty() ? "bad first entry" : genesis.problems[0].detail);
    return verdict;
  }
  verdict.pass("genesis", genesis.genesis->kind + " '" + genesis.genesis->label + "'");
  if (root_key) {
    add_root_key(verdict, *root_key, genesis.genesis->root_key);
  } else {
    verdict.not_run("root-key", "no --root-key given: whoever made this file chose its root key");
  }
  const bool same =
      evidence.first.checkpoint.origin == genesis.origin && evidence.second.checkpoint.origin == genesis.origin;
  verdict.add("same-origin", same, genesis.origin);
  const sign::NoteKey log = log_key(*genesis.genesis, genesis.origin);
  const bool is_signed = sign::verify_note(evidence.first.note, std::span(&log, 1)).good() &&
                         sign::verify_note(evidence.second.note, std::span(&log, 1)).good();
  verdict.add("checkpoints-signed", is_signed,
              is_signed ? "both by the coordinator's key" : "not both by the coordinator");
  verdict.add("trees-differ", trees_differ(evidence),
              std::to_string(evidence.first.checkpoint.size) + " and " +
                  std::to_string(evidence.second.checkpoint.size) + " entries");
  return verdict;
}

}  // namespace solemn::transcript
