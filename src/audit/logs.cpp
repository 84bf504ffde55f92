#include "audit/logs.hpp"

#include <algorithm>
#include <set>

#include "base/counted.hpp"
#include "base/time.hpp"

namespace solemn::audit {

namespace {

using format::StepKind;
using transcript::Role;

/// "a; b; and 3 more"
std::string list_of(const std::vector<std::string>& problems) {
  constexpr std::size_t kShown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(problems.size(), kShown); ++i) text += (i == 0 ? "" : "; ") + problems[i];
  if (problems.size() > kShown) text += "; and " + std::to_string(problems.size() - kShown) + " more";
  return text;
}

void add(base::Verdict& verdict, std::string_view rule, const std::vector<std::string>& problems, std::string detail) {
  verdict.add(rule, problems.empty(), problems.empty() ? std::move(detail) : list_of(problems));
}

struct FileRef {
  std::string name;
  const format::FileDigests* digests;
};
std::vector<FileRef> hashed_files(const Survey& found) {
  std::vector<FileRef> files;
  for (const PtauFile& file : found.ptau) files.push_back({found.name_of(file.path), &file.digests});
  for (const ZkeyFile& file : found.zkey) files.push_back({found.name_of(file.path), &file.digests});
  return files;
}

bool same_content(const format::FileDigests& claimed, const format::FileDigests& actual) {
  return claimed.sha256 == actual.sha256 && (!claimed.blake2b || claimed.blake2b == actual.blake2b);
}

const FileRef* find_file(const std::vector<FileRef>& files, const base::Hash32& sha256) {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const FileRef& f) { return f.digests->sha256 == sha256; });
  return found == files.end() ? nullptr : &*found;
}

Role role_for(StepKind kind) {
  const bool contributes = kind == StepKind::ptau_contribution || kind == StepKind::zkey_contribution;
  return contributes ? Role::contributor : Role::coordinator;
}

std::string log_name(const AuditReport& report, const LogFile& log) {
  return "'" + report.found.name_of(log.path) + "'";
}

bool is_signed_by(const LogFile& log, const transcript::Participant& participant) {
  return log.signature && sign::verify(participant.key, log.bytes, *log.signature);
}

/// Who is registered under the log's name; when that was several, one after the other, the one whose signature it is.
const transcript::Participant* participant_of(const Participants& participants, const LogFile& log) {
  const transcript::Participant* found = nullptr;
  for (const transcript::Participant& participant : participants.all) {
    if (participant.name != log.log.participant) continue;
    if (found == nullptr || is_signed_by(log, participant)) found = &participant;
  }
  return found;
}

/// What the step's own file and record say, against its log.
void compare_step(std::vector<std::string>& problems, const AuditReport& report, const Step& step) {
  const format::ContributionLog& log = step.log->log;
  const std::string name = log_name(report, *step.log);
  if (log.kind && *log.kind != step.kind) {
    problems.push_back(name + " is of another kind of step than '" + step.file + "'");
  }
  if (!log.curve.empty() && log.curve != step.curve) {
    problems.push_back(name + " names another curve than that of '" + step.file + "', " + step.curve);
  }
  if (log.power && *log.power != step.power) {
    problems.push_back(name + " names another power than that of '" + step.file + "', " + std::to_string(step.power));
  }
  if (step.number == 0) return;                                                 // a new ceremony has no step yet
  const bool by_file_alone = step.log->kind_of_step && !log.contribution_hash;  // its hash covers the step's
  if (!by_file_alone && log.contribution_hash != step.contribution_hash) {
    problems.push_back(name + " has another contribution hash than '" + step.file + "'");
  }
  if (!step.claimed_name.empty() && !step.is_beacon && step.claimed_name != log.participant) {
    problems.push_back(name + " is of '" + base::printable(log.participant) + "', and the file names '" +
                       base::printable(step.claimed_name) + "'");
  }
}

}  // namespace

void check_logs_match_files(AuditReport& report) {
  const std::vector<FileRef> files = hashed_files(report.found);
  std::vector<std::string> problems, missing;
  std::map<const format::FileDigests*, std::size_t> n_logs;
  for (const LogFile& log : report.found.logs) {
    const FileRef* output = find_file(files, log.log.output.sha256);
    if (output == nullptr || !same_content(log.log.output, *output->digests)) {
      problems.push_back(log_name(report, log) + " is of a file that is not here ('" +
                         base::printable(log.log.output.name) + "')");
      continue;
    }
    if (++n_logs[output->digests] == 2) problems.push_back("'" + output->name + "' has more than one log");
    if (!log.log.input) continue;
    const FileRef* input = find_file(files, log.log.input->sha256);
    if (input == nullptr || !same_content(*log.log.input, *input->digests)) {
      problems.push_back("the input of " + log_name(report, log) + " is not here");
    }
  }
  // What nobody chose (a new ceremony, an initial key, a prepared file) is computed again instead: derived-files.
  std::size_t n_steps = 0;
  for (const Step& step : report.steps) {
    if (step.number == 0) continue;
    ++n_steps;
    if (step.log == nullptr) missing.push_back("'" + step.file + "' has no log");
  }
  add(report.verdict, "logs-match-files", problems, base::counted(report.found.logs.size(), "log"));
  add(report.verdict, "files-have-logs", missing, base::counted(n_steps, "step"));
}

void check_logs_match_steps(AuditReport& report) {
  std::vector<std::string> differing, disordered;
  std::size_t n_unlinked = 0;
  const Step* before = nullptr;
  for (const Step& step : report.steps) {
    const Step* previous = before != nullptr && before->chain == step.chain ? before : nullptr;
    before = &step;
    if (step.log == nullptr) continue;
    compare_step(differing, report, step);
    if (previous == nullptr) continue;
    const format::ContributionLog& now = step.log->log;
    if (!now.input || now.input->sha256 != previous->sha256) {
      disordered.push_back(log_name(report, *step.log) + " does not go on from '" + previous->file + "'");
    }
    if (previous->log == nullptr) continue;
    const format::ContributionLog& then = previous->log->log;
    if (!now.previous_log_sha256) ++n_unlinked;
    if (now.previous_log_sha256 && *now.previous_log_sha256 != previous->log->sha256) {
      disordered.push_back(log_name(report, *step.log) + " names another log before it than " +
                           log_name(report, *previous->log));
    }
    if (now.timestamp < then.timestamp) {
      disordered.push_back(log_name(report, *step.log) + " is older than the log before it");
    }
  }
  add(report.verdict, "logs-match-steps", differing, "hash, kind and name of every step");
  add(report.verdict, "logs-in-order", disordered,
      "each goes on from the one before" +
          (n_unlinked == 0
               ? std::string()
               : "; by its input alone, without the hash of that one's log: " + std::to_string(n_unlinked)));
}

void check_log_signatures(AuditReport& report, const Participants& participants) {
  std::vector<std::string> unsigned_logs, bad, strangers;
  for (LogFile& log : report.found.logs) {
    const std::string name = log_name(report, log);
    if (!log.signature || log.signature->empty()) unsigned_logs.push_back(name);
    const transcript::Participant* known = participant_of(participants, log);
    if (known == nullptr) {
      strangers.push_back("'" + base::printable(log.log.participant) + "' is not registered");
      continue;
    }
    if (log.log.kind && known->role != role_for(*log.log.kind)) {
      strangers.push_back("'" + known->name + "' is " + std::string(transcript::name(known->role)) + " and signed a " +
                          std::string(format::name(*log.log.kind)));
    }
    if (!log.signature || log.signature->empty()) continue;
    const bool good = is_signed_by(log, *known);
    if (good) log.signed_by = known->key.id();
    if (!good) bad.push_back(name + " is not signed by the key of '" + known->name + "'");
    if (good && log.log.key_id && *log.log.key_id != known->key.id()) {
      bad.push_back(name + " names another key than the one that signed it");
    }
    for (Step& step : report.steps) {
      if (step.log == &log) step.log_signature_good = good;
    }
  }
  add(report.verdict, "logs-signed", unsigned_logs, base::counted(report.found.logs.size(), "signature"));
  if (participants.all.empty()) {
    report.verdict.not_run("log-signatures", participants.why_not);
    report.verdict.not_run("log-participants", participants.why_not);
    return;
  }
  add(report.verdict, "log-signatures", bad, "each by the key registered for its participant");
  add(report.verdict, "log-participants", strangers, std::to_string(participants.all.size()) + " registered");
}

void check_contributors(AuditReport& report, const Participants& participants, std::size_t min_contributors) {
  if (participants.all.empty()) return report.verdict.not_run("distinct-contributors", participants.why_not);
  std::map<std::string, std::set<std::string>> by_chain;
  std::vector<std::string> problems;
  std::size_t fewest = 0;
  for (const Step& step : report.steps) {
    std::set<std::string>& names = by_chain[step.chain];
    if (step.number == 0 || step.is_beacon) continue;
    if (step.log == nullptr || !step.log_signature_good) continue;
    names.insert(step.log->log.participant);  // distinct names have distinct keys: the record sees to it
  }
  for (const auto& [chain, names] : by_chain) {
    fewest = fewest == 0 ? names.size() : std::min(fewest, names.size());
    if (names.size() < min_contributors) {
      problems.push_back(chain + " has " + base::counted(names.size(), "contributor") + " with a good signature, not " +
                         std::to_string(min_contributors));
    }
  }
  add(report.verdict, "distinct-contributors", problems,
      "at least " + std::to_string(fewest) + " in every chain, each with a key of its own");
}

}  // namespace solemn::audit
