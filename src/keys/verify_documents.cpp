#include "keys/verify_documents.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "keys/recovery_record.hpp"
#include "keys/statements.hpp"

namespace solemn::keys {

using base::Error;

namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 20;

bool asks_for(const Script& script, std::string_view action) {
  return std::ranges::any_of(script.phases, [&](const Phase& phase) {
    return std::ranges::find(phase.steps, action, &Step::action) != phase.steps.end();
  });
}

const Slot* done_slot(const Progress& progress, std::string_view action) {
  const auto found = std::ranges::find_if(progress.slots(), [&](const Slot& slot) {
    return slot.step->action == action && slot.performer != nullptr && !slot.deviates;
  });
  return found == progress.slots().end() ? nullptr : &*found;
}

/// The ceremony as it was when this step was done.
struct Then {
  Progress progress;
  std::vector<CeremonyEntry> entries;
  Then(const CeremonyAudit& audit, const Slot& slot)
      : progress(*audit.script, *audit.people),
        entries(audit.entries.begin(), audit.entries.begin() + static_cast<std::ptrdiff_t>(slot.entry)) {
    for (const CeremonyEntry& item : entries) (void)progress.take(item.entry, item.leaf, item.signer);
  }
  CeremonyFacts facts(const Step* assumed = nullptr) const { return facts_of(progress, entries, assumed); }
};

sign::DsseEnvelope envelope_in(const base::Path& path) {
  return sign::parse_dsse(base::read_file(path, kMaxFileBytes));
}

void check_certified(CeremonyAudit& audit, const CeremonyFolder& folder, const transcript::Replay& state) {
  base::Verdict& verdict = audit.verdict;
  const auto both = [&](const std::string& why, bool asked) {
    for (const std::string_view rule : {"certificate-matches", "certificate-signatures"})
      asked ? verdict.not_run(rule, why) : verdict.pass(rule, why);
  };
  if (audit.script->keys.empty() && !asks_for(*audit.script, "certificate"))
    return both("the script makes no keys and asks for none", false);
  const Slot* slot = done_slot(*audit.progress, "certificate");
  if (slot == nullptr) return both("no certificate was made", true);
  try {
    const Then then(audit, *slot);
    const std::string expected =
        certificate_text(*audit.script, *audit.people, then.facts(slot->step), state, slot->entry);
    check_certificate(verdict, envelope_in(folder.certificate_envelope()), expected, *audit.people, *state.registry);
  } catch (const Error& error) {
    verdict.fail("certificate-matches", error.message());
    verdict.not_run("certificate-signatures", "the certificate cannot be read");
  }
}

/// A document other than the certificate: `text` computes what it should say.
template <class Text>
void check_signed(CeremonyAudit& audit, const transcript::Replay& state, std::string_view rule, std::string_view action,
                  std::string_view type, const base::Path& path, Text text) {
  if (!asks_for(*audit.script, action)) return audit.verdict.pass(rule, "the script asks for none");
  const Slot* slot = done_slot(*audit.progress, action);
  if (slot == nullptr) return audit.verdict.not_run(rule, "none was made");
  try {
    const auto [expected, detail] = text(Then(audit, *slot));
    const std::string problem = document_problem(envelope_in(path), type, expected, *audit.people, *state.registry);
    audit.verdict.add(rule, problem.empty(), problem.empty() ? detail : problem);
  } catch (const Error& error) { audit.verdict.fail(rule, error.message()); }
}

std::pair<std::string, std::string> destruction_of(const Then& then) {
  const CeremonyFacts facts = then.facts();
  std::string open;
  for (const std::string& item : facts.cleanup.open_items()) open += (open.empty() ? "" : ", ") + item;
  return {destruction_text(facts),
          std::to_string(facts.cleanup.destroyed.size()) + " media, " + std::to_string(facts.cleanup.returned.size()) +
              " pieces of equipment went back" + (open.empty() ? "" : "; STILL TO BE DESTROYED: " + open)};
}

void check_revocations(CeremonyAudit& audit, const transcript::Replay& state) {
  constexpr std::string_view kRule = "revocations";
  const Step* step = nullptr;
  for (const Phase& phase : audit.script->phases) {
    const auto found = std::ranges::find(phase.steps, std::string("revocations"), &Step::action);
    if (found != phase.steps.end()) step = &*found;
  }
  if (step == nullptr) return audit.verdict.pass(kRule, "the script asks for none");
  const CeremonyFacts& facts = audit.facts;
  if (step->when && facts.choices.contains(step->when->policy) && !audit.progress->holds(step->when))
    return audit.verdict.pass(kRule,
                              "not done: policy " + step->when->policy + " is " + facts.choices.at(step->when->policy));
  if (done_slot(*audit.progress, "revocations") == nullptr) return audit.verdict.not_run(kRule, "none were signed");
  std::string problems;
  const auto problem = [&](const std::string& text) { problems += (problems.empty() ? "" : "; ") + text; };
  std::set<std::string> seen;
  for (const RevocationFact& item : facts.revocations) {
    const auto key = std::ranges::find(facts.keys, item.key, &MadeKey::name);
    const SetFact* set = facts.set_of(item.key);
    if (!seen.insert(item.key).second) problem(item.key + " has two");
    if (key == facts.keys.end() || set == nullptr) {
      problem(item.key + " was not made");
      continue;
    }
    const sign::DsseEnvelope expected =
        statement_of(presigned_revocation({key->name, key->key, set->set_id}, state.origin, facts.revocations_issued));
    if (payload_sha256(expected) != item.payload_sha256) problem(item.key + ": the notice says something else");
  }
  for (const MadeKey& key : facts.keys)
    if (!seen.contains(key.name)) problem(key.name + " has none");
  audit.verdict.add(kRule, problems.empty(),
                    problems.empty() ? std::to_string(facts.revocations.size()) +
                                           " notices, one of each key, verified then; in bag " + facts.revocations_seal
                                     : problems);
}

}  // namespace

void check_documents(CeremonyAudit& audit, const CeremonyFolder& folder, const transcript::Replay& state) {
  check_certified(audit, folder, state);
  check_signed(audit, state, "destruction-certificate", "destruction", kCleanupType,
               folder.folder / "destruction.dsse.json", destruction_of);
  check_revocations(audit, state);
  check_signed(audit, state, "recovery-report", "recovery-report", kRecoveryReportType,
               folder.folder / "report.dsse.json", [](const Then& then) {
                 const RecoveryReport report = recovery_report_of(then.progress, then.entries);
                 return std::pair<std::string, std::string>(
                     transcript::canonical(report.json()),
                     report.key + ", " + report.purpose + ", " + std::to_string(report.used.size()) + " shares");
               });
}

}  // namespace solemn::keys
