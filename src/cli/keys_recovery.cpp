// solemn keys procedure, recovery: scripts of what is hoped never to be needed, and the report of a recovery.
#include "base/error.hpp"
#include "cli/bundle_verbs.hpp"
#include "cli/key_verbs.hpp"
#include "cli/keys_verbs.hpp"
#include "cli/transcript_verbs.hpp"
#include "keys/recovery.hpp"
#include "keys/script.hpp"

namespace solemn::cli {
namespace {

int run_procedure(const Arguments& arguments, Ui& ui) {
  const std::string& name = arguments.text("NAME");
  if (name != "ceremony" && name != "recovery" && name != "reschedule")
    throw base::Error(base::Code::usage, "there is no procedure '" + name + "'", "ceremony, recovery or reschedule");
  const std::string_view text = name == "ceremony"   ? keys::default_script_text()
                                : name == "recovery" ? keys::recovery_script_text()
                                                     : keys::reschedule_script_text();
  ui.json()["script"] = Json::parse(text);
  put_result(text, arguments, ui);
  return 0;
}

int run_recovery_report(const Arguments& arguments, Ui& ui) {
  const OpenInventory open = open_inventory(arguments);
  const auto report = keys::RecoveryReport::from_json(
      transcript::parse_json(whole_text(arguments.path("REPORT"), transcript::kMaxJsonBytes)));
  const base::Verdict verdict = keys::check_recovery(open.inventory, report);
  if (verdict.accepted() && arguments.maybe("--sign-key"))
    append_to_inventory(keys::kRecoveredType, report.json(), arguments, ui);
  return ui.verdict(verdict, quoted(arguments.path("REPORT")));
}

}  // namespace

std::vector<Command> keys_recovery_commands() {
  return {{"keys",
           "procedure",
           "",
           "the shipped scripts: ceremony, recovery, reschedule",
           {{"NAME", "ceremony, recovery or reschedule", Kind::text}},
           {{"--out", "FILE", "write it there (-o)", false, Kind::file}},
           "JSON, to be read, changed and given to keys plan --script. reschedule is for after a ceremony that failed.",
           {{"solemn keys procedure recovery -o recovery.json", "before it is needed"}},
           run_procedure},
          {"keys",
           "recovery",
           "report",
           "check the report of a recovery, and enter it",
           {kRecordArgument, {"REPORT", "JSON: key, shares used, seals, who did, verified and witnessed it"}},
           std::vector<Option>{{"--sign-key", "KEY", "enter the report into the record, signed", false, Kind::file},
                               kReplaceableRootOption,
                               kTimeOption} +
               signer_options(),
           "Nothing is entered while a check fails. The form: docs/key-life-cycle.md.",
           {},
           run_recovery_report}};
}

}  // namespace solemn::cli
