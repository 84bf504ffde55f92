// solemn keys audit-shares: do the custodians still have their shares?
#include "base/error.hpp"
#include "cli/bundle_verbs.hpp"
#include "cli/keys_shares.hpp"
#include "cli/transcript_verbs.hpp"
#include "keys/share_audit.hpp"
#include "transcript/store.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

namespace {

transcript::Json json_file(const base::Path& path) {
  return transcript::parse_json(whole_text(path, transcript::kMaxJsonBytes));
}

int run_audit_challenge(const Arguments& arguments, Ui& ui) {
  const OpenInventory open = open_inventory(arguments);
  const auto challenge = keys::new_challenge(open.inventory, transcript::fresh_nonce() + transcript::fresh_nonce(),
                                             time_text_from(arguments));
  if (challenge.asked.empty()) throw Error(Code::usage, "no key of the inventory has shares to ask for");
  write_out(arguments, transcript::canonical(challenge.json()) + "\n", ui);
  ui.json()["asked"] = challenge.asked.size();
  ui.line("asks for " + std::to_string(challenge.asked.size()) + " shares");
  ui.next("solemn keys audit-shares answer " + shell_word(arguments.path("OUT")) +
          " ANSWER --set NAME.set.json --share SHARE");
  return 0;
}

int run_audit_answer(const Arguments& arguments, Ui& ui) {
  const auto challenge = keys::AuditChallenge::from_json(json_file(arguments.path("CHALLENGE")));
  const sharing::ShareSet set = sharing::read_set(arguments.path("--set")).set;
  sharing::Randomness randomness;
  const keys::AuditAnswer answer =
      keys::answer_challenge(challenge, set, one_share(arguments, "--share"), now_from(arguments), randomness);
  write_out(arguments, transcript::canonical(answer.json()) + "\n", ui);
  ui.line("a proof for share " + std::to_string(answer.index) + " of " + base::printable(set.name) +
          "; it tells nothing about the share");
  return 0;
}

int run_audit_verify(const Arguments& arguments, Ui& ui) {
  const OpenInventory open = open_inventory(arguments);
  keys::AuditReport report{keys::AuditChallenge::from_json(json_file(arguments.path("CHALLENGE"))), {}};
  for (const std::string& path : arguments.list("ANSWER"))
    report.answers.push_back(keys::AuditAnswer::from_json(json_file(path)));
  base::Verdict verdict;
  const keys::JudgedAudit judged = keys::judge_audit(open.inventory, report, now_from(arguments), verdict);
  const auto list = [&](const char* name, const std::vector<keys::AuditChallenge::Asked>& asked) {
    Json items = Json::array();
    for (const auto& one : asked) {
      ui.line(std::string(name) + ": " + base::printable(one.custodian) + ", share " + std::to_string(one.index) +
              " of " + base::printable(one.key));
      items.push_back({{"key", one.key}, {"index", one.index}, {"custodian", base::printable(one.custodian)}});
    }
    ui.json()[name] = std::move(items);
  };
  list("proven", judged.proven);
  list("silent", judged.silent);
  list("wrong", judged.wrong);
  if (arguments.maybe("--sign-key")) append_to_inventory(keys::kAuditType, report.json(), arguments, ui);
  return ui.verdict(verdict, quoted(arguments.path("CHALLENGE")));
}

const Positional kOut{"OUT", "the file to write"};

}  // namespace

std::vector<Command> keys_audit_shares_commands() {
  return {{"keys",
           "audit-shares",
           "challenge",
           "ask all custodians for proofs of possession",
           {kRecordArgument, kOut},
           {kTimeOption},
           "",
           {},
           run_audit_challenge},
          {"keys",
           "audit-shares",
           "answer",
           "prove that a share is here, without showing it",
           {{"CHALLENGE", "of keys audit-shares challenge"}, kOut},
           {{"--set", "FILE", "the public share set, NAME.set.json", true, Kind::file},
            {"--share", "FILE", "the share as text, or -; not given: asked for, not shown", false, Kind::file},
            kTimeOption},
           "",
           {},
           run_audit_answer},
          {"keys",
           "audit-shares",
           "verify",
           "who answered, who did not",
           {kRecordArgument,
            {"CHALLENGE", "of keys audit-shares challenge"},
            {"ANSWER", "the custodians' files", Kind::file, true, true}},
           std::vector<Option>{{"--sign-key", "KEY", "enter the report into the record, signed", false, Kind::file},
                               kReplaceableRootOption,
                               kTimeOption} +
               signer_options(),
           "Status 1 when somebody did not answer; the report can be entered all the same.",
           {},
           run_audit_verify}};
}

}  // namespace solemn::cli
