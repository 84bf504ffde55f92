#include "keys/record.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "sign/file_key.hpp"
#include "transcript/time.hpp"

namespace solemn::keys {

using base::Code;
using base::Error;
using transcript::array_of;
using transcript::Json;
using transcript::name_of;
using transcript::object_of;
using transcript::string_of;

namespace {

sign::Signer& signer_of(const Keyring& keyring, const Person& person) {
  const auto found = keyring.find(&person);
  if (found == keyring.end())
    throw Error(Code::refused, "the key of " + person.name + " is not open", "everybody signs: solemn keys run DIR");
  return *found->second;
}

/// The person whose key it is: names in the record are those of the participants.
const Person* person_of(const transcript::Registry& registry, const People& people, const sign::KeyId& key) {
  const transcript::Participant* participant = registry.find(key);
  return participant == nullptr ? nullptr : people.by_record_name(participant->name);
}

}  // namespace

transcript::Role transcript_role(const Person& person) noexcept {
  if (person.has_role("coordinator")) return transcript::Role::coordinator;
  if (person.has_role("auditor")) return transcript::Role::auditor;
  return person.has_role("witness") ? transcript::Role::witness : transcript::Role::contributor;
}

Json beginning_json(const Beginning& beginning, const People& people) {
  Json body = {{"drill", beginning.drill},
               {"label", beginning.label},
               {"people", Json::array()},
               {"script_sha256", beginning.script_sha256},
               {"software", beginning.software}};
  if (!beginning.continues.empty()) body["continues"] = beginning.continues;
  for (const Person& person : people.all)
    body["people"].push_back({{"initials", person.initials}, {"name", person.name}, {"roles", person.roles}});
  return body;
}

Beginning beginning_from(const Json& body) {
  object_of(body, "the beginning", {"drill", "label", "people", "script_sha256", "software"},
            {"attachments", "continues"});
  if (!body["drill"].is_boolean()) throw Error(Code::malformed, "the beginning does not say whether it is a drill");
  Beginning beginning;
  beginning.drill = body["drill"].get<bool>();
  beginning.label = name_of(body["label"], "label");
  beginning.software = name_of(body["software"], "software", 300);
  beginning.script_sha256 =
      base::to_hex(transcript::hash_from_hex(string_of(body["script_sha256"], "script_sha256"), "script_sha256"));
  if (body.contains("continues")) beginning.continues = name_of(body["continues"], "continues");
  return beginning;
}

People people_from_beginning(const Json& body) {
  People people;
  for (const Json& item : array_of(body.at("people"), "people", 100)) {
    object_of(item, "a participant", {"initials", "name", "roles"});
    Person person;
    person.name = name_of(item["name"], "a participant's name", 60);
    person.initials = name_of(item["initials"], "initials", 4);
    for (const Json& role : array_of(item["roles"], "roles", 10)) person.roles.push_back(name_of(role, "a role", 40));
    people.all.push_back(std::move(person));
  }
  return people;
}

void begin_record(const CeremonyFolder& folder, const People& people, const Keyring& keyring,
                  std::uint64_t witness_threshold, const std::string& label, std::uint64_t now) {
  const auto root = sign::signer_from_pkcs8(sign::generate_key(sign::KeyType::ed25519));
  std::vector<transcript::Participant> participants;
  for (const Person& person : people.all)
    participants.push_back({person.record_name(), transcript_role(person), signer_of(keyring, person).public_key()});
  const std::string pem = sign::write_public_key(root->public_key(), sign::PublicKeyFormat::pem);
  base::write_file(folder.root_key(), base::as_bytes(pem), base::Overwrite::yes);
  transcript::create_record(folder.record(),
                            {"keys", label, transcript::time_text(now), transcript::fresh_nonce(), root->public_key(),
                             std::move(participants), witness_threshold},
                            *root);
}

std::vector<CeremonyEntry> ceremony_entries(const transcript::Contents& contents, const People& people) {
  const transcript::Replay state = transcript::replay(contents, transcript::Signatures::skip);
  std::vector<CeremonyEntry> entries;
  if (!state.registry) return entries;
  for (const std::string& line : contents.lines) {
    CeremonyEntry item{transcript::parse_entry(line), transcript::leaf_hash_of_line(line), nullptr};
    item.signer = person_of(*state.registry, people, item.entry.key);
    entries.push_back(std::move(item));
  }
  return entries;
}

CeremonyRecord::CeremonyRecord(const CeremonyFolder& folder, const Script& script, const People& people)
    : folder_(folder), writer_(folder.record()), progress_(script, people) {
  entries_ = ceremony_entries(writer_.contents(), people);
  for (const CeremonyEntry& item : entries_) {
    if (const auto objection = progress_.take(item.entry, item.leaf, item.signer))
      throw Error(Code::rejected, std::string(objection->rule) + ": " + objection->detail,
                  "the record was not made by this script: solemn audit " + base::shell_word(folder.folder.native()));
  }
}

const CeremonyEntry& CeremonyRecord::append(std::string_view type, Json body, const Person& person,
                                            sign::Signer& signer, std::uint64_t now) {
  // A clock that was set back must not make the record unreadable; the time on the wall is in it as well.
  const std::string time = transcript::time_text(std::max(now, progress_.last_time()));
  transcript::Entry probe;
  probe.sequence = tree().size();
  probe.type = type;
  probe.time = time;
  probe.body = body;
  Progress next = progress_;
  if (const auto objection = next.take(probe, transcript::Hash{}, &person))
    throw Error(Code::refused, std::string(objection->rule) + ": " + objection->detail);
  CeremonyEntry item{writer_.append(std::string(type), std::move(body), signer, time), {}, &person};
  item.leaf = tree().leaf(item.entry.sequence);
  (void)progress_.take(item.entry, item.leaf, &person);
  entries_.push_back(std::move(item));
  return entries_.back();
}

Json CeremonyRecord::attach(const base::Path& file) {
  const auto stored = transcript::store_attachment(transcript::Layout{folder_.record()}, file);
  return {{"bytes", stored.size_bytes}, {"name", stored.name}, {"sha256", base::to_hex(stored.sha256)}};
}

void CeremonyRecord::seal(const People& people, const Keyring& keyring, const base::Path& memories, std::uint64_t now) {
  transcript::make_folder(memories);
  now = std::max(now, progress_.last_time());  // as in append()
  const Person& coordinator = *people.with_role("coordinator").front();
  const auto memory_of = [&](const Person& person) {
    return transcript::SignerMemory(memories / (person.initials + ".memory"));
  };
  transcript::SignerMemory own = memory_of(coordinator);
  transcript::SignedCheckpoint sealed = writer_.checkpoint(signer_of(keyring, coordinator), &own);
  for (const Person* witness : people.with_role("witness")) {
    transcript::SignerMemory memory = memory_of(*witness);
    const transcript::SignedCheckpoint copy = transcript::cosign_record(
        writer_.contents(), writer_.state(), signer_of(keyring, *witness), witness->record_name(), memory, now);
    transcript::merge_signatures(sealed.note, copy.note);
  }
  writer_.merge_checkpoint(sealed);
}

}  // namespace solemn::keys
