#include "audit/keys_pages.hpp"

#include "audit/html.hpp"
#include "base/time.hpp"
#include "hash/sha256.hpp"

namespace solemn::audit {

namespace {

constexpr std::string_view kTable = "<div class=\"scroll\"><table><thead><tr>", kTableEnd = "</tbody></table></div>\n";

std::string heads(std::initializer_list<std::string_view> names) {
  std::string html(kTable);
  for (const std::string_view name : names) html += "<th>" + escaped(name) + "</th>";
  return html + "</tr></thead><tbody>\n";
}

/// A long key by the beginning and the whole in groups below.
std::string key_block(const keys::MadeKey& key) {
  const std::string hex = key.key.hex();
  std::string html = hex.size() <= 66 ? hash_block(key.key.bytes) : hash_block(hash::sha256(key.key.bytes));
  if (hex.size() > 66) html = "<span class=\"soft\">SHA-256 of the key:</span>" + html;
  if (!key.also.empty()) html += "<code>" + escaped(key.also) + "</code>";
  return html;
}

/// "a; b" as two lines of a cell.
std::string lines_of(std::string_view joined) {
  std::string html = "<div class=\"lines\">";
  while (!joined.empty()) {
    const std::size_t end = joined.find("; ");
    html += "<span>" + escaped(joined.substr(0, end)) + "</span>";
    joined = end == std::string_view::npos ? std::string_view() : joined.substr(end + 2);
  }
  return html + "</div>";
}

void drill_notice(std::string& html, const keys::CeremonyFacts& facts) {
  if (!facts.beginning.drill) return;
  html +=
      "<div class=\"verdict bad\"><strong>DRILL</strong><span>These keys are worth nothing and must never be "
      "used.</span></div>\n";
}

void write_keys(std::string& html, const keys::CeremonyFacts& facts) {
  html += heads({"Key", "Public key", "Share set", "Held by"});
  for (const keys::MadeKey& key : facts.keys) {
    const keys::SetFact* set = facts.set_of(key.name);
    html += "<tr><td class=\"short\">" + escaped(key.title) + "<br><span class=\"soft\">" +
            escaped(name(key.key.scheme)) + "<br>" + escaped(key.path.empty() ? "independent" : key.path) +
            "</span></td><td class=\"key\">" + key_block(key) + "</td><td class=\"short\"><code>" +
            (set == nullptr ? "" : escaped(set->set_id.substr(0, 16))) + "</code></td><td class=\"short\">";
    for (const std::string& holder : facts.holders_of(key.name)) html += escaped(holder) + "<br>";
    html += "</td></tr>\n";
  }
  html += kTableEnd;
}

void write_people(std::string& html, const keys::CeremonyAudit& audit) {
  html += heads({"Name", "Role", "Bag, place", "Backups"});
  for (const keys::Person& person : audit.people->all) {
    html += "<tr><td class=\"short\">" + escaped(person.name) + " <span class=\"soft\">" + escaped(person.initials) +
            "</span></td><td>" + escaped(keys::role_titles(*audit.script, person)) + "</td><td>";
    std::string backups;
    for (const keys::BagFact& bag : audit.facts.bags) {
      if (bag.custodian != &person) continue;
      html += escaped(bag.seal) + ", " + escaped(bag.location);
      if (!bag.backup.empty()) backups = "encrypted: " + escaped(bag.backup);
      if (!bag.wrapped.empty()) backups += (backups.empty() ? "token: " : "<br>token: ") + escaped(bag.wrapped);
    }
    html += "</td><td>" + backups + "</td></tr>\n";
  }
  html += kTableEnd;
}

void write_steps(std::string& html, const keys::CeremonyAudit& audit) {
  const keys::Phase* phase = nullptr;
  for (const keys::Slot& slot : audit.progress->slots()) {
    if (slot.phase != phase) {
      if (phase != nullptr) html += kTableEnd;
      phase = slot.phase;
      html +=
          "<h3>" + escaped(phase->title) +
          (phase->minutes == 0 ? ""
                               : " <span class=\"soft\">" + std::to_string(phase->minutes) + " min planned</span>") +
          "</h3>\n" + heads({"", "Step", "By, witnessed by", "When"});
    }
    const base::Outcome outcome = slot.done() ? base::Outcome::passed : base::Outcome::not_run;
    html += "<tr><td>" +
            tag(outcome, slot.deviates ? "deviation"
                         : slot.done() ? "done"
                                       : "open") +
            "</td><td>" + escaped(keys::step_number(*audit.script, *slot.step)) + " " + escaped(slot.step->text) +
            "</td><td class=\"short\">";
    if (slot.performer != nullptr) html += escaped(slot.performer->name);
    for (const keys::Person* witness : slot.witnesses)
      html += "<br><span class=\"soft\">" + escaped(witness->name) + "</span>";
    html += "</td><td class=\"time\">" +
            (slot.performer == nullptr ? "" : escaped(audit.entries.at(slot.entry).entry.time)) + "</td></tr>\n";
  }
  if (phase != nullptr) html += kTableEnd;
}

void write_exceptions(std::string& html, const keys::CeremonyFacts& facts) {
  if (facts.deviations.empty() && facts.incidents.empty()) {
    html += "<p class=\"soft\">None.</p>\n";
    return;
  }
  html += heads({"What", "Where", "Text"});
  for (const keys::DeviationFact& item : facts.deviations)
    html += "<tr><td>deviation</td><td>step " + escaped(item.step) + ", " + escaped(item.person) + "</td><td>" +
            escaped(item.what) + "<br>" + escaped(item.text) + "</td></tr>\n";
  for (const keys::IncidentFact& item : facts.incidents)
    html += "<tr><td>incident</td><td>entry " + std::to_string(item.entry) + "<br>" + escaped(item.time) + "</td><td>" +
            escaped(item.text) + "</td></tr>\n";
  html += kTableEnd;
}

void write_checklist(std::string& html, const keys::CeremonyFacts& facts) {
  html += heads({"", "Checklist"});
  for (const auto& line : facts.checklist) {
    const bool open = line.mark == keys::Progress::Mark::open;
    const bool left_out = line.mark == keys::Progress::Mark::left_out;
    html += "<tr><td>" +
            tag(open || left_out ? base::Outcome::not_run : base::Outcome::passed, open       ? "open"
                                                                                   : left_out ? "not done: policy"
                                                                                              : "done") +
            "</td><td>" + escaped(line.text) +
            (line.mark == keys::Progress::Mark::deviating ? " <span class=\"soft\">with deviations</span>" : "") +
            "</td></tr>\n";
  }
  html += kTableEnd;
}

void write_revocations(std::string& html, const keys::CeremonyFacts& facts) {
  if (facts.revocations.empty()) return;
  html += "<h2>Revocations signed beforehand</h2>\n<p class=\"soft\">Bag " + escaped(facts.revocations_seal) + ", " +
          escaped(facts.revocations_location) + "; issued " + escaped(facts.revocations_issued) +
          ". Whoever opens it can end these keys.</p>\n" + heads({"Key", "SHA-256 of the notice"});
  for (const keys::RevocationFact& item : facts.revocations) {
    const auto digest = base::from_hex(item.payload_sha256);
    html += "<tr><td class=\"short\">" + escaped(item.key) + "</td><td class=\"key\">" +
            (digest ? hash_block(*digest) : escaped(item.payload_sha256)) + "</td></tr>\n";
  }
  html += kTableEnd;
}

void write_cleanup(std::string& html, const keys::CleanupCertificate& cleanup) {
  if (cleanup.time.empty()) return;
  html += "<h2>Media and equipment</h2>\n" + heads({"Medium", "What was done", "What it is worth"});
  for (const keys::DestructionItem& item : cleanup.destroyed)
    html += "<tr><td class=\"short\">" + escaped(item.device.name) + "<br><span class=\"soft\">" +
            escaped(name(item.device.medium)) + (item.device.serial.empty() ? "" : ", ") + escaped(item.device.serial) +
            "</span></td><td>" + escaped(name(item.method)) + ": " + escaped(item.note) + "</td><td>" +
            escaped(name(item.verdict)) + "<br><span class=\"soft\">" + escaped(meaning(item.verdict)) +
            "</span></td></tr>\n";
  html += std::string(kTableEnd) + heads({"Equipment", "Seal", "Went to"});
  for (const keys::ReturnedItem& item : cleanup.returned)
    html += "<tr><td class=\"short\">" + escaped(item.name) + "<br><span class=\"soft\">" + escaped(item.serial) +
            "</span></td><td>" + escaped(item.seal) + "</td><td>" + escaped(item.handed_to) + "</td></tr>\n";
  html += kTableEnd;
}

void write_left_out(std::string& html, const keys::CeremonyAudit& audit) {
  if (audit.facts.left_out.empty()) return;
  html += "<h2>Not done, by policy</h2>\n" + heads({"Step", "Policy"});
  for (const keys::LeftOutFact& item : audit.facts.left_out)
    html += "<tr><td>" + escaped(keys::step_number(*audit.script, *audit.script->step(item.step))) + " " +
            escaped(item.step) + "</td><td>" + escaped(item.policy) + ": " + escaped(item.choice) + "</td></tr>\n";
  html += kTableEnd;
}

}  // namespace

std::string inventory_html(const keys::CeremonyFacts& facts, const std::vector<keys::InventoryLine>& lines) {
  std::string html = page_head("Key inventory", "wide") + "<h1>Key inventory</h1>\n<p class=\"soft\">" +
                     escaped(facts.beginning.label) + ", as of " + escaped(facts.latest) + "</p>\n";
  drill_notice(html, facts);
  html += heads({"Key type, path", "Public key", "Custodian", "Backup location", "Status", "Created, rotate by"});
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const keys::InventoryLine& line = lines[i];
    html += "<tr><td class=\"short\">" + escaped(line.key_type) + "<br><span class=\"soft\">" + escaped(line.path) +
            "</span></td><td class=\"key\">" + key_block(facts.keys.at(i)) + "<span class=\"soft\">fingerprint " +
            escaped(line.fingerprint.substr(0, 16)) + "</span></td><td class=\"short\">" + lines_of(line.custodian) +
            "</td><td>" + lines_of(line.backup_location) + "</td><td>" + escaped(line.status) +
            "</td><td class=\"time\">" + escaped(line.created) + "<br>" + escaped(line.rotate_by) + "</td></tr>\n";
  }
  return html + std::string(kTableEnd) + "</main></body></html>\n";
}

std::string ceremony_html(const keys::CeremonyAudit& audit, const std::string& folder, const ReportFacts& facts) {
  std::string html = page_head("Key ceremony audit", "wide") + "<h1>Key ceremony audit</h1>\n<p class=\"soft\">" +
                     escaped(audit.facts.beginning.label) + "<br>" + escaped(audit.origin) + "<br>Folder <code>" +
                     escaped(folder) + "</code>, audited " + base::utc(facts.created_at) + " with " +
                     escaped(facts.tool) + "</p>\n";
  drill_notice(html, audit.facts);
  write_verdict(html, audit.verdict);
  if (audit.progress) {
    html += "<h2>Keys</h2>\n";
    write_keys(html, audit.facts);
    html += "<h2>Checklist</h2>\n";
    write_checklist(html, audit.facts);
    html += "<h2>Deviations and incidents</h2>\n";
    write_exceptions(html, audit.facts);
    write_left_out(html, audit);
    write_revocations(html, audit.facts);
    write_cleanup(html, audit.facts.cleanup);
    html += "<h2>People</h2>\n";
    write_people(html, audit);
    html += "<h2>Steps</h2>\n";
    write_steps(html, audit);
  }
  html += "<h2>Every check</h2>\n";
  write_checks(html, audit.verdict);
  html +=
      "<h2>What this page does not say</h2>\n<p>That the people are who they say, that nobody looked over a shoulder, "
      "or "
      "that no copy of a key was kept: the machine that made the keys knew them. It says that these people signed "
      "these "
      "steps in this order, and that what they signed fits together.</p>\n</main></body></html>\n";
  return html;
}

}  // namespace solemn::audit
