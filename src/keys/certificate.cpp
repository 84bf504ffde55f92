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
  facts.bags.push_back({custodian, "", "", "", "", {}});
  return facts.bags.back();
}

void read_revocations(CeremonyFacts& facts, const Json& result) {
  for (const Json& item : array_of(member(result, "revocations"), "revocations", 64)) {
    object_of(item, "a revocation", {"key", "payload_sha256"});
    facts.revocations.push_back({name_of(item["key"], "key", 64), string_of(item["payload_sha256"], "payload_sha256")});
  }
  facts.revocations_issued = result.contains("issued") ? string_of(result["issued"], "issued") : std::string();
  facts.revocations_seal = measured(result, "seal");
  facts.revocations_location = measured(result, "location");
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

/// Of the steps "residue", "media" and "equipment".
void read_cleanup(CeremonyFacts& facts, const Slot& slot, const transcript::Entry& entry) {
  const std::string& action = slot.step->action;
  if (slot.deviates || (action != "residue" && action != "media" && action != "equipment")) return;
  const Json& result = entry.body["result"];
  CleanupCertificate& cleanup = facts.cleanup;
  for (const Json& item : array_of(member(result, "searched"), "searched", 20)) {
    object_of(item, "a search", {"bytes", "found", "where"}, {"not_looked"});
    cleanup.scanned_bytes += number_of(item["bytes"], "bytes");
    cleanup.residues += number_of(item["found"], "found");
  }
  for (const Json& item : array_of(member(result, "media"), "media", 200))
    cleanup.destroyed.push_back(destruction_item_from(item));
  for (const Json& item : array_of(member(result, "equipment"), "equipment", 200))
    cleanup.returned.push_back(returned_item_from(item));
  add_once(cleanup.performed_by, slot.performer->name);
  for (const Person* witness : slot.witnesses) add_once(cleanup.witnesses, witness->name);
  if (action == "residue") return;
  cleanup.ceremony = facts.beginning.label;
  cleanup.time = entry.time;
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
  if (slot.step->action == "hsm-backup" && !slot.deviates)
    bag_of(facts, slot.performer).wrapped = measured(result, "token");
  if (slot.step->action == "revocations" && !slot.deviates) read_revocations(facts, result);
  const std::string clock = measured(result, "wall-clock");
  if (!clock.empty()) facts.wall_clocks[slot.step->id] = clock;
}

void read_slot(CeremonyFacts& facts, const Slot& slot, const std::vector<CeremonyEntry>& entries) {
  if (slot.performer == nullptr) return;
  const Json& body = entries.at(slot.entry).entry.body;
  if (slot.done()) ++facts.steps;
  facts.signatures += 1 + slot.witnesses.size() + (slot.approved ? 1 : 0);
  read_result(facts, slot, body["result"]);
  read_cleanup(facts, slot, entries.at(slot.entry).entry);
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
  for (const Step* step : progress.left_out())
    facts.left_out.push_back({step->id, step->when->policy, facts.choices.at(step->when->policy)});
  facts.rounds = progress.round();
  facts.checklist = progress.checklist(assumed);
  return facts;
}

namespace {

std::string_view mark_word(Progress::Mark mark) {
  if (mark == Progress::Mark::left_out) return "not done: policy";
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

Json custodians_of_certificate(const CeremonyFacts& facts) {
  Json list = Json::array();
  for (const BagFact& bag : facts.bags) {
    Json item = {{"location", bag.location}, {"name", bag.custodian->name}, {"seal", bag.seal}};
    if (!bag.backup.empty()) item["backup"] = bag.backup;
    if (!bag.wrapped.empty()) item["hsm_backup"] = bag.wrapped;
    list.push_back(std::move(item));
  }
  return list;
}

Json revocations_of_certificate(const CeremonyFacts& facts) {
  Json list = Json::array();
  for (const RevocationFact& item : facts.revocations)
    list.push_back({{"key", item.key}, {"payload_sha256", item.payload_sha256}});
  return {{"issued", facts.revocations_issued},
          {"location", facts.revocations_location},
          {"notices", std::move(list)},
          {"seal", facts.revocations_seal}};
}

}  // namespace

std::string destruction_text(const CeremonyFacts& facts) {
  return facts.cleanup.time.empty() ? std::string() : transcript::canonical(facts.cleanup.json());
}

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
  for (const char* list : {"checklist", "deviations", "incidents", "left_out"}) json[list] = Json::array();
  for (const auto& line : facts.checklist)
    json["checklist"].push_back({{"state", mark_word(line.mark)}, {"text", line.text}});
  for (const DeviationFact& item : facts.deviations)
    json["deviations"].push_back(
        {{"person", item.person}, {"step", item.step}, {"text", item.text}, {"what", item.what}});
  for (const IncidentFact& item : facts.incidents)
    json["incidents"].push_back({{"text", item.text}, {"time", item.time}});
  for (const LeftOutFact& item : facts.left_out)
    json["left_out"].push_back({{"choice", item.choice}, {"policy", item.policy}, {"step", item.step}});
  if (!facts.bags.empty()) json["custodians"] = custodians_of_certificate(facts);
  if (!facts.revocations.empty()) json["revocations"] = revocations_of_certificate(facts);
  const std::string destruction = destruction_text(facts);
  if (!destruction.empty()) json["destruction_sha256"] = base::to_hex(hash::sha256(base::as_bytes(destruction)));
  if (!facts.beginning.continues.empty()) json["continues"] = facts.beginning.continues;
  return transcript::canonical(transcript::parse_json(json.dump()));
}

sign::DsseEnvelope sign_by_all(std::string_view type, const std::string& text, const People& people,
                               const Keyring& keyring) {
  const base::ByteSpan bytes = base::as_bytes(text);
  sign::DsseEnvelope envelope{std::string(type), {bytes.begin(), bytes.end()}, {}};
  for (const Person& person : people.all) {
    const auto signer = keyring.find(&person);
    if (signer != keyring.end()) sign::sign_dsse(envelope, *signer->second);
  }
  return envelope;
}

namespace {

struct Signers {
  bool enough = false;
  std::string text;
};
/// By the keys of the record, each person counted once.
Signers signers_of(const sign::DsseEnvelope& envelope, const People& people, const transcript::Registry& registry) {
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
  return {count("coordinator") == 1 && count("auditor") == 1 && count("witness") >= 2,
          std::to_string(signed_by.size()) + " of " + std::to_string(people.all.size()) +
              " signed; coordinator, auditor and two witnesses are needed" +
              (absent.empty() ? "" : "; not signed by " + absent)};
}

bool says(const sign::DsseEnvelope& envelope, std::string_view type, const std::string& expected) {
  return envelope.payload_type == type && base::as_text(envelope.payload) == expected;
}

}  // namespace

std::string document_problem(const sign::DsseEnvelope& envelope, std::string_view type, const std::string& expected,
                             const People& people, const transcript::Registry& registry) {
  if (!says(envelope, type, expected)) return "it is not what the record says";
  const Signers signers = signers_of(envelope, people, registry);
  return signers.enough ? std::string() : signers.text;
}

void check_certificate(base::Verdict& verdict, const sign::DsseEnvelope& envelope, const std::string& expected,
                       const People& people, const transcript::Registry& registry) {
  const bool same = says(envelope, kCertificateType, expected);
  verdict.add("certificate-matches", same,
              same ? "it says exactly what the record says" : "it is not what the record says");
  const Signers signers = signers_of(envelope, people, registry);
  verdict.add("certificate-signatures", signers.enough, signers.text);
}

}  // namespace solemn::keys
