#pragma once
// A ceremony of a few steps, in memory or in a folder, for tests.
#include "base/file_test_folder.hpp"
#include "hash/sha256.hpp"
#include "keys/record.hpp"
#include "sign/file_key.hpp"

namespace solemn::keys::testing {

inline constexpr const char* kSmallScript = R"json({"schema": "solemn.keys.script/1", "title": "small",
    "roles": [{"id": "coordinator", "title": "Coordinator", "duty": "leads", "at_least": 1, "at_most": 1},
              {"id": "auditor", "title": "Auditor", "duty": "checks", "at_least": 1, "at_most": 1},
              {"id": "custodian", "title": "Custodian", "duty": "keeps", "at_least": 2, "at_most": 2},
              {"id": "witness", "title": "Witness", "duty": "sees", "at_least": 2, "at_most": 3}],
    "separation": [["coordinator", "auditor"], ["witness", "coordinator"], ["witness", "auditor"], ["witness", "custodian"]],
    "sharing": {"threshold": 2, "shares": 2},
    "policies": [{"id": "tea", "question": "Tea?", "reason": "thirst", "proposed": "yes",
                  "choices": [{"id": "yes", "text": "yes"}, {"id": "no", "text": "no"}]}],
    "keys": [],
    "phases": [{"id": "one", "title": "One", "minutes": 5, "steps": [
        {"id": "policies", "kind": "attest", "performer": "coordinator", "text": "decide", "witnesses": 1, "action": "policies"},
        {"id": "tea", "kind": "attest", "performer": "coordinator", "text": "tea", "witnesses": 0,
         "when": {"policy": "tea", "choice": "yes"}, "deviations": [{"text": "no cup"}, {"text": "a toy cup", "drill_only": true}]},
        {"id": "make", "kind": "generate", "performer": "coordinator", "text": "make", "witnesses": 2, "secrets": true},
        {"id": "take", "kind": "verify", "performer": "custodian", "text": "take", "witnesses": 1, "secrets": true, "each": true}]},
      {"id": "two", "title": "Two", "minutes": 5, "steps": [
        {"id": "end", "kind": "document", "performer": "auditor", "text": "end", "witnesses": 1}]}],
    "checklist": [{"text": "made", "steps": ["policies", "tea", "make", "take"]}, {"text": "over", "steps": ["end"]}]})json";
inline Script small_script() { return parse_script(kSmallScript); }

/// With a plan and everybody's key, and begun: the first entry of the ceremony is in its record.
class CeremonyOnDisk {
 public:
  base::TestFolder files;
  CeremonyFolder folder{files / "ceremony"};
  Script script = small_script();
  People people = invented_people(script);
  Keyring keyring;
  std::uint64_t now = 1'800'000'000;

  CeremonyOnDisk() {
    std::filesystem::create_directories(folder.folder);
    base::write_file(folder.script(), base::as_bytes(std::string_view(kSmallScript)), base::Overwrite::no);
    for (const Person& person : people.all)
      keyring[&person] = sign::signer_from_pkcs8(sign::generate_key(sign::KeyType::ed25519));
    begin_record(folder, people, keyring, 2, "small", now);
    CeremonyRecord record = open();
    const base::Hash32 digest = hash::sha256(base::as_bytes(std::string_view(kSmallScript)));
    const Beginning beginning{true, "solemn", "", base::to_hex(digest), "small"};
    say(record, kBegunType, beginning_json(beginning, people), "CO");
  }
  CeremonyRecord open() const { return CeremonyRecord(folder, script, people); }
  const Person& who(const char* initials) const { return *people.by_initials(initials); }
  sign::Signer& signer(const char* initials) { return *keyring.at(&who(initials)); }
  void say(CeremonyRecord& record, std::string_view type, transcript::Json body, const char* initials) {
    record.append(type, std::move(body), who(initials), signer(initials), now++);
  }
  void step(CeremonyRecord& record, const char* id, const char* initials, std::initializer_list<const char*> witnesses,
            transcript::Json result = transcript::Json::object()) {
    say(record, kStepType, {{"result", std::move(result)}, {"round", record.progress().round()}, {"step", id}},
        initials);
    const std::string leaf = base::to_hex(record.entries().back().leaf);
    for (const char* witness : witnesses) say(record, kWitnessedType, {{"record", leaf}, {"step", id}}, witness);
  }
};

}  // namespace solemn::keys::testing
