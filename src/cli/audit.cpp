// solemn audit: everything in a ceremony's folder, offline.
#include "audit/audit.hpp"

#include "audit/keys_pages.hpp"
#include "audit/report.hpp"
#include "base/time.hpp"
#include "cli/build_info.hpp"
#include "cli/command.hpp"
#include "cli/drand.hpp"
#include "cli/script_status.hpp"
#include "cli/ui.hpp"
#include "cli/verbs.hpp"

namespace solemn::cli {
namespace {

audit::AuditOptions options_from(const Arguments& arguments, Ui& ui) {
  audit::AuditOptions options;
  if (const auto key = arguments.maybe("--root-key")) options.root_key = sign::read_public_key(*key);
  if (arguments.maybe("--min-contributors"))
    options.min_contributors = arguments.number("--min-contributors", 1, 100000);
  for (const std::string& file : arguments.list("--chain-info"))
    options.chains.push_back(read_json_file(file, beacon::read_chain_info));
  options.beacon_policy = beacon_policy(arguments, ui);
  options.without_beacon = arguments.flag("--without-beacon");
  options.now = now_option(arguments);
  return options;
}

Json json_of(const base::Verdict& verdict) {
  Json checks = Json::array();
  for (const base::Check& check : verdict.checks()) {
    checks.push_back({{"rule", check.rule}, {"outcome", outcome_text(check.outcome)}, {"detail", check.detail}});
  }
  return checks;
}

void say_files(Ui& ui, const audit::AuditReport& report) {
  Json files = Json::array();
  for (const audit::FileVerdict& file : report.files) {
    const std::string name = report.found.name_of(file.path);
    files.push_back({{"file", name}, {"what", file.what}, {"sound", file.sound()}, {"checks", json_of(file.verdict)}});
    if (ui.verbose()) ui.line((file.sound() ? "sound    " : "UNSOUND  ") + name + "  " + file.what);
  }
  ui.json()["files"] = std::move(files);
  Json steps = Json::array();
  for (const audit::Step& step : report.steps) {
    if (step.number == 0) continue;
    steps.push_back({{"chain", step.chain},
                     {"number", step.number},
                     {"file", step.file},
                     {"claimed_name", base::printable(step.claimed_name)},
                     {"beacon", step.is_beacon},
                     {"contribution_hash", base::to_hex(step.contribution_hash)},
                     {"log", step.log != nullptr},
                     {"log_signature_good", step.log_signature_good}});
  }
  ui.json()["steps"] = std::move(steps);
}

/// What is neither a file of a ceremony nor a log: keys, pictures, a verification key that somebody put there.
void say_others(Ui& ui, const audit::AuditReport& report) {
  constexpr std::size_t kShown = 5;
  Json others = Json::array();
  std::string names;
  for (const base::Path& path : report.found.others) {
    const std::string name = report.found.name_of(path);
    if (others.size() < kShown) names += (names.empty() ? "'" : ", '") + name + "'";
    others.push_back(name);
  }
  if (others.size() > kShown) names += " and " + std::to_string(others.size() - kShown) + " more";
  if (!others.empty()) ui.note("not looked at, as they are no files of a ceremony: " + names);
  ui.json()["not_looked_at"] = std::move(others);
}

std::string tool_text() { return "solemn " + std::string(kVersion) + " (" + std::string(kCommit) + ")"; }

void write_report(const Arguments& arguments, Ui& ui, const audit::AuditReport& report) {
  const auto path = arguments.maybe("--report");
  if (!path) return;
  const std::string html = audit::html_report(report, {tool_text(), base::now_seconds()});
  base::write_file(*path, base::as_bytes(html), ui.context().overwrite);
  ui.json()["report"] = *path;
  ui.note("report: '" + *path + "'");
}

/// The folder of a key ceremony.
int audit_keys(const Arguments& arguments, Ui& ui, const std::string& folder) {
  keys::CeremonyAuditOptions options;
  if (const auto key = arguments.maybe("--root-key")) options.root_key = sign::read_public_key(*key);
  options.accept_drill = arguments.flag("--drill");
  options.now = now_option(arguments);
  const keys::CeremonyAudit audit = keys::audit_ceremony(folder, options);
  ui.json()["kind"] = "key-ceremony";
  ui.json()["drill"] = audit.facts.beginning.drill;
  ui.json()["origin"] = audit.origin;
  ui.json()["keys"] = audit.facts.keys.size();
  if (const auto path = arguments.maybe("--report")) {
    const std::string html =
        audit::ceremony_html(audit, base::Path(folder).filename().string(), {tool_text(), base::now_seconds()});
    base::write_file(*path, base::as_bytes(html), ui.context().overwrite);
    ui.json()["report"] = *path;
    ui.note("report: '" + *path + "'");
  }
  if (audit.facts.beginning.drill) ui.line("DRILL: the keys of this ceremony are worth nothing and must never be used");
  return ui.verdict(audit.verdict, "'" + folder + "'");
}

/// Of bin/verify_chain.sh. What was not run and is not listed is a transcript that is not known to be valid: 2.
int chain_status(const base::Verdict& verdict, Ui& ui) {
  using base::Outcome;
  constexpr ScriptStatus kTable[] = {{"files-readable", Outcome::failed, 2},
                                     {"phase1-order", Outcome::failed, 2},
                                     {"phase1-files", Outcome::failed, 2},
                                     {"phase2-order", Outcome::failed, 2},
                                     {"phase2-files", Outcome::failed, 2},
                                     {"derived-files", Outcome::failed, 2},
                                     {"logs-match-files", Outcome::failed, 2},
                                     {"logs-match-steps", Outcome::failed, 2},
                                     {"logs-in-order", Outcome::failed, 2},
                                     {"beacon-announced", Outcome::failed, 2},
                                     {"beacon-unknown-before", Outcome::failed, 2},
                                     {"beacon-witnessed", Outcome::failed, 2},
                                     {"beacon-waived", Outcome::failed, 2},
                                     {"log-signatures", Outcome::failed, 3},
                                     {"record", Outcome::failed, 3},
                                     {"record-covers-logs", Outcome::failed, 3},
                                     {"log-participants", Outcome::failed, 3},
                                     {"logs-signed", Outcome::failed, 5},
                                     {"files-have-logs", Outcome::failed, 5},
                                     {"participants-pinned", Outcome::not_run, 5},
                                     {"distinct-contributors", Outcome::failed, 4}};
  if (const auto status = script_status(kTable, verdict, ui)) return *status;
  if (verdict.rejected()) return 1;
  return verdict.accepted() ? 0 : 2;
}

int audit_as_asked(const Arguments& arguments, Ui& ui) {
  const auto folder = arguments.maybe("DIR"), root = arguments.maybe("--root");
  if (folder && keys::holds_ceremony(*folder)) return audit_keys(arguments, ui, *folder);
  if (folder.has_value() == root.has_value())
    throw base::Error(base::Code::usage, "an audit needs a folder, or files by --root and --chain", "solemn audit DIR");
  const audit::AuditOptions options = options_from(arguments, ui);
  audit::Survey found;
  if (folder) {
    found = audit::survey(*folder, ui.context());
  } else {
    std::vector<base::Path> files = {*root};
    for (const std::string& file : arguments.list("--chain")) files.emplace_back(file);
    found = audit::survey_files(files, arguments.maybe("--log-dir").value_or(""), ui.context());
  }
  const audit::AuditReport report = audit::audit(std::move(found), options, ui.context());
  say_files(ui, report);
  say_others(ui, report);
  write_report(arguments, ui, report);
  const int status = ui.verdict(report.verdict, "'" + folder.value_or(*root) + "'");
  return arguments.flag("--script-status") ? chain_status(report.verdict, ui) : status;
}

int run_audit(const Arguments& arguments, Ui& ui) {
  return with_script_status(arguments.flag("--script-status"), [&] { return audit_as_asked(arguments, ui); });
}

}  // namespace

std::vector<Command> audit_commands() {
  const Option root_key{"--root-key", "PUB", "the root key that pins the participants; not from the same folder", false,
                        Kind::file};
  const Option min_contributors{"--min-contributors", "N",
                                "distinct signing contributors that every chain needs (default 1)", false,
                                Kind::number};
  const Option chain_info{
      "--chain-info", "FILE",     "a drand chain that this program does not know: its information; may be repeated",
      false,          Kind::file, true};
  const Option report{"--report", "FILE", "also write the audit as one HTML page", false, Kind::file};
  const Option script_status{"--script-status", "",
                             "exit statuses of bin/verify_chain.sh: 2 transcript, 3 signature, 4 threshold, 5 missing"};
  return {
      {"audit",
       "",
       "",
       "check everything in a ceremony's folder, offline",
       {{"DIR", "the folder: files, logs, record, circuit", Kind::file, true}},
       {root_key,
        min_contributors,
        chain_info,
        {"--without-beacon", "", "the participants agreed on no beacon: chains may end without one"},
        report,
        {"--root", "FILE", "instead of DIR: the first file", false, Kind::file},
        {"--chain", "FILE", "with --root: a file after it; may be repeated", false, Kind::file, true},
        {"--log-dir", "DIR", "with --root: where logs and record are", false, Kind::file},
        script_status,
        {"--drill", "", "of a key ceremony: accept a drill, whose keys must never be used"},
        kNowOption,
        kTestBeaconOption},
       "Verifies every file in full and against the one before it, from the first to the last; every log against its "
       "file, its step and the\n"
       "registered key of its participant; the record, the beacons, order, duplicates and roles. What is missing is "
       "failed or not run.\n"
       "Files are recognised by content; the folder of a key ceremony too. Nothing is fetched, and nothing is written "
       "but the report.",
       {},
       run_audit},
  };
}

}  // namespace solemn::cli
