// solemn audit: the story of a ceremony, checked from the first file to the last. Cryptography decides; names, logs and
// the record only say who did it, and must agree with it.
#include "audit/audit.hpp"

#include <algorithm>
#include <bit>
#include <optional>

#include "audit/beacons.hpp"
#include "audit/derived.hpp"
#include "audit/logs.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "keys/dates.hpp"
#include "transcript/replay.hpp"
#include "transcript/verify.hpp"

namespace solemn::audit {

namespace {

using base::Outcome;
using base::Verdict;

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

void add(Verdict& verdict, std::string_view rule, const std::vector<std::string>& problems, std::string detail) {
  verdict.add(rule, problems.empty(), problems.empty() ? std::move(detail) : joined(problems));
}

/// The first checks that did not pass, for one line.
std::string what_failed(const FileVerdict& file) {
  for (const base::Check& check : file.verdict.checks()) {
    const bool expected = std::ranges::find(file.expected_failures, check.rule) != file.expected_failures.end();
    if (check.outcome == Outcome::passed || expected) continue;
    return std::string(check.rule) + (check.outcome == Outcome::failed ? " failed" : " not run") +
           (check.detail.empty() ? "" : ": " + check.detail);
  }
  return "no checks";
}

/// Whatever looks like a file of a ceremony can be read.
void check_files_readable(AuditReport& report) {
  std::vector<std::string> problems;
  for (const Unreadable& file : report.found.unreadable) {
    problems.push_back("'" + report.found.name_of(file.path) + "': " + base::printable(file.reason));
  }
  const Survey& found = report.found;
  add(report.verdict, "files-readable", problems,
      std::to_string(found.ptau.size()) + " ptau, " + std::to_string(found.zkey.size()) + " zkey, " +
          std::to_string(found.r1cs.size()) + " r1cs, " + base::counted(found.logs.size(), "log"));
}

std::string steps_text(std::size_t n) { return std::to_string(n) + (n == 1 ? " step" : " steps"); }

/// The rules that a first state cannot pass: nobody has contributed.
const std::vector<std::string> kFirstPtau = {"contributions-exist", "secret-contribution"};
const std::vector<std::string> kFirstZkey = {"contributions-exist", "secret-contribution", "delta-not-gamma",
                                             "delta-not-generator"};

/// Every transition by cryptography: each file in full, and that it extends the one before.
void verify_phase1(AuditReport& report, const Chain& chain, const AuditOptions& options,
                   const setup::Context& context) {
  const std::vector<PtauFile>& all = report.found.ptau;
  std::vector<std::string> problems;
  const auto verify = [&](std::size_t index, const base::Path* previous, std::string what) {
    setup::PtauVerifyOptions verify_options;
    verify_options.previous = previous;
    verify_options.beacon_policy = options.beacon_policy;
    FileVerdict file{
        all[index].path, std::move(what), setup::ptau_verify(all[index].path, verify_options, context), {}};
    if (all[index].info.steps.empty()) file.expected_failures = kFirstPtau;
    if (!file.sound()) problems.push_back("'" + report.found.name_of(file.path) + "': " + what_failed(file));
    report.files.push_back(std::move(file));
  };
  const base::Path* previous = nullptr;
  for (const std::size_t index : chain.states) {
    verify(index, previous, "powers of tau, " + steps_text(all[index].info.steps.size()));
    previous = &all[index].path;
  }
  if (chain.prepared) verify(*chain.prepared, previous, "powers of tau, prepared");
  if (chain.states.empty() && !chain.prepared) {
    report.verdict.not_run("phase1-files", "there are no powers of tau");
    return;
  }
  add(report.verdict, "phase1-files", problems,
      base::counted(report.files.size(), "file") + ", each against the one before");
}

/// One line of files from a fresh accumulator to the last state.
void check_phase1_order(AuditReport& report, const Chain& chain) {
  if (report.found.ptau.empty()) return report.verdict.not_run("phase1-order", "there are no powers of tau");
  std::vector<std::string> problems = chain.objections;
  if (chain.states.empty()) {
    problems.push_back("only a prepared file: the states before it are missing");
  } else if (!chain.begins_at_genesis) {
    problems.push_back("the first file '" + report.found.name_of(report.found.ptau[chain.states.front()].path) +
                       "' is not the beginning of the ceremony");
  }
  add(report.verdict, "phase1-order", problems, "genesis to head, " + base::counted(chain.states.size(), "state"));
}

/// zkey_verify; nullopt where the powers of tau do not serve the circuit, and why.
std::optional<Verdict> verify_key(const base::Path& r1cs, const base::Path& ptau, const base::Path& zkey,
                                  const setup::ZkeyVerifyOptions& options, const setup::Context& context,
                                  std::string& why_not) {
  try {
    return setup::zkey_verify(&r1cs, &ptau, zkey, options, context);
  } catch (const base::Error& error) {
    if (error.code() != base::Code::usage) throw;
    why_not = error.message();
    return std::nullopt;
  }
}

/// The circuit of a key: the r1cs with which the key verifies best. Null when there is none.
const base::Path* circuit_of(const AuditReport& report, const ZkeyFile& key, const base::Path& ptau,
                             const setup::Context& context) {
  if (report.found.r1cs.empty()) return nullptr;
  if (report.found.r1cs.size() == 1) return &report.found.r1cs.front();
  for (const base::Path& r1cs : report.found.r1cs) {
    std::string why_not;
    const auto verdict = verify_key(r1cs, ptau, key.path, {}, context, why_not);
    const base::Check* hash = verdict ? verdict->find("circuit-hash") : nullptr;
    if (hash != nullptr && hash->outcome == Outcome::passed) return &r1cs;
  }
  return &report.found.r1cs.front();
}

void verify_phase2(AuditReport& report, const std::vector<Chain>& chains, const Chain& phase1,
                   const AuditOptions& options, const setup::Context& context) {
  if (chains.empty()) return report.verdict.not_run("phase2-files", "there are no proving keys");
  if (!phase1.prepared || report.found.r1cs.empty()) {
    return report.verdict.not_run(
        "phase2-files", !phase1.prepared ? "the prepared powers of tau are missing" : "the circuit (r1cs) is missing");
  }
  const std::vector<ZkeyFile>& all = report.found.zkey;
  const base::Path& ptau = report.found.ptau[*phase1.prepared].path;
  std::vector<std::string> problems;
  std::vector<base::Path> without_key = report.found.r1cs;
  for (const Chain& chain : chains) {
    const base::Path* r1cs = circuit_of(report, all[chain.states.front()], ptau, context);
    std::erase(without_key, *r1cs);
    const base::Path* previous = nullptr;
    for (const std::size_t index : chain.states) {
      setup::ZkeyVerifyOptions verify_options;
      verify_options.previous = previous;
      verify_options.beacon_policy = options.beacon_policy;
      previous = &all[index].path;
      std::string why_not;
      auto verdict = verify_key(*r1cs, ptau, all[index].path, verify_options, context, why_not);
      if (!verdict) {
        problems.push_back("'" + report.found.name_of(all[index].path) + "': " + why_not);
        continue;
      }
      FileVerdict file{
          all[index].path, "proving key, " + steps_text(all[index].info.steps.size()), std::move(*verdict), {}};
      if (all[index].info.steps.empty()) file.expected_failures = kFirstZkey;
      if (!file.sound()) problems.push_back("'" + report.found.name_of(file.path) + "': " + what_failed(file));
      report.files.push_back(std::move(file));
    }
  }
  for (const base::Path& r1cs : without_key) {
    problems.push_back("'" + report.found.name_of(r1cs) + "': no key of this circuit is here");
  }
  add(report.verdict, "phase2-files", problems,
      base::counted(all.size(), "key") + ", each against circuit, powers of tau and the one before");
}

void check_phase2_order(AuditReport& report, const std::vector<Chain>& chains) {
  if (chains.empty()) return report.verdict.not_run("phase2-order", "there are no proving keys");
  std::vector<std::string> problems;
  for (const Chain& chain : chains) {
    problems.insert(problems.end(), chain.objections.begin(), chain.objections.end());
    if (!chain.begins_at_genesis) {
      problems.push_back("the first key '" + report.found.name_of(report.found.zkey[chain.states.front()].path) +
                         "' is not the initial key of its circuit");
    }
  }
  add(report.verdict, "phase2-order", problems,
      base::counted(chains.size(), "circuit") + ", each from its initial key");
}

const LogFile* log_of(const Survey& found, const format::FileDigests& digests) {
  const auto log =
      std::ranges::find_if(found.logs, [&](const LogFile& l) { return l.log.output.sha256 == digests.sha256; });
  return log == found.logs.end() ? nullptr : &*log;
}

void set_size(Step& step, const PtauFile& file) {
  step.curve = format::curve_name(file.info.header.curve);
  step.power = file.info.header.power;
}
void set_size(Step& step, const ZkeyFile& file) {
  step.curve = format::curve_name(file.info.summary.curve);
  step.power = static_cast<unsigned>(std::countr_zero(file.info.summary.domain_size));
}

format::StepKind kind_of(const Step& step, bool of_ptau) {
  using format::StepKind;
  if (step.number == 0) return of_ptau ? StepKind::ptau_new : StepKind::zkey_new;
  if (step.is_beacon) return of_ptau ? StepKind::ptau_beacon : StepKind::zkey_beacon;
  return of_ptau ? StepKind::ptau_contribution : StepKind::zkey_contribution;
}

/// What the last record of a file says of its step.
template <class File, class HashOf>
Step step_of(const AuditReport& report, const File& file, const std::string& chain, HashOf&& hash_of) {
  Step step;
  step.chain = chain;
  step.number = file.info.steps.size();
  step.file = report.found.name_of(file.path);
  step.sha256 = file.digests.sha256;
  step.log = log_of(report.found, file.digests);
  set_size(step, file);
  constexpr bool kOfPtau = std::is_same_v<File, PtauFile>;
  step.kind = kind_of(step, kOfPtau);
  if (file.info.steps.empty()) return step;
  const auto& last = file.info.steps.back();
  step.claimed_name = last.claimed.name;
  step.is_beacon = last.claimed.type == format::ContributionType::beacon;
  step.beacon_value = last.claimed.beacon;
  step.contribution_hash = hash_of(last);
  step.kind = kind_of(step, kOfPtau);
  return step;
}

void list_steps(AuditReport& report, const Chain& phase1, const std::vector<Chain>& phase2) {
  for (const std::size_t index : phase1.states) {
    report.steps.push_back(
        step_of(report, report.found.ptau[index], "phase 1", [](const auto& last) { return last.response_hash; }));
  }
  for (const Chain& chain : phase2) {
    const std::string name = "phase 2 from " + report.found.name_of(report.found.zkey[chain.states.front()].path);
    for (const std::size_t index : chain.states) {
      report.steps.push_back(
          step_of(report, report.found.zkey[index], name, [](const auto& last) { return last.contribution_hash; }));
    }
  }
}

/// Logs of other tools do not say of what kind of step they are. The file that they name by its hash does.
void name_kinds(AuditReport& report) {
  for (const Step& step : report.steps)
    for (LogFile& log : report.found.logs)
      if (step.log == &log && !log.log.kind) {
        log.log.kind = step.kind;
        log.kind_of_step = true;
      }
}

struct Record {
  base::Path folder;
  transcript::Replay replay;
  std::vector<transcript::Entry> entries;  // with their bodies
};

/// What people have to read themselves: no program can tell what it takes back.
std::string notices(const std::vector<transcript::Entry>& entries) {
  std::string numbers;
  for (const transcript::Entry& entry : entries) {
    if (entry.type != "incident" && entry.type != "revocation") continue;
    numbers += (numbers.empty() ? "" : ", ") + entry.type + " in entry " + std::to_string(entry.sequence);
  }
  return numbers.empty() ? "" : "; read what it says of: " + numbers;
}

/// The record of the ceremony, verified with the root key that the auditor brought.
std::optional<Record> read_record(AuditReport& report, const AuditOptions& options) {
  constexpr std::string_view kRule = "record";
  const auto& folders = report.found.transcripts;
  if (folders.empty()) {
    report.verdict.not_run(kRule, "there is no record (transcript) in the folder");
    return std::nullopt;
  }
  if (folders.size() > 1) {
    report.verdict.fail(kRule, "there are " + std::to_string(folders.size()) + " records; a ceremony has one");
    return std::nullopt;
  }
  transcript::VerifyOptions verify_options;
  verify_options.root_key = options.root_key;
  verify_options.now = options.now;
  Verdict verdict = transcript::verify_folder(folders.front(), verify_options);
  keys::check_rounds(verdict, folders.front());
  report.files.push_back({folders.front(), "record", verdict, {}});
  const bool sound = report.files.back().sound();
  const transcript::Contents contents = transcript::read_contents(folders.front());
  Record record{folders.front(), transcript::replay(contents), {}};
  for (std::size_t i = 0; i < record.replay.entries.size(); ++i) {
    record.entries.push_back(transcript::parse_entry(contents.lines[i]));
  }
  if (verdict.rejected()) {
    report.verdict.fail(kRule, what_failed(report.files.back()));
  } else if (!sound) {
    report.verdict.not_run(kRule, what_failed(report.files.back()));
  } else {
    report.verdict.pass(kRule, base::counted(verdict.checks().size(), "check") + notices(record.entries));
  }
  if (record.replay.genesis) {
    report.label = record.replay.genesis->label;
    report.ceremony = report.label + ", " + record.replay.origin;
  }
  return record;
}

/// Who was registered at any time of the record. Pinned only by the auditor's own root key.
Participants participants_of(AuditReport& report, const std::optional<Record>& record, const AuditOptions& options) {
  Participants participants;
  if (!record || !record->replay.genesis) {
    participants.why_not = "there is no record that lists the participants";
  } else if (!options.root_key) {
    participants.why_not = "no root key was given (--root-key): the list of participants could be anybody's";
  } else if (!(record->replay.genesis->root_key == *options.root_key)) {
    participants.why_not = "the record is of another root key";
  } else if (!record->replay.problems.empty()) {
    participants.why_not = "the record is not sound";
  } else {
    participants.pinned = true;
    participants.all = record->replay.genesis->participants;
    for (const transcript::Entry& entry : record->entries) {
      if (entry.type == "participant-added") participants.all.push_back(transcript::participant_from(entry.body));
      if (entry.type != "contribution") continue;
      for (const auto& attachment : entry.attachments())
        participants.recorded_logs.push_back({attachment.sha256, entry.key});
    }
  }
  if (participants.pinned) {
    report.verdict.pass("participants-pinned",
                        std::to_string(participants.all.size()) + " by the root key " + options.root_key->id_hex());
  } else {
    report.verdict.not_run("participants-pinned", participants.why_not);
  }
  report.participants = participants.all;
  return participants;
}

/// Every contribution log is in the record, put there by the key that signed it while that key was registered: none can
/// be dropped or added later, and a key that was taken back signs nothing more.
void check_record_covers_logs(AuditReport& report, const Participants& participants) {
  constexpr std::string_view kRule = "record-covers-logs";
  if (!participants.pinned) return report.verdict.not_run(kRule, participants.why_not);
  std::vector<std::string> problems;
  std::size_t n_contributions = 0;
  for (const LogFile& log : report.found.logs) {
    const bool contributes =
        log.log.kind == format::StepKind::ptau_contribution || log.log.kind == format::StepKind::zkey_contribution;
    if (!contributes) continue;
    ++n_contributions;
    const auto is_it = [&](const RecordedLog& recorded) { return recorded.sha256 == log.sha256; };
    if (std::ranges::none_of(participants.recorded_logs, is_it)) {
      problems.push_back("'" + report.found.name_of(log.path) + "' is not in the record");
    } else if (log.signed_by && std::ranges::none_of(participants.recorded_logs, [&](const RecordedLog& recorded) {
                 return is_it(recorded) && recorded.key == *log.signed_by;
               })) {
      problems.push_back("'" + report.found.name_of(log.path) +
                         "' was put into the record by another key than the one that signed it");
    }
  }
  for (const RecordedLog& recorded : participants.recorded_logs) {
    if (report.found.partial) break;  // the others may be of files that were not named
    if (std::ranges::none_of(report.found.logs, [&](const LogFile& log) { return log.sha256 == recorded.sha256; })) {
      problems.push_back("the record names a log that is not here: " + base::to_hex(recorded.sha256));
    }
  }
  add(report.verdict, kRule, problems, std::to_string(n_contributions) + " contribution logs");
}

}  // namespace

bool FileVerdict::sound() const {
  return !verdict.checks().empty() && std::ranges::all_of(verdict.checks(), [&](const base::Check& check) {
    return check.outcome == Outcome::passed ||
           std::ranges::find(expected_failures, check.rule) != expected_failures.end();
  });
}

AuditReport audit(Survey found, const AuditOptions& options, const setup::Context& context) {
  AuditReport report;
  report.found = std::move(found);
  const Chain phase1 = order_phase1(report.found);
  const std::vector<Chain> phase2 = order_phase2(report.found);
  list_steps(report, phase1, phase2);
  name_kinds(report);

  check_files_readable(report);
  check_phase1_order(report, phase1);
  verify_phase1(report, phase1, options, context);
  if (!report.found.partial || !phase2.empty()) {  // named files may be those of phase 1
    check_phase2_order(report, phase2);
    verify_phase2(report, phase2, phase1, options, context);
  }
  check_derived_files(report, phase1, phase2);

  const std::optional<Record> record = read_record(report, options);
  const Participants participants = participants_of(report, record, options);
  check_logs_match_files(report);
  check_logs_match_steps(report);
  check_log_signatures(report, participants);
  check_record_covers_logs(report, participants);
  check_contributors(report, participants, options.min_contributors);
  std::optional<RecordView> view;
  if (record) view.emplace(RecordView{record->folder, record->replay, record->entries});
  check_beacons(report, view ? &*view : nullptr, options);
  return report;
}

}  // namespace solemn::audit
