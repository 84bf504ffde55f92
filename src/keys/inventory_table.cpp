#include "keys/inventory_table.hpp"

#include <algorithm>

#include "base/time.hpp"

namespace solemn::keys {

using transcript::Json;

namespace {

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : std::string(between)) + text;
  return all;
}

/// In the order of the shares.
std::vector<std::string> locations_of(const CeremonyFacts& facts, std::string_view key) {
  std::map<unsigned, std::string> by_index;
  for (const BagFact& bag : facts.bags) {
    for (const auto& [name, index] : bag.shares) {
      if (name != key) continue;
      std::string place = std::to_string(index) + ": " + bag.location + ", bag " + bag.seal;
      if (!bag.backup.empty()) place += ", backup " + bag.backup;
      if (!bag.wrapped.empty()) place += ", token " + bag.wrapped;
      by_index[index] = std::move(place);
    }
  }
  std::vector<std::string> places;
  for (auto& [index, place] : by_index) places.push_back(std::move(place));
  if (std::ranges::find(facts.revocations, key, &RevocationFact::key) != facts.revocations.end())
    places.push_back("revocation: " + facts.revocations_location + ", bag " + facts.revocations_seal);
  return places;
}

std::string cell(std::string text) {
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    text.insert(0, 1, '\'');
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

constexpr std::array<std::string_view, 10> kColumns = {"Key Type",  "Public Key", "Custodian",   "Backup Location",
                                                       "Status",    "Path",       "Fingerprint", "Created",
                                                       "Rotate by", "Share set"};

std::array<const std::string*, 10> cells_of(const InventoryLine& line) {
  return {&line.key_type, &line.public_key,  &line.custodian, &line.backup_location, &line.status,
          &line.path,     &line.fingerprint, &line.created,   &line.rotate_by,       &line.set_id};
}

}  // namespace

std::vector<InventoryLine> inventory_lines(const Script&, const CeremonyFacts& facts) {
  std::vector<InventoryLine> lines;
  const std::int64_t made = base::parse_utc(facts.latest).value_or(0);
  for (const MadeKey& key : facts.keys) {
    const SetFact* set = facts.set_of(key.name);
    lines.push_back({key.title, key.key.hex(), joined(facts.holders_of(key.name), "; "),
                     joined(locations_of(facts, key.name), "; "), facts.beginning.drill ? "Drill" : "Active",
                     key.path.empty() ? "independent" : key.path, base::to_hex(key.key.fingerprint()),
                     base::utc(made).substr(0, 10), base::utc(made + kRotationDays * 86400).substr(0, 10),
                     set == nullptr ? "" : set->set_id});
  }
  return lines;
}

Json inventory_json(const CeremonyFacts& facts, const std::vector<InventoryLine>& lines) {
  Json json = {{"ceremony", facts.beginning.label},
               {"drill", facts.beginning.drill},
               {"keys", Json::array()},
               {"schema", "solemn.keys.inventory/1"}};
  for (const InventoryLine& line : lines) {
    Json item;
    const auto cells = cells_of(line);
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      std::string name(kColumns[i]);
      for (char& c : name) c = c == ' ' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      item[name] = *cells[i];
    }
    json["keys"].push_back(std::move(item));
  }
  return json;
}

std::string inventory_csv(const std::vector<InventoryLine>& lines) {
  std::string csv;
  for (std::size_t i = 0; i < kColumns.size(); ++i) csv += (i == 0 ? "" : ",") + cell(std::string(kColumns[i]));
  csv += "\r\n";
  for (const InventoryLine& line : lines) {
    const auto cells = cells_of(line);
    for (std::size_t i = 0; i < cells.size(); ++i) csv += (i == 0 ? "" : ",") + cell(*cells[i]);
    csv += "\r\n";
  }
  return csv;
}

paper::InventoryList inventory_paper(const CeremonyFacts& facts, const std::vector<InventoryLine>& lines,
                                     const PlanFacts& plan) {
  paper::InventoryList list;
  list.page = page_of(plan, "Key inventory");
  list.facts = {{"Ceremony", facts.beginning.label, false}, {"As of", facts.latest, false}};
  for (const InventoryLine& line : lines) {
    std::string key = line.public_key;
    if (key.size() > 132) key = key.substr(0, 64) + " ... (whole in inventory.csv)";
    list.keys.push_back({line.key_type, std::move(key), line.custodian, line.backup_location, line.status, line.path,
                         line.fingerprint, line.created, line.rotate_by});
  }
  return list;
}

paper::ContactSheet contact_paper(const Script& script, const People& people, const PlanFacts& plan) {
  paper::ContactSheet sheet;
  sheet.page = page_of(plan, "Emergency contacts");
  for (const char* role : {"coordinator", "facilitator", "security", "legal", "auditor"}) {
    for (const Person* person : people.with_role(role))
      sheet.people.push_back({person->name, role_titles(script, *person), person->contact});
  }
  for (const Person* person : people.with_role("custodian"))
    sheet.people.push_back({person->name, role_titles(script, *person), person->contact});
  sheet.hotlines = {{"Emergency hotline", people.hotline, false}};
  sheet.when = {"A sheet or bag is lost, opened, or was seen by somebody else.",
                "A custodian leaves, or cannot be reached.", "A key may have been used by somebody who should not.",
                "Anybody asks for a share outside of a ceremony."};
  return sheet;
}

}  // namespace solemn::keys
