// The certificate and the verification report on paper.
#include "base/words.hpp"
#include "hash/sha256.hpp"
#include "keys/certificate.hpp"
#include "keys/json_text.hpp"

namespace solemn::keys {

namespace {

std::string_view mark_word(Progress::Mark mark) {
  return mark == Progress::Mark::done ? "" : mark == Progress::Mark::deviating ? "with deviations, see there" : "open";
}

std::string public_key_text(const MadeKey& key) {
  // An RSA key of 800 digits helps nobody on paper: its fingerprint does.
  const std::string hex = key.key.hex();
  std::string text = hex.size() <= 132 ? hex : "SHA-256 of the key: " + base::to_hex(hash::sha256(key.key.bytes));
  if (!key.also.empty()) text += "\n" + key.also;
  return text;
}

std::vector<paper::KeyValue> facts_on_paper(const CeremonyFacts& facts) {
  std::vector<paper::KeyValue> rows = {{"Ceremony", facts.beginning.label, false},
                                       {"Began", facts.began, false},
                                       {"Finished", facts.latest, false},
                                       {"Program", facts.beginning.software, true}};
  for (const auto& [step, clock] : facts.wall_clocks)
    rows.push_back({"Clock on the wall (" + step + ")", clock, false});
  for (const auto& [policy, choice] : facts.choices) rows.push_back({"Policy: " + policy, choice, false});
  if (!facts.beginning.continues.empty()) rows.push_back({"Continues", facts.beginning.continues, true});
  return rows;
}

std::vector<std::string> exceptions_on_paper(const CeremonyFacts& facts) {
  std::vector<std::string> texts;
  for (const DeviationFact& item : facts.deviations)
    texts.push_back("Deviation in step " + item.step + " (" + item.person + "): " + item.what + ". " + item.text);
  for (const IncidentFact& item : facts.incidents) texts.push_back("Incident, " + item.time + ": " + item.text);
  if (facts.rounds > 1)
    texts.push_back("The keys were made " + std::to_string(facts.rounds) +
                    " times: what was made before an interruption was thrown away.");
  return texts;
}

base::Bytes bytes_of_hex(const std::string& hex) { return base::from_hex(hex).value_or(base::Bytes()); }

paper::ReportSection checks_of_step(const Script& script, const Slot& slot, const transcript::Json& checks) {
  paper::ReportSection section;
  section.heading =
      step_number(script, *slot.step) + "  " + slot.step->id + (slot.person == nullptr ? "" : ", " + slot.person->name);
  paper::Table table;
  table.columns = {{"Check", 1.1, paper::ColumnKind::mono}, {"Outcome", 0.6}, {"What was seen", 3}};
  for (const transcript::Json& check : checks)
    table.rows.push_back(
        {text_or_empty(check, "rule"), text_or_empty(check, "outcome"), text_or_empty(check, "detail")});
  section.table = std::move(table);
  return section;
}

}  // namespace

paper::Certificate certificate_paper(const Script& script, const People& people, const CeremonyFacts& facts,
                                     const std::string& text, const PlanFacts& plan) {
  paper::Certificate sheet;
  sheet.page = page_of(plan, "Certificate");
  sheet.statement = facts.beginning.drill
                        ? "This was a drill. The keys below are worth nothing and must never be used."
                        : "Those who sign were present. The keys below were made, shared and verified before their "
                          "eyes, as the record says.";
  sheet.facts = facts_on_paper(facts);
  for (const MadeKey& key : facts.keys) {
    const SetFact* set = facts.set_of(key.name);
    sheet.keys.push_back({key.title, std::string(name(key.key.scheme)), public_key_text(key),
                          "any " + std::to_string(script.threshold) + " of " + std::to_string(script.shares) +
                              (set == nullptr ? "" : "\nset " + set->set_id.substr(0, 16))});
  }
  const base::Hash32 digest = hash::sha256(base::as_bytes(text));
  sheet.digests = {{"Certificate (SHA-256 of certificate.json)", {digest.begin(), digest.end()}},
                   {"Script", bytes_of_hex(facts.beginning.script_sha256)}};
  sheet.exceptions = exceptions_on_paper(facts);
  for (const Person& person : people.all) sheet.signatures.push_back({person.name, role_titles(script, person)});
  return sheet;
}

paper::Report verification_paper(const Script& script, const Progress& progress, const CeremonyFacts& facts,
                                 const std::vector<CeremonyEntry>& entries, const PlanFacts& plan) {
  paper::Report report;
  report.page = page_of(plan, "Verification report");
  report.title = "Verification report";
  report.below = facts.beginning.label;
  paper::ReportSection summary;
  summary.heading = "Checklist";
  for (const auto& line : facts.checklist)
    summary.checks.push_back({line.text, std::string(mark_word(line.mark)), line.mark != Progress::Mark::open});
  report.sections.push_back(std::move(summary));
  for (const Slot& slot : progress.slots()) {
    if (slot.performer == nullptr) continue;
    const transcript::Json& result = entries.at(slot.entry).entry.body["result"];
    if (result.is_object() && result.contains("checks"))
      report.sections.push_back(checks_of_step(script, slot, result["checks"]));
  }
  paper::ReportSection exceptions;
  exceptions.heading = "Deviations and incidents";
  const std::vector<std::string> texts = exceptions_on_paper(facts);
  exceptions.text = texts.empty() ? "None." : "";
  for (const std::string& item : texts) exceptions.text += (exceptions.text.empty() ? "" : "\n") + item;
  report.sections.push_back(std::move(exceptions));
  return report;
}

}  // namespace solemn::keys
