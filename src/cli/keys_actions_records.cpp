// Inventory, clean-up, the search for residue, the certificate.
#include <algorithm>
#include <filesystem>

#include "audit/keys_pages.hpp"
#include "base/error.hpp"
#include "cli/keys_conductor.hpp"
#include "cli/transcript_verbs.hpp"
#include "hash/sha256.hpp"
#include "keys/cleanup.hpp"
#include "keys/inventory.hpp"
#include "keys/inventory_table.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

namespace {

keys::CeremonyFacts facts_now(const Stage& stage, const keys::Step* assumed = nullptr) {
  return keys::facts_of(stage.record.progress(), stage.record.entries(), assumed);
}

std::string_view type_of(const keys::MadeKey& key) {
  if (key.type == "maintainer") return "Maintainer";
  if (key.type == "nostr") return "Nostr";
  return key.type == "anchor" ? std::string_view("Anchor") : std::string_view(key.title);
}

/// The entry with which the life of a key begins (docs/key-life-cycle.md).
RecordJson registration(const Stage& stage, const keys::CeremonyFacts& facts, const keys::MadeKey& key) {
  std::vector<keys::Holding> holdings;
  for (const keys::BagFact& bag : facts.bags) {
    for (const auto& [name, index] : bag.shares) {
      if (name == key.name) holdings.push_back({index, bag.custodian->name, bag.location, bag.seal, false});
    }
  }
  const sharing::SetFile file = sharing::read_set(stage.options.folder.sets() / (key.name + ".set.json"));
  RecordJson body = {{"id", key.name},
                     {"public_key", key.key.hex()},
                     {"scheme", name(key.key.scheme)},
                     {"shares", keys::shares_json(file.set, holdings)},
                     {"state", "active"},
                     {"type", type_of(key)}};
  if (facts.beginning.drill) body["drill"] = true;
  if (!key.path.empty()) body["path"] = key.path;
  return body;
}

/// Keys and custodians enter the inventory; what an interrupted run has entered already stays.
void register_all(Stage& stage, const keys::CeremonyFacts& facts) {
  base::Verdict ignored;
  const keys::Inventory before = keys::inventory_of(stage.record.contents(), ignored);
  for (const keys::MadeKey& key : facts.keys) {
    if (before.find(key.name) == nullptr)
      stage.append(keys::kRegisteredType, registration(stage, facts, key), stage.coordinator());
  }
  for (const keys::Person* custodian : stage.people.with_role("custodian")) {
    if (before.custodian(custodian->name) != nullptr) continue;
    stage.append(keys::kRosterType, {{"event", "joined"}, {"name", custodian->name}, {"role", "custodian"}},
                 stage.coordinator());
  }
}

ActionResult write_inventory(Stage& stage, const keys::Slot&) {
  ActionResult done;
  const keys::CeremonyFacts facts = facts_now(stage);
  register_all(stage, facts);
  const keys::PlanFacts plan = stage.facts();
  const auto lines = keys::inventory_lines(stage.script, facts);
  write_in_bundle(stage, done, "inventory.json", base::as_bytes(keys::inventory_json(facts, lines).dump(2) + "\n"));
  write_in_bundle(stage, done, "inventory.csv", base::as_bytes(keys::inventory_csv(lines)));
  write_in_bundle(stage, done, "inventory.html", base::as_bytes(audit::inventory_html(facts, lines)));
  write_in_bundle(stage, done, "inventory.pdf",
                  paper::inventory_pdf(keys::inventory_paper(facts, lines, plan)).expose());
  const base::Path contacts = stage.options.private_folder / "contacts.pdf";
  base::write_file(contacts, paper::contact_sheet_pdf(keys::contact_paper(stage.script, stage.people, plan)).expose(),
                   base::Overwrite::yes);
  stage.screen.line();
  stage.screen.paragraph("The emergency contacts are in '" + contacts.string() +
                         "': for the participants, not for publication.");
  return done;
}

ActionResult remove_papers(Stage& stage, const keys::Slot&) {
  ActionResult done;
  std::size_t n_files = 0;
  std::string verdict = std::string(name(keys::WipeVerdict::volatile_gone_with_power));
  if (std::filesystem::is_directory(stage.options.papers)) {
    for (const auto& item : std::filesystem::recursive_directory_iterator(stage.options.papers)) {
      if (!item.is_regular_file()) continue;
      verdict = name(keys::wipe_file(item.path()).verdict);
      ++n_files;
    }
    std::filesystem::remove_all(stage.options.papers);
  }
  done.result["removed"] = n_files;
  done.result["verdict"] = verdict;
  stage.screen.paragraph(std::to_string(n_files) +
                         " files were overwritten and removed. What that is worth where they lay: " + verdict + ".");
  stage.screen.paragraph(
      "A printer keeps what it printed: switch it off, and treat its memory as a medium that held secrets.");
  return done;
}

void add_report(ActionResult& done, Screen& screen, const std::string& where, const keys::ScanReport& report) {
  screen.paragraph(where + ": " + base::human_bytes(report.bytes) + " searched, " +
                   std::to_string(report.found.size()) + " pieces of secrets found");
  RecordJson item = {{"bytes", report.bytes}, {"found", report.found.size()}, {"where", where}};
  for (const keys::Residue& residue : report.found) {
    screen.strong(residue.name + " (" + residue.form + ") in " + base::printable(residue.where), 4);
    done.good = false;
  }
  if (!report.not_looked.empty()) item["not_looked"] = report.not_looked.size();
  done.result["searched"].push_back(std::move(item));
}

ActionResult search_residue(Stage& stage, const keys::Slot& slot) {
  const base::Path file = stage.options.private_folder / "fingerprints.json";
  const keys::Fingerprints prints = keys::Fingerprints::from_json(whole_text(file, 4 << 20));
  ActionResult done;
  add_report(done, stage.screen, "memory of this program", keys::scan_own_memory(prints));
  std::vector<base::Path> places = {stage.options.folder.folder, stage.options.private_folder};
  for (const base::Path& place :
       {std::filesystem::temp_directory_path(), base::Path("/dev/shm"), stage.options.papers}) {
    if (std::filesystem::exists(place)) places.push_back(place);
  }
  add_report(done, stage.screen, "files of the ceremony, temporary folders", keys::scan_paths(prints, places));
  if (!done.good) {
    stage.incident("residue of secrets was found", slot.step->id);
    stage.screen.paragraph("Remove what was found, and search again. What is in memory goes with the power.");
    return done;
  }
  (void)keys::wipe_file(file);
  return done;
}

ActionResult certify(Stage& stage, const keys::Slot& slot) {
  ActionResult done;
  const keys::CeremonyFacts facts = facts_now(stage, slot.step);
  const std::uint64_t n_entries = stage.record.tree().size();
  const std::string text = keys::certificate_text(stage.script, stage.people, facts, stage.record.replay(), n_entries);
  const keys::PlanFacts plan = stage.facts();
  write_in_bundle(stage, done, "certificate.json", base::as_bytes(text));
  const sign::DsseEnvelope envelope = keys::sign_certificate(text, stage.people, stage.keyring);
  write_in_bundle(stage, done, "certificate.dsse.json", base::as_bytes(sign::write_dsse(envelope)));
  write_in_bundle(
      stage, done, "certificate.pdf",
      paper::certificate_pdf(keys::certificate_paper(stage.script, stage.people, facts, text, plan)).expose());
  write_in_bundle(stage, done, "verification.pdf",
                  paper::report_pdf(keys::verification_paper(stage.script, stage.record.progress(), facts,
                                                             stage.record.entries(), plan))
                      .expose());
  done.result["certificate_entries"] = n_entries;
  stage.screen.line();
  stage.screen.line("  " + std::to_string(envelope.signatures.size()) + " people signed, each with the own key.");
  read_aloud(stage.screen, "The certificate (SHA-256)", hash::sha256(base::as_bytes(text)));
  return done;
}

}  // namespace

Action record_action(std::string_view name) {
  if (name == "inventory") return write_inventory;
  if (name == "clean-up") return remove_papers;
  if (name == "residue") return search_residue;
  return name == "certificate" ? certify : nullptr;
}

}  // namespace solemn::cli
