#include "keys/certificate.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "hash/sha256.hpp"

namespace solemn::keys {

using transcript::array_of;
using transcript::Json;
using transcript::name_of;
using transcript::number_of;
using transcript::object_of;
using transcript::string_of;

namespace {

const Json& member(const Json& object, const char* name) {
  static const Json kNone = Json::array();
  return object.contains(name) ? object[name] : kNone;
}

std::string measured(const Json& result, const char* id) {
  if (!result.contains("measures") || !result["measures"].is_object()) return {};
  const Json& measures = result["measures"];
  return measures.contains(id) ? string_of(measures[id], id) : std::string();
}

BagFact& bag_of(CeremonyFacts& facts, const Person* custodian) {
  const auto found = std::ranges::find(facts.bags, custodian, &BagFact::custodian);
  if (found != facts.bags.end()) return *found;
  facts.bags.push_back({custodian, "", "", "", {}});
  return facts.bags.back();
}

void read_result(CeremonyFacts& facts, const Slot& slot, const Json& result) {
  for (const Json& key : array_of(member(result, "keys"), "keys", 64)) facts.keys.push_back(made_key_from(key));
  for (const Json& set : array_of(member(result, "sets"), "sets", 64)) {
    object_of(set, "a set", {"file_sha256", "key", "set_id"});
    facts.sets.push_back({name_of(set["key"], "key", 64), string_of(set["set_id"], "set_id"),
                          string_of(set["file_sha256"], "file_sha256")});
  }
  if (slot.step->action == "verify-shares" && !slot.deviates) {
    BagFact& bag = bag_of(facts, slot.performer);
    bag.seal = measured(result, "seal");
    bag.location = measured(result, "location");
    for (const Json& share : array_of(member(result, "shares"), "shares", 200)) {
      object_of(share, "a share", {"index", "key"});
      bag.shares.emplace_back(name_of(share["key"], "key", 64),
                              static_cast<unsigned>(number_of(share["index"], "index")));
    }
  }
  if (slot.step->action == "backup" && !slot.deviates)
    bag_of(facts, slot.performer).backup = measured(result, "medium");
  const std::string clock = measured(result, "wall-clock");
  if (!clock.empty()) facts.wall_clocks[slot.step->id] = clock;
}

void read_slot(CeremonyFacts& facts, const Slot& slot, const std::vector<CeremonyEntry>& entries) {
  if (slot.performer == nullptr) return;
  const Json& body = entries.at(slot.entry).entry.body;
  if (slot.done()) ++facts.steps;
  facts.signatures += 1 + slot.witnesses.size() + (slot.approved ? 1 : 0);
  read_result(facts, slot, body["result"]);
  if (!slot.deviates) return;
  const Json& deviation = body["deviation"];
  facts.deviations.push_back({slot.step->id, slot.performer->name, string_of(deviation["what"], "what"),
                              string_of(deviation["text"], "text")});
}

std::string incident_text(const Json& body) {
  return body.contains("text") && body["text"].is_string() ? body["text"].get<std::string>() : std::string("(no text)");
}

}  // namespace

const SetFact* CeremonyFacts::set_of(std::string_view key) const noexcept {
  const auto found = std::ranges::find(sets, key, &SetFact::key);
  return found == sets.end() ? nullptr : &*found;
}

std::vector<std::string> CeremonyFacts::holders_of(std::string_view key) const {
  std::map<unsigned, std::string> by_index;
  for (const BagFact& bag : bags) {
    for (const auto& [name, index] : bag.shares) {
      if (name == key) by_index[index] = bag.custodian->name + " (share " + std::to_string(index) + ")";
    }
  }
  std::vector<std::string> holders;
  for (const auto& [index, text] : by_index) holders.push_back(text);
  return holders;
}

CeremonyFacts facts_of(const Progress& progress, const std::vector<CeremonyEntry>& entries, const Step* assumed) {
  CeremonyFacts facts;
  for (const CeremonyEntry& item : entries) {
    if (item.entry.type == kBegunType) {
      facts.beginning = beginning_from(item.entry.body);
      facts.began = item.entry.time;
    }
    if (item.entry.type == "incident")
      facts.incidents.push_back({item.entry.sequence, item.entry.time, incident_text(item.entry.body)});
    facts.latest = item.entry.time;
  }
  for (const Slot& slot : progress.slots()) read_slot(facts, slot, entries);
  facts.choices = progress.choices();
  facts.rounds = progress.round();
  facts.checklist = progress.checklist(assumed);
  return facts;
}

namespace {

std::string_view mark_word(Progress::Mark mark) {
  return mark == Progress::Mark::done ? "done" : mark == Progress::Mark::deviating ? "with deviations" : "open";
}

Json people_of_certificate(const People& people, const transcript::Registry& registry) {
  Json list = Json::array();
  for (const Person& person : people.all) {
    std::string key_id;
    for (const transcript::Participant* participant : registry.all()) {
      if (participant->name == person.record_name()) key_id = participant->key.id_hex();
    }
    list.push_back({{"key_id", key_id}, {"name", person.name}, {"roles", person.roles}});
  }
  return list;
}

Json keys_of_certificate(const CeremonyFacts& facts) {
  Json list = Json::array();
  for (const MadeKey& key : facts.keys) {
    Json item = made_key_json(key);
    if (const SetFact* set = facts.set_of(key.name)) {
      item["set_id"] = set->set_id;
      item["set_file_sha256"] = set->file_sha256;
    }
    item["holders"] = facts.holders_of(key.name);
    list.push_back(std::move(item));
  }
  return list;
}

}  // namespace

std::string certificate_text(const Script& script, const People& people, const CeremonyFacts& facts,
                             const transcript::Replay& record, std::uint64_t n_entries) {
  Json json = {
      {"schema", "solemn.keys.certificate/1"},
      {"began", facts.began},
      {"ceremony", facts.beginning.label},
      {"drill", facts.beginning.drill},
      {"finished", facts.latest},
      {"keys", keys_of_certificate(facts)},
      {"people", people_of_certificate(people, *record.registry)},
      {"policies", facts.choices},
      {"record",
       {{"entries", n_entries}, {"origin", record.origin}, {"root", base::to_hex(record.tree.root(n_entries))}}},
      {"rounds", facts.rounds},
      {"script_sha256", facts.beginning.script_sha256},
      {"sharing", {{"shares", script.shares}, {"threshold", script.threshold}}},
      {"software", facts.beginning.software},
      {"wall_clocks", facts.wall_clocks}};
  for (const char* list : {"checklist", "deviations", "incidents"}) json[list] = Json::array();
  for (const auto& line : facts.checklist)
    json["checklist"].push_back({{"state", mark_word(line.mark)}, {"text", line.text}});
  for (const DeviationFact& item : facts.deviations)
    json["deviations"].push_back(
        {{"person", item.person}, {"step", item.step}, {"text", item.text}, {"what", item.what}});
  for (const IncidentFact& item : facts.incidents)
    json["incidents"].push_back({{"text", item.text}, {"time", item.time}});
  if (!facts.beginning.continues.empty()) json["continues"] = facts.beginning.continues;
  return transcript::canonical(transcript::parse_json(json.dump()));
}

sign::DsseEnvelope sign_certificate(const std::string& text, const People& people, const Keyring& keyring) {
  const base::ByteSpan bytes = base::as_bytes(text);
  sign::DsseEnvelope envelope{std::string(kCertificateType), {bytes.begin(), bytes.end()}, {}};
  for (const Person& person : people.all) {
    const auto signer = keyring.find(&person);
    if (signer != keyring.end()) sign::sign_dsse(envelope, *signer->second);
  }
  return envelope;
}

void check_certificate(base::Verdict& verdict, const sign::DsseEnvelope& envelope, const std::string& expected,
                       const People& people, const transcript::Registry& registry) {
  verdict.add("certificate-matches",
              envelope.payload_type == kCertificateType && base::as_text(envelope.payload) == expected,
              envelope.payload_type == kCertificateType && base::as_text(envelope.payload) == expected
                  ? "it says exactly what the record says"
                  : "it is not what the record says");
  std::vector<const Person*> signed_by;
  std::string absent;
  for (const Person& person : people.all) {
    bool good = false;
    for (const transcript::Participant* participant : registry.all()) {
      if (participant->name != person.record_name()) continue;
      good = !sign::verify_dsse(envelope, std::span(&participant->key, 1)).empty();
    }
    if (good) signed_by.push_back(&person);
    if (!good) absent += (absent.empty() ? "" : ", ") + person.name;
  }
  const auto count = [&](std::string_view role) {
    return std::ranges::count_if(signed_by, [&](const Person* person) { return person->has_role(role); });
  };
  const bool enough = count("coordinator") == 1 && count("auditor") == 1 && count("witness") >= 2;
  verdict.add("certificate-signatures", enough,
              std::to_string(signed_by.size()) + " of " + std::to_string(people.all.size()) +
                  " signed; coordinator, auditor and two witnesses are needed" +
                  (absent.empty() ? "" : "; not signed by " + absent));
}

}  // namespace solemn::keys
