// solemn keys share info, verify, prove, check: what a custodian does alone.
#include "base/error.hpp"
#include "cli/key_verbs.hpp"
#include "cli/keys_shares.hpp"
#include "cli/transcript_verbs.hpp"
#include "sharing/possession.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

namespace {

constexpr std::uint64_t kMaxProofBytes = 8192;

base::Bytes challenge_of(const std::string& text) {
  const base::ByteSpan bytes = base::as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

int run_info(const Arguments& arguments, Ui& ui) {
  const sharing::Share share = one_share(arguments);
  const bool drill = share.drill == sharing::Drill::yes;
  const sharing::PublicKey share_key = sharing::public_key_of(share.value);
  if (drill) ui.line("DRILL: this share is worth nothing");
  ui.line("share " + std::to_string(share.index) + " of " + std::to_string(share.count) + ", any " +
          std::to_string(share.threshold) + " rebuild the key");
  ui.line("set (first half of its id): " + base::to_hex(share.set));
  ui.line("public key of the share: " + share_key.hex());
  ui.hash("commitment to the share, as it was logged", "commitment", share.commitment());
  ui.json().update({{"drill", drill},
                    {"index", share.index},
                    {"shares", share.count},
                    {"threshold", share.threshold},
                    {"set_prefix", base::to_hex(share.set)},
                    {"share_public_key", share_key.hex()}});
  return 0;
}

int run_verify(const Arguments& arguments, Ui& ui) {
  const sharing::SetFile file = sharing::read_set(arguments.path("SET"));
  const sharing::Share share = one_share(arguments);
  ui.json()["index"] = share.index;
  show_set(file, ui);
  return ui.verdict(sharing::verify_share(file, share),
                    "share " + std::to_string(share.index) + " of " + file.set.name);
}

int run_prove(const Arguments& arguments, Ui& ui) {
  const sharing::SetFile file = sharing::read_set(arguments.path("SET"));
  const sharing::Share share = one_share(arguments);
  sharing::Randomness randomness;
  const base::Bytes challenge = challenge_of(arguments.text("--challenge"));
  const std::string json = sharing::write_proof(sharing::make_proof(file.set, share, challenge, randomness));
  ui.json()["index"] = share.index;
  ui.json()["proof"] = Json::parse(json);
  put_result(json, arguments, ui);
  return 0;
}

int run_check(const Arguments& arguments, Ui& ui) {
  const sharing::SetFile file = sharing::read_set(arguments.path("SET"));
  const base::Path path = arguments.path("PROOF");
  const sharing::PossessionProof proof = [&] {
    try {
      return sharing::parse_proof(whole_text(path, kMaxProofBytes));
    } catch (const Error& error) {
      throw error.code() == Code::malformed ? error.with_context(quoted(path) + " is no proof") : error;
    }
  }();
  std::optional<base::Bytes> asked;
  if (const auto text = arguments.maybe("--challenge")) asked = challenge_of(*text);
  ui.json()["index"] = proof.index;
  return ui.verdict(sharing::check_proof(file.set, proof, asked),
                    "share " + std::to_string(proof.index) + " of " + file.set.name + " is held");
}

const Positional kSet{"SET", "the public file of the set: NAME.set.json"};
const Positional kShare{"SHARE", "the share as text (- for stdin); not given: asked for, not shown", Kind::file, true};

}  // namespace

std::vector<Command> keys_share_commands() {
  return {
      {"keys",
       "share",
       "info",
       "what a share says of itself; never its value",
       {kShare},
       {},
       "",
       {{"solemn keys share info shares/treasury.share-1.txt", "which key, which number"}},
       run_info},
      {"keys",
       "share",
       "verify",
       "check one share against the public set",
       {kSet, kShare},
       {},
       "The share times the generator must be what the commitments of the set give at its index: it is then a share of "
       "the private key of that public key, and no other (Feldman).",
       {{"solemn keys share verify shares/treasury.set.json shares/treasury.share-1.txt", "by its custodian"}},
       run_verify},
      {"keys",
       "share",
       "prove",
       "prove that a share is held, without showing it",
       {kSet, kShare},
       {{"--challenge", "TEXT", "what the auditor asks to be signed; new each time", true},
        {"--out", "FILE", "write the proof there (-o)", false, Kind::file}},
       "A BIP-340 signature with the share as its key; the public key follows from the commitments of the set.",
       {{"solemn keys share prove shares/treasury.set.json shares/treasury.share-2.txt --challenge 'audit 7 of 2026' "
         "-o share-proof.json",
         "the answer to an audit"}},
       run_prove},
      {"keys",
       "share",
       "check",
       "check a proof that a share is held",
       {kSet, {"PROOF", "what keys share prove wrote"}},
       {{"--challenge", "TEXT", "what was asked; without it the proof may be an old one (exit 2)"}},
       "",
       {{"solemn keys share check shares/treasury.set.json share-proof.json --challenge 'audit 7 of 2026'",
         "by the auditor"}},
       run_check}};
}

}  // namespace solemn::cli
