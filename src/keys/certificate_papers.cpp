// The certificate and the verification report on paper.
#include <set>

#include "base/words.hpp"
#include "hash/sha256.hpp"
#include "keys/certificate.hpp"
#include "keys/json_text.hpp"

namespace solemn::keys {

namespace {

std::string_view mark_word(Progress::Mark mark) {
  if (mark == Progress::Mark::left_out) return "not done: policy";
  return mark == Progress::Mark::done ? "" : mark == Progress::Mark::deviating ? "with deviations, see there" : "open";
}

std::string public_key_text(const MadeKey& key) {
  // An RSA key of 800 digits helps nobody on paper: its fingerprint does.
  const std::string hex = key.key.hex();
  std::string text = hex.size() <= 132 ? hex : base::to_hex(hash::sha256(key.key.bytes)) + "\nSHA-256 of the key";
  if (!key.also.empty()) text += "\n" + key.also;
  return text;
}

std::vector<paper::KeyValue> facts_on_paper(const CeremonyFacts& facts) {
  std::string software = facts.beginning.software;  // ends with the hash, which gets a line of its own
  if (const std::size_t blank = software.rfind(' '); blank != std::string::npos) software[blank] = '\n';
  std::vector<paper::KeyValue> rows = {{"Ceremony", facts.beginning.label, false},
                                       {"Began", facts.began, false},
                                       {"Finished", facts.latest, false},
                                       {"Program", paper::grouped(software), true}};
  for (const auto& [step, clock] : facts.wall_clocks)
    rows.push_back({"Clock on the wall (" + step + ")", clock, false});
  for (const auto& [policy, choice] : facts.choices) rows.push_back({"Policy: " + policy, choice, false});
  if (!facts.revocations.empty())
    rows.push_back({"Signed beforehand",
                    std::to_string(facts.revocations.size()) + " revocations, bag " + facts.revocations_seal + ", " +
                        facts.revocations_location,
                    false});
  if (!facts.beginning.continues.empty()) rows.push_back({"Continues", facts.beginning.continues, true});
  return rows;
}

/// Steps that the policies leave out, for both papers.
std::vector<std::string> left_out_on_paper(const Script& script, const CeremonyFacts& facts) {
  std::vector<std::string> texts;
  for (const LeftOutFact& item : facts.left_out)
    texts.push_back(step_number(script, *script.step(item.step)) + " " + item.step + ": not done: policy " +
                    item.policy + " is " + item.choice);
  return texts;
}

std::string titled(const Device& device) {
  return device.name + (device.model.empty() || device.model == device.name ? "" : ", " + device.model) + "\n" +
         std::string(name(device.medium));
}

paper::Table media_table(const CleanupCertificate& cleanup) {
  paper::Table table{{{"Medium", 1.6},
                      {"Serial number", 1.3, paper::ColumnKind::mono},
                      {"What was done", 2.4},
                      {"What it is worth", 1.8}},
                     {},
                     0};
  for (const DestructionItem& item : cleanup.destroyed)
    table.rows.push_back({titled(item.device), item.device.serial, std::string(name(item.method)) + "\n" + item.note,
                          std::string(name(item.verdict))});
  return table;
}

paper::Table equipment_table(const CleanupCertificate& cleanup) {
  paper::Table table{
      {{"Equipment", 1.6}, {"Serial number", 1.3, paper::ColumnKind::mono}, {"Seal", 1}, {"Went to", 2}}, {}, 0};
  for (const ReturnedItem& item : cleanup.returned)
    table.rows.push_back({item.name, item.serial, item.seal, item.handed_to});
  return table;
}

paper::Table bags_table(const CeremonyFacts& facts) {
  paper::Table table{{{"Custodian", 1.2}, {"Bag", 1}, {"Kept", 1.6}, {"Encrypted backup", 1.6}, {"Token", 1.6}}, {}, 0};
  for (const BagFact& bag : facts.bags)
    table.rows.push_back({bag.custodian->name, bag.seal, bag.location, bag.backup.empty() ? "none" : bag.backup,
                          bag.wrapped.empty() ? "none" : bag.wrapped});
  return table;
}

void add_aftermath(paper::Report& report, const Script& script, const CeremonyFacts& facts) {
  const auto section = [&](std::string heading) -> paper::ReportSection& {
    report.sections.emplace_back();
    report.sections.back().heading = std::move(heading);
    return report.sections.back();
  };
  if (!facts.bags.empty()) section("Bags and backups").table = bags_table(facts);
  if (!facts.revocations.empty()) {
    paper::ReportSection& signed_now = section("Revocations signed beforehand");
    signed_now.text = "In bag " + facts.revocations_seal + ": " + facts.revocations_location + ". Issued " +
                      facts.revocations_issued + ".";
    paper::Table table{{{"Key", 1}, {"SHA-256 of the notice", 3, paper::ColumnKind::mono}}, {}, 0};
    for (const RevocationFact& item : facts.revocations)
      table.rows.push_back({item.key, paper::grouped(item.payload_sha256)});
    signed_now.table = std::move(table);
  }
  if (!facts.cleanup.destroyed.empty()) section("Media that held secrets").table = media_table(facts.cleanup);
  if (!facts.cleanup.returned.empty()) section("Equipment that went back").table = equipment_table(facts.cleanup);
  const std::vector<std::string> left = left_out_on_paper(script, facts);
  if (!left.empty()) {
    paper::ReportSection& none = section("Not done, by policy");
    for (const std::string& item : left) none.text += (none.text.empty() ? "" : "\n") + item;
  }
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
  const std::string destruction = destruction_text(facts);
  if (!destruction.empty()) {
    const base::Hash32 of_media = hash::sha256(base::as_bytes(destruction));
    sheet.digests.push_back({"Certificate of destruction", {of_media.begin(), of_media.end()}});
  }
  sheet.left_out = left_out_on_paper(script, facts);
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
    summary.checks.push_back({line.text, std::string(mark_word(line.mark)),
                              line.mark == Progress::Mark::done || line.mark == Progress::Mark::deviating});
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
  add_aftermath(report, script, facts);
  return report;
}

paper::DestructionCertificate destruction_paper(const Script& script, const People& people, const CeremonyFacts& facts,
                                                const PlanFacts& plan) {
  const CleanupCertificate& cleanup = facts.cleanup;
  paper::DestructionCertificate sheet;
  sheet.page = page_of(plan, "Certificate of destruction");
  sheet.facts = {{"Ceremony", cleanup.ceremony, false},
                 {"As of", cleanup.time, false},
                 {"Searched", base::human_bytes(cleanup.scanned_bytes) + " of memory and files", false},
                 {"Found", std::to_string(cleanup.residues) + " pieces of secrets", false}};
  std::set<WipeVerdict> used;
  for (const DestructionItem& item : cleanup.destroyed) {
    used.insert(item.verdict);
    sheet.items.push_back({titled(item.device), item.device.serial, std::string(name(item.method)) + "\n" + item.note,
                           std::string(name(item.verdict))});
  }
  std::string open;
  for (const std::string& item : cleanup.open_items()) open += (open.empty() ? "" : ", ") + item;
  sheet.facts.push_back({"Still to be destroyed", open.empty() ? "nothing" : open, false});
  for (const WipeVerdict verdict : used)
    sheet.verdicts.push_back({std::string(name(verdict)), std::string(meaning(verdict)), false});
  sheet.returned = equipment_table(cleanup);
  const std::string text = destruction_text(facts);
  const base::Hash32 digest = hash::sha256(base::as_bytes(text));
  sheet.digest.assign(digest.begin(), digest.end());
  for (const Person& person : people.all) sheet.signatures.push_back({person.name, role_titles(script, person)});
  return sheet;
}

}  // namespace solemn::keys
