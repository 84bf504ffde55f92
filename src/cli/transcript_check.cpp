// solemn transcript: the verbs that read a record, and files that left one.
#include "base/error.hpp"
#include "cli/transcript_verbs.hpp"
#include "cli/verbs.hpp"
#include "keys/dates.hpp"
#include "transcript/proof.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;

constexpr std::uint64_t kMaxProofFileBytes = std::uint64_t{2} << 20;

int run_verify(const Arguments& arguments, Ui& ui) {
  transcript::VerifyOptions options;
  options.root_key = public_key_option(arguments, "--root-key");
  options.witnesses = witness_options(arguments);
  options.witness_threshold = threshold_option(arguments);
  options.now = now_option(arguments);
  for (const std::string& file : arguments.list("--checkpoint")) {
    options.earlier.push_back({"'" + file + "'", whole_text(file, transcript::kMaxNoteBytes)});
  }
  const base::Path folder = arguments.path("DIR");
  base::Verdict verdict = transcript::verify_folder(folder, options);
  keys::check_rounds(verdict, folder);
  return ui.verdict(verdict, quoted(folder));
}

Json participant_for_json(const transcript::Participant& participant) {
  return {{"name", participant.name},
          {"role", transcript::name(participant.role)},
          {"algorithm", sign::name(participant.key.algorithm())},
          {"key", participant.key.id_hex()}};
}

void show_entry(const transcript::Entry& entry, std::uint64_t number, const transcript::Replay& state, Json& list,
                Ui& ui) {
  const auto* signer = state.registry ? state.registry->find(entry.key) : nullptr;
  const std::string who = signer != nullptr ? signer->name : base::to_hex(entry.key).substr(0, 16) + "...";
  const std::string body = transcript::canonical(entry.body);
  ui.line(std::to_string(number) + "  " + entry.time + "  " + entry.type + "  " + base::printable(who));
  if (number != 0) ui.line("    " + base::printable(body.substr(0, 160)) + (body.size() > 160 ? "..." : ""));
  list.push_back({{"sequence", number},
                  {"time", entry.time},
                  {"type", entry.type},
                  {"known_type", transcript::is_known_type(entry.type)},
                  {"signer", who},
                  {"key", base::to_hex(entry.key)},
                  {"leaf_hash", base::to_hex(state.tree.leaf(number))},
                  {"body", Json::parse(body)}});
}

void show_head(const transcript::Replay& state, Ui& ui) {
  if (!state.genesis) return;
  ui.json()["kind"] = state.genesis->kind;
  ui.json()["label"] = state.genesis->label;
  ui.json()["created"] = state.genesis->created;
  ui.json()["origin"] = state.origin;
  ui.json()["root_key"] = state.genesis->root_key.id_hex();
  const std::string log = transcript::log_key(*state.genesis, state.origin).vkey();
  ui.json()["log_key"] = log;
  ui.line(state.genesis->kind + " '" + base::printable(state.genesis->label) + "', begun " + state.genesis->created);
  ui.line("origin: " + state.origin);
  ui.line("log key: " + log);
  Json people = Json::array();
  for (const auto* participant : state.registry->all()) {
    people.push_back(participant_for_json(*participant));
    ui.line("  " + std::string(transcript::name(participant->role)) + "  " + base::printable(participant->name) + "  " +
            std::string(sign::name(participant->key.algorithm())) + "  " + participant->key.id_hex());
  }
  ui.json()["participants"] = std::move(people);
  Json witnesses = Json::array();
  for (const auto& key : transcript::witness_keys(state.registry->with_role(transcript::Role::witness))) {
    witnesses.push_back(key.vkey());
    ui.line("witness key: " + key.vkey());
  }
  ui.json()["witness_keys"] = std::move(witnesses);
  ui.json()["witness_threshold"] = state.genesis->witness_threshold;
}

int run_show(const Arguments& arguments, Ui& ui) {
  const base::Path folder = arguments.path("DIR");
  const transcript::Contents contents = transcript::read_contents(folder);
  const transcript::Replay state = transcript::replay(contents, transcript::Signatures::skip);
  if (arguments.maybe("--entry") && arguments.number("--entry", 0, 1 << 20) >= state.entries.size()) {
    throw Error(Code::usage, "there is no entry " + arguments.text("--entry"),
                "entries are 0 to " + std::to_string(state.entries.size() - 1));
  }
  show_head(state, ui);
  Json entries = Json::array();
  for (std::uint64_t i = 0; i < state.entries.size(); ++i) {
    if (arguments.maybe("--entry") && i != arguments.number("--entry", 0, 1 << 20)) continue;
    show_entry(transcript::parse_entry(contents.lines[i]), i, state, entries, ui);
  }
  ui.json()["size"] = contents.lines.size();
  ui.json()["root"] = base::to_hex(state.tree.root());
  ui.json()["entries"] = std::move(entries);
  if (!state.problems.empty()) { ui.warning(std::string(state.problems[0].rule) + ": " + state.problems[0].detail); }
  ui.note("show reads, it does not verify: solemn transcript verify " + shell_word(folder));
  return 0;
}

int write_proof(const std::string& text, const Arguments& arguments, Ui& ui, const std::string& next) {
  const base::Path out = arguments.path("OUT");
  base::write_file(out, base::as_bytes(text), ui.global().force ? base::Overwrite::yes : base::Overwrite::no);
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out));
  ui.next(next);
  return 0;
}

int run_prove_inclusion(const Arguments& arguments, Ui& ui) {
  const auto contents = transcript::read_contents(arguments.path("DIR"));
  const std::string text =
      transcript::make_receipt(contents, transcript::replay(contents), arguments.number("ENTRY", 0, 1 << 20));
  return write_proof(text, arguments, ui,
                     "solemn transcript check receipt " + shell_word(arguments.text("OUT")) + " --root-key PUB");
}

int run_prove_consistency(const Arguments& arguments, Ui& ui) {
  const auto contents = transcript::read_contents(arguments.path("DIR"));
  const std::string text =
      transcript::make_consistency(contents, transcript::replay(contents), arguments.number("SIZE", 1, 1 << 20));
  return write_proof(
      text, arguments, ui,
      "solemn transcript check consistency CHECKPOINT " + shell_word(arguments.text("OUT")) + " --log-key VKEY");
}

int run_prove_fork(const Arguments& arguments, Ui& ui) {
  const auto contents = transcript::read_contents(arguments.path("DIR"));
  const base::Path other = arguments.path("CHECKPOINT");
  const std::string text = transcript::make_fork_evidence(
      contents, transcript::replay(contents), {other.string(), whole_text(other, transcript::kMaxNoteBytes)});
  return write_proof(text, arguments, ui,
                     "solemn transcript check fork " + shell_word(arguments.text("OUT")) + " --root-key PUB");
}

int run_check_receipt(const Arguments& arguments, Ui& ui) {
  transcript::ReceiptOptions options;
  options.root_key = public_key_option(arguments, "--root-key");
  options.signer = public_key_option(arguments, "--signer");
  options.witnesses = witness_options(arguments);
  options.witness_threshold = threshold_option(arguments);
  const base::Path file = arguments.path("FILE");
  const transcript::JudgedReceipt judged = transcript::verify_receipt(whole_text(file, kMaxProofFileBytes), options);
  if (judged.entry && judged.verdict.accepted()) {
    const transcript::Entry& entry = *judged.entry;
    ui.json()["entry"] = Json::parse(entry.line());
    ui.line("entry " + std::to_string(entry.sequence) + "  " + entry.time + "  " + entry.type);
    ui.line("    " + base::printable(transcript::canonical(entry.body)));
  }
  return ui.verdict(judged.verdict, quoted(file));
}

int run_check_consistency(const Arguments& arguments, Ui& ui) {
  const base::Path old = arguments.path("CHECKPOINT"), file = arguments.path("FILE");
  const auto log = arguments.maybe("--log-key");
  return ui.verdict(transcript::verify_consistency_file({old.string(), whole_text(old, transcript::kMaxNoteBytes)},
                                                        whole_text(file, kMaxProofFileBytes),
                                                        log ? std::optional(note_key_from(*log)) : std::nullopt),
                    quoted(file));
}

int run_check_fork(const Arguments& arguments, Ui& ui) {
  const base::Path file = arguments.path("FILE");
  const base::Verdict verdict = transcript::verify_fork_evidence(whole_text(file, kMaxProofFileBytes),
                                                                 public_key_option(arguments, "--root-key"));
  const int status = ui.verdict(verdict, quoted(file));
  if (status == 0) ui.line("the fork is proven: the coordinator signed two histories");
  return status;
}

const Positional kDir{"DIR", "the folder of the record"}, kOut{"OUT", "the file to write"};

std::vector<Command> proving_commands() {
  return {
      {"transcript",
       "prove",
       "inclusion",
       "a receipt for one entry",
       {kDir, {"ENTRY", "its number", Kind::number}, kOut},
       {},
       "A C2SP tlog-proof, version 1. It is verified without the record.",
       {{"solemn transcript prove inclusion record 1 carol.tlog-proof", "for Carol to keep"}},
       run_prove_inclusion},
      {"transcript",
       "prove",
       "consistency",
       "the newest checkpoint extends an older one",
       {kDir, {"SIZE", "size of the older checkpoint", Kind::number}, kOut},
       {},
       "The form that C2SP tlog-witness sends to witnesses.",
       {{"solemn transcript prove consistency record 3 grown.proof", "for whoever has the checkpoint of 3 entries"}},
       run_prove_consistency},
      {"transcript",
       "prove",
       "fork",
       "evidence of two histories",
       {kDir, {"CHECKPOINT", "a signed checkpoint that was seen elsewhere"}, kOut},
       {},
       "Exit status 1 when there is no fork.",
       {},
       run_prove_fork},
  };
}

std::vector<Command> file_checking_commands() {
  return {
      {"transcript",
       "check",
       "receipt",
       "verify a receipt without the record",
       {{"FILE", "what prove inclusion wrote"}},
       {kRootKeyOption,
        kWitnessOption,
        kWitnessThresholdOption,
        {"--signer", "PUB", "the public key of the entry's signer, when it was registered later", false, Kind::file}},
       "",
       {{"solemn transcript check receipt carol.tlog-proof --root-key root.pem", "offline"}},
       run_check_receipt},
      {"transcript",
       "check",
       "consistency",
       "verify that one checkpoint extends another",
       {{"CHECKPOINT", "the older one"}, {"FILE", "what prove consistency wrote"}},
       {{"--log-key", "VKEY", "the log key that solemn transcript show prints, or a file with it", false, Kind::file}},
       "Without --log-key the signatures are not run, and the exit status is 2.",
       {},
       run_check_consistency},
      {"transcript",
       "check",
       "fork",
       "verify evidence of a fork",
       {{"FILE", "what prove fork wrote"}},
       {kRootKeyOption},
       "Exit status 0: the fork is proven.",
       {},
       run_check_fork},
  };
}

}  // namespace

std::vector<Command> transcript_checking_commands() {
  std::vector<Command> all = {
      {"transcript",
       "show",
       "",
       "what the record says, unverified",
       {kDir},
       {{"--entry", "N", "this entry only", false, Kind::number}},
       "",
       {{"solemn transcript show record", "who, when, what"}},
       run_show},
      {"transcript",
       "verify",
       "",
       "verify a whole record",
       {kDir},
       {kRootKeyOption,
        kWitnessOption,
        kWitnessThresholdOption,
        {"--checkpoint", "FILE", "seen before: the record must extend it; several times", false, Kind::file, true},
        kNowOption},
       "Every check is listed as ok, FAILED or not run. Without --root-key nothing says whose record it is: exit "
       "status 2.",
       {{"solemn transcript verify record --root-key root.pem --checkpoint cosigned.txt", "offline"}},
       run_verify},
  };
  for (auto part : {proving_commands(), file_checking_commands()}) {
    for (Command& command : part) all.push_back(std::move(command));
  }
  return all;
}

}  // namespace solemn::cli
