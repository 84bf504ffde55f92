#include "cli/next_steps.hpp"

#include <algorithm>
#include <array>

namespace solemn::cli {

namespace {

using base::Check;
using base::Outcome;

struct Advice {
  Outcome outcome;
  std::string_view rule, text;
};
constexpr Outcome kFailed = Outcome::failed, kNotRun = Outcome::not_run;

// Where one thing is nearly always the reason. The rest is explained in docs/checks.md. {} is the subject.
constexpr std::array kAdvice = {
    Advice{kFailed, "contributions-exist",
           "contribute first (solemn ptau contribute, solemn zkey contribute): until then everybody knows the secret"},
    Advice{kFailed, "extends-previous", "take the file from whoever has the head that was accepted, and go on from it"},
    Advice{kFailed, "files-have-logs", "ask each contributor named for the log of the step, and its signature"},
    Advice{kFailed, "logs-match-files", "fetch the files that these logs name, or ask who wrote the logs"},
    Advice{kFailed, "logs-signed",
           "ask each participant named: solemn key sign KEY LOG.json --format raw --out LOG.json.sig"},
    Advice{kFailed, "log-signatures", "compare the key with its owner, on another channel: solemn key info PUB"},
    Advice{kFailed, "log-participants", "ask root who takes part: solemn transcript show --help"},
    Advice{kFailed, "distinct-contributors", "let more people contribute, each with a registered key of their own"},
    Advice{kFailed, "beacon-unknown-before",
           "announce a round to come and make the beacon again: solemn beacon announce --help"},
    Advice{kFailed, "root-key", "compare root's key id on another channel: this record is somebody else's"},
    Advice{kFailed, "no-fork", "keep both checkpoints, and tell everybody: solemn transcript prove fork --help"},
    Advice{kFailed, "cosignatures", "let a witness sign: solemn transcript cosign {} --sign-key KEY --memory FILE"},
    Advice{kFailed, "extends-checkpoint", "do not use this copy: somebody has seen a later or another state"},
    Advice{kFailed, "signature",
           "another file or another key: compare the key with its owner, on another channel: solemn key info PUB"},
    Advice{kFailed, "threshold", "more of the keys that count must sign it (a bundle: solemn bundle cosign --help)"},
    Advice{kFailed, "signer-list", "give every list, the oldest first: --signers LIST1 --signers LIST2"},
    Advice{kFailed, "revocations-fresh", "ask root for the newest revocation list"},
    Advice{kFailed, "not-revoked", "do not use it; ask who released it for the one that follows"},
    Advice{kNotRun, "record", "put the folder of the record (solemn transcript) beside the logs"},
    Advice{kNotRun, "contributions-exist", "give the proving key as well: --zkey FILE"},
    Advice{
        kNotRun, "participants-pinned",
        "give root's public key, from elsewhere than this folder: --root-key PUB (verify_chain.sh: --root-pubkey PUB)"},
    Advice{kNotRun, "root-key", "give root's public key, from elsewhere than this folder: --root-key PUB"},
    Advice{kNotRun, "checkpoints-signed", "the coordinator signs one: solemn transcript checkpoint {} --sign-key KEY"},
    Advice{kNotRun, "head-checkpointed", "the coordinator signs one: solemn transcript checkpoint {} --sign-key KEY"},
    Advice{kNotRun, "tail-complete", "wait for the append to end, or let the next one remove what was cut short"},
    Advice{kNotRun, "attachments", "fetch the files that the entries name into the record's folder attachments"},
    Advice{kNotRun, "last-challenge", "the file is cut: verify the one that it is from, with the same record"},
    Advice{kNotRun, "phase2-files", "put the circuit (r1cs) and the prepared powers of tau into the folder"},
    Advice{kNotRun, "derived-files",
           "put the file that each was made from, its log, and the circuit beside them; take away what is not needed"},
    Advice{kNotRun, "beacon-announced",
           "end every chain with an announced round (solemn beacon announce --help); if none was agreed: "
           "--without-beacon"},
    Advice{kNotRun, "pinned-keys", "give a public key that you trust, not taken from the bundle: --root-pubkey PUB"},
    Advice{kNotRun, "ceremony-verified", "verify the ceremony's files yourself, then say --accept-unverified-ceremony"},
    Advice{kNotRun, "subject", "name the file that the statement is about: --file FILE"},
    Advice{kNotRun, "proof-challenge", "give the question that was asked: --challenge TEXT"},
};

std::string advice_for(const Check& check, std::string_view subject) {
  const auto* found = std::ranges::find_if(
      kAdvice, [&](const Advice& advice) { return advice.outcome == check.outcome && advice.rule == check.rule; });
  if (found == kAdvice.end()) return "see what '" + std::string(check.rule) + "' means: docs/checks.md";
  std::string text(found->text);
  if (const std::size_t at = text.find("{}"); at != std::string::npos) text.replace(at, 2, subject);
  return text;
}

}  // namespace

std::string next_step(const base::Verdict& verdict, std::string_view subject) {
  if (verdict.accepted()) return {};
  const Outcome wanted = verdict.rejected() ? kFailed : kNotRun;
  const auto& checks = verdict.checks();
  const auto first = std::ranges::find(checks, wanted, &Check::outcome);
  return first == checks.end() ? std::string() : advice_for(*first, subject);  // end: nothing was checked
}

}  // namespace solemn::cli
