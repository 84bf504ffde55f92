#include "transcript/proof.hpp"

#include <algorithm>

#include "sign/base64.hpp"
#include "transcript/malformed.hpp"
#include "transcript/text_lines.hpp"
#include "transcript/verify.hpp"

namespace solemn::transcript {

namespace {

using base::Code;
using base::Error;
using base::Verdict;

constexpr std::string_view kReceiptLine = "c2sp.org/tlog-proof@v1";
constexpr std::size_t kMaxProofFileBytes = std::size_t{2} << 20;

// The checkpoints of the folder that are the coordinator's and of these entries, smallest first.
std::vector<SignedCheckpoint> good_checkpoints(const Contents& contents, const Replay& state) {
  std::vector<SignedCheckpoint> good;
  const sign::NoteKey log = log_key(*state.genesis, state.origin);
  for (const CheckpointFile& file : contents.checkpoints) {
    JudgedCheckpoint judged = judge_checkpoint(file, log);
    if (!judged.signed_by_log()) continue;
    const Checkpoint& checkpoint = judged.read->checkpoint;
    if (checkpoint.size <= state.tree.size() && state.tree.root(checkpoint.size) == checkpoint.root) {
      good.push_back(std::move(*judged.read));
    }
  }
  std::stable_sort(good.begin(), good.end(), [](const auto& a, const auto& b) {
    return a.checkpoint.size != b.checkpoint.size ? a.checkpoint.size < b.checkpoint.size
                                                  : a.note.signatures.size() < b.note.signatures.size();
  });
  return good;
}

void require_readable(const Replay& state) {
  if (state.genesis) return;
  throw Error(Code::malformed, "the transcript has no good first entry", "see: solemn transcript verify");
}

SignedCheckpoint newest(const Contents& contents, const Replay& state) {
  require_readable(state);
  const auto good = good_checkpoints(contents, state);
  if (good.empty()) {
    throw Error(Code::refused, "there is no checkpoint", "the coordinator makes one: solemn transcript checkpoint");
  }
  return good.back();
}

void require_proof_size(std::string_view file) {
  if (file.size() > kMaxProofFileBytes) malformed("the file is longer than 2 MiB");
}

// Lines of hashes up to the empty line.
Hashes take_hashes(std::string_view& text) {
  Hashes hashes;
  while (true) {
    const std::string_view line = take_line(text, "a line of the proof");
    if (line.empty()) return hashes;
    if (hashes.size() == kMaxProofHashes) malformed("the proof has more than 64 hashes");
    hashes.push_back(hash_from_base64(line, "a line of the proof"));
  }
}

std::string_view after(std::string_view line, std::string_view word) {
  if (!line.starts_with(word)) malformed("the line '" + std::string(word) + "...' is missing");
  return line.substr(word.size());
}

struct Receipt {
  std::string entry_line, genesis_line;
  std::uint64_t index = 0;
  Hashes proof;
  SignedCheckpoint checkpoint;
};

Receipt parse_receipt(std::string_view text) {
  require_proof_size(text);
  if (take_line(text, "the first line") != kReceiptLine) malformed("not a tlog-proof of version 1");
  Receipt receipt;
  const auto extra = sign::from_base64(after(take_line(text, "the extra line"), "extra "));
  if (!extra) malformed("extra is not base64");
  const Json json = parse_canonical(base::as_text(*extra));
  object_of(json, "extra", {"entry", "genesis"});
  receipt.entry_line = string_of(json["entry"], "entry");
  receipt.genesis_line = string_of(json["genesis"], "genesis");
  receipt.index = decimal_of(after(take_line(text, "the index line"), "index "), "the index");
  receipt.proof = take_hashes(text);
  receipt.checkpoint = parse_checkpoint(text);
  return receipt;
}

// The first entry alone, with the rules that it obeys.
Replay replay_genesis(const std::string& line) {
  Contents contents;
  contents.lines.push_back(line);
  return replay(contents);
}

bool check_genesis(Verdict& verdict, const Replay& genesis, const std::string& origin,
                   const std::optional<sign::PublicKey>& root_key) {
  if (!genesis.problems.empty() || !genesis.genesis) {
    verdict.fail("genesis", genesis.problems.empty() ? "bad first entry" : genesis.problems[0].detail);
    return false;
  }
  // The origin is the hash of the first entry: another one cannot be put under it.
  verdict.add("genesis", genesis.origin == origin,
              genesis.origin == origin ? genesis.genesis->kind + " '" + genesis.genesis->label + "'"
                                       : "the first entry is not the one that the origin names");
  if (root_key) {
    add_root_key(verdict, *root_key, genesis.genesis->root_key);
  } else {
    verdict.not_run("root-key", "no --root-key given: whoever made this file chose its root key");
  }
  return genesis.origin == origin;
}

void check_entry_signature(Verdict& verdict, const Entry& entry, const Replay& genesis, const ReceiptOptions& options) {
  const Participant* signer = genesis.registry->find(entry.key);
  if (signer == nullptr && !options.signer) {
    verdict.not_run("entry-signature",
                    "the first entry does not name the key " + base::to_hex(entry.key) + ": give it with --signer");
    return;
  }
  const sign::PublicKey& key = options.signer ? *options.signer : signer->key;
  verdict.add("entry-signature", verify_entry(entry, key),
              signer != nullptr ? "by '" + signer->name + "'" : "by the key given with --signer");
}

}  // namespace

std::string make_receipt(const Contents& contents, const Replay& state, std::uint64_t index) {
  if (index >= contents.lines.size()) {
    throw Error(Code::usage, "there is no entry " + std::to_string(index),
                "entries are 0 to " + std::to_string(contents.lines.size() - 1));
  }
  const SignedCheckpoint head = newest(contents, state);
  if (index >= head.checkpoint.size) {
    throw Error(Code::refused, "no checkpoint covers entry " + std::to_string(index) + " yet",
                "the coordinator makes one: solemn transcript checkpoint");
  }
  const Json extra{{"entry", contents.lines[index]}, {"genesis", contents.lines[0]}};
  return std::string(kReceiptLine) + "\nextra " + sign::to_base64(base::as_bytes(canonical(extra))) + "\nindex " +
         std::to_string(index) + "\n" + hash_lines(state.tree.inclusion(index, head.checkpoint.size)) + "\n" +
         sign::write_note(head.note);
}

JudgedReceipt verify_receipt(std::string_view file, const ReceiptOptions& options) {
  JudgedReceipt judged;
  Verdict& verdict = judged.verdict;
  Receipt receipt;
  try {
    receipt = parse_receipt(file);
    judged.entry = parse_entry(receipt.entry_line);
    const bool same = judged.entry->sequence == receipt.index;
    verdict.add("receipt-well-formed", same,
                same ? "" : "the entry says that it is entry " + std::to_string(judged.entry->sequence));
  } catch (const Error& error) {
    verdict.fail("receipt-well-formed", error.message());
    return judged;
  }
  const Checkpoint& checkpoint = receipt.checkpoint.checkpoint;
  verdict.add("inclusion",
              verify_inclusion(leaf_hash_of_line(receipt.entry_line), receipt.index, checkpoint.size, receipt.proof,
                               checkpoint.root),
              "entry " + std::to_string(receipt.index) + " of " + std::to_string(checkpoint.size));
  const Replay genesis = replay_genesis(receipt.genesis_line);
  if (!check_genesis(verdict, genesis, checkpoint.origin, options.root_key)) {
    for (const auto rule : {"checkpoints-signed", "entry-signature", "cosignatures"}) {
      verdict.not_run(rule, "the first entry is bad");
    }
    return judged;
  }
  const sign::NoteKey log = log_key(*genesis.genesis, genesis.origin);
  const bool is_signed = sign::verify_note(receipt.checkpoint.note, std::span(&log, 1)).good();
  verdict.add("checkpoints-signed", is_signed,
              is_signed ? "" : "the checkpoint is not signed by the coordinator's key");
  check_entry_signature(verdict, *judged.entry, genesis, options);
  const std::uint64_t threshold = options.witness_threshold.value_or(
      options.witnesses.empty() ? genesis.genesis->witness_threshold : options.witnesses.size());
  if (threshold == 0 && options.witnesses.empty()) return judged;
  const auto witnesses =
      options.witnesses.empty() ? witness_keys(genesis.registry->with_role(Role::witness)) : options.witnesses;
  check_cosignatures(verdict, receipt.checkpoint.note, witnesses, threshold);
  return judged;
}

std::string make_consistency(const Contents& contents, const Replay& state, std::uint64_t old_size) {
  const SignedCheckpoint head = newest(contents, state);
  if (old_size == 0 || old_size > head.checkpoint.size) {
    throw Error(Code::usage, "there is no consistency proof from size " + std::to_string(old_size),
                "sizes are 1 to " + std::to_string(head.checkpoint.size));
  }
  return "old " + std::to_string(old_size) + "\n" + hash_lines(state.tree.consistency(old_size, head.checkpoint.size)) +
         "\n" + sign::write_note(head.note);
}

Verdict verify_consistency_file(const CheckpointFile& old_checkpoint, std::string_view proof,
                                const std::optional<sign::NoteKey>& log) {
  Verdict verdict;
  SignedCheckpoint old, now;
  Hashes hashes;
  std::uint64_t old_size = 0;
  try {
    require_proof_size(proof);
    old = parse_checkpoint(old_checkpoint.text);
    std::string_view text = proof;
    old_size = decimal_of(after(take_line(text, "the first line"), "old "), "the old size");
    hashes = take_hashes(text);
    now = parse_checkpoint(text);
    verdict.pass("proof-well-formed");
  } catch (const Error& error) {
    verdict.fail("proof-well-formed", error.message());
    return verdict;
  }
  const Checkpoint &a = old.checkpoint, &b = now.checkpoint;
  verdict.add("same-origin", a.origin == b.origin, b.origin);
  if (log) {
    const bool good = sign::verify_note(old.note, std::span(&*log, 1)).good() &&
                      sign::verify_note(now.note, std::span(&*log, 1)).good() && log->name() == b.origin;
    verdict.add("checkpoints-signed", good, good ? "both by the log's key" : "not both by the log's key");
  } else {
    verdict.not_run("checkpoints-signed", "no --log-key given");
  }
  verdict.add("consistency", old_size == a.size && verify_consistency(a.size, a.root, b.size, b.root, hashes),
              "from " + std::to_string(a.size) + " to " + std::to_string(b.size) + " entries");
  return verdict;
}

}  // namespace solemn::transcript
