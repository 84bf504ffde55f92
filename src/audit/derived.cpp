#include "audit/derived.hpp"

#include <algorithm>

namespace solemn::audit {

namespace {

struct Findings {
  std::string tied, untied, wrong;

  static void add(std::string& list, const std::string& text) { list += (list.empty() ? "" : "; ") + text; }
};

const FileVerdict* verdict_of(const AuditReport& report, const base::Path& path) {
  const auto found = std::ranges::find(report.files, path, &FileVerdict::path);
  return found == report.files.end() ? nullptr : &*found;
}

/// What its own verification said; true when it passed.
bool is_verified(Findings& findings, const AuditReport& report, const base::Path& path) {
  const FileVerdict* file = verdict_of(report, path);
  if (file != nullptr && file->sound()) return true;
  const std::string name = "'" + report.found.name_of(path) + "'";
  if (file == nullptr) Findings::add(findings.untied, name + " was not checked");
  if (file != nullptr) Findings::add(findings.wrong, name + " is not what would be computed");
  return false;
}

void check_first(Findings& findings, const AuditReport& report, const base::Path& path, std::string_view what) {
  if (is_verified(findings, report, path))
    Findings::add(findings.tied, "'" + report.found.name_of(path) + "' " + std::string(what));
}

bool has_log(const AuditReport& report, const PtauFile& state) {
  if (state.info.steps.empty()) return true;  // nobody has to log the beginning
  return std::ranges::any_of(report.found.logs,
                             [&](const LogFile& log) { return log.log.output.sha256 == state.digests.sha256; });
}

/// A log of a prepared file is of its preparation from that state, and of nothing that counts as a contribution.
void check_logs_of(Findings& findings, const AuditReport& report, const PtauFile& prepared, const PtauFile& state) {
  for (const LogFile& file : report.found.logs) {
    const format::ContributionLog& log = file.log;
    if (log.output.sha256 != prepared.digests.sha256) continue;
    const bool right = (!log.kind || *log.kind == format::StepKind::ptau_prepare) &&
                       (!log.input || log.input->sha256 == state.digests.sha256) &&
                       (log.curve.empty() || log.curve == format::curve_name(prepared.info.header.curve)) &&
                       (!log.power || *log.power == prepared.info.header.power);
    if (!right)
      Findings::add(findings.wrong, "'" + report.found.name_of(file.path) + "' says something else of '" +
                                        report.found.name_of(prepared.path) + "' than that it is '" +
                                        report.found.name_of(state.path) + "' prepared");
  }
}

void check_prepared(Findings& findings, const AuditReport& report, const PtauFile& prepared, const Chain& phase1) {
  const std::string name = "'" + report.found.name_of(prepared.path) + "'";
  if (phase1.states.empty()) return Findings::add(findings.untied, name + " is prepared from a state that is not here");
  const PtauFile& state = report.found.ptau[phase1.states.back()];
  const std::string state_name = "'" + report.found.name_of(state.path) + "'";
  check_logs_of(findings, report, prepared, state);
  if (!is_verified(findings, report, prepared.path)) return;
  if (prepared.info.steps.size() != state.info.steps.size())
    return Findings::add(findings.wrong, name + " is not " + state_name + " prepared");
  if (!has_log(report, state))
    return Findings::add(findings.untied, name + " is " + state_name + " prepared, which has no log");
  Findings::add(findings.tied, name + " is " + state_name + " prepared");
}

}  // namespace

void check_derived_files(AuditReport& report, const Chain& phase1, const std::vector<Chain>& phase2) {
  const Survey& found = report.found;
  Findings findings;
  if (phase1.begins_at_genesis)
    check_first(findings, report, found.ptau[phase1.states.front()].path, "is a fresh accumulator");
  for (std::size_t i = 0; i < found.ptau.size(); ++i) {
    if (!found.ptau[i].info.header.prepared) continue;
    if (phase1.prepared == i) {
      check_prepared(findings, report, found.ptau[i], phase1);
    } else {
      Findings::add(findings.untied, "'" + found.name_of(found.ptau[i].path) + "' was not checked");
    }
  }
  for (const Chain& chain : phase2)
    if (chain.begins_at_genesis)
      check_first(findings, report, found.zkey[chain.states.front()].path, "is the initial key of its circuit");
  constexpr std::string_view kRule = "derived-files";
  if (!findings.wrong.empty()) report.verdict.fail(kRule, findings.wrong);
  if (!findings.untied.empty()) report.verdict.not_run(kRule, findings.untied);
  if (findings.wrong.empty() && findings.untied.empty() && !findings.tied.empty())
    report.verdict.pass(kRule, findings.tied);
}

}  // namespace solemn::audit
