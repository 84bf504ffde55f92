#include "keys/recovery.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/time.hpp"
#include "keys/inventory_entry.hpp"

namespace solemn::keys {

using transcript::Json;

namespace {

constexpr const char* kSchema = "solemn.recovery-report/1";

[[noreturn]] void malformed(const std::string& what) { throw base::Error(base::Code::malformed, what); }

RecoveryReport::Used used_from(const Json& json) {
  transcript::object_of(json, "a used share", {"custodian", "index", "new_seal", "old_seal"});
  const std::uint64_t index = transcript::number_of(json["index"], "a share's index");
  if (index == 0 || index > sharing::kMaxShares) malformed("a share's index is out of range");
  return {static_cast<unsigned>(index), transcript::name_of(json["custodian"], "a custodian", 100),
          text_from(json["old_seal"], "old_seal"), text_from(json["new_seal"], "new_seal")};
}

std::string problem_of_shares(const InventoryKey& key, const RecoveryReport& report) {
  std::set<unsigned> indices;
  for (const auto& used : report.used) {
    const std::string share = "share " + std::to_string(used.index);
    const auto one = std::find_if(key.holdings.begin(), key.holdings.end(),
                                  [&](const Holding& held) { return held.index == used.index; });
    if (one == key.holdings.end()) return share + " does not exist";
    if (one->custodian != used.custodian) return share + " is " + one->custodian + "'s, not " + used.custodian + "'s";
    if (one->lost) return share + " is lost according to the inventory";
    if (!indices.insert(used.index).second) return share + " was used twice";
  }
  if (indices.size() < key.set->threshold)
    return std::to_string(indices.size()) + " shares, " + std::to_string(key.set->threshold) + " needed";
  return {};
}

std::string problem_of_seals(const InventoryKey& key, const RecoveryReport& report) {
  for (const auto& used : report.used)
    for (const Holding& held : key.holdings)
      if (held.index == used.index && held.seal != used.old_seal)
        return "share " + std::to_string(used.index) + " came in bag '" + used.old_seal + "', the inventory says '" +
               held.seal + "'";
  return {};
}

std::string problem_of_people(const RecoveryReport& report) {
  const auto witnessed = [&](const std::string& who) {
    return std::find(report.witnesses.begin(), report.witnesses.end(), who) != report.witnesses.end();
  };
  if (report.verified_by == report.performed_by) return "who rebuilt the key verified it";
  for (const auto& used : report.used) {
    if (used.custodian == report.verified_by) return report.verified_by + " brought a share and verified";
    if (witnessed(used.custodian)) return used.custodian + " brought a share and witnessed";
  }
  if (witnessed(report.verified_by) || witnessed(report.performed_by)) return "a witness took part";
  if (std::set<std::string>(report.witnesses.begin(), report.witnesses.end()).size() < 2)
    return "fewer than two witnesses";
  return {};
}

void judge(base::Verdict& verdict, std::string_view rule, const std::string& problem) {
  verdict.add(rule, problem.empty(), problem);
}

}  // namespace

std::string_view recovery_script_text() noexcept {
  return
#include "keys/recovery_procedure.inc"
      ;
}

std::string_view reschedule_script_text() noexcept {
  return
#include "keys/reschedule_procedure.inc"
      ;
}

Json RecoveryReport::json() const {
  Json shares = Json::array();
  for (const Used& one : used)
    shares.push_back(
        {{"custodian", one.custodian}, {"index", one.index}, {"new_seal", one.new_seal}, {"old_seal", one.old_seal}});
  return {{"began", began},
          {"ended", ended},
          {"key", key},
          {"performed_by", performed_by},
          {"public_key", public_key},
          {"purpose", purpose},
          {"reason", reason},
          {"schema", kSchema},
          {"set_id", set_id},
          {"used", std::move(shares)},
          {"verified_by", verified_by},
          {"witnesses", witnesses}};
}

RecoveryReport RecoveryReport::from_json(const Json& json) {
  transcript::object_of(json, "the recovery report",
                        {"began", "ended", "key", "performed_by", "public_key", "purpose", "reason", "schema", "set_id",
                         "used", "verified_by", "witnesses"});
  if (json["schema"] != kSchema) malformed("the schema is not " + std::string(kSchema));
  RecoveryReport made;
  made.key = transcript::name_of(json["key"], "the key", 100);
  made.set_id =
      base::to_hex(transcript::hash_from_hex(transcript::string_of(json["set_id"], "the set id"), "the set id"));
  made.public_key = transcript::string_of(json["public_key"], "the public key");
  made.purpose = transcript::string_of(json["purpose"], "the purpose");
  if (made.purpose != "reshare" && made.purpose != "sign" && made.purpose != "install")
    malformed("the purpose is not reshare, sign or install");
  made.reason = transcript::name_of(json["reason"], "the reason", 1000);
  made.began = transcript::string_of(json["began"], "began");
  made.ended = transcript::string_of(json["ended"], "ended");
  if (time_from(json["began"], "began") > time_from(json["ended"], "ended")) malformed("it ended before it began");
  made.performed_by = transcript::name_of(json["performed_by"], "performed_by", 100);
  made.verified_by = transcript::name_of(json["verified_by"], "verified_by", 100);
  for (const Json& item : transcript::array_of(json["witnesses"], "witnesses", 100))
    made.witnesses.push_back(transcript::name_of(item, "a witness", 100));
  for (const Json& item : transcript::array_of(json["used"], "used", sharing::kMaxShares))
    made.used.push_back(used_from(item));
  return made;
}

base::Verdict check_recovery(const Inventory& inventory, const RecoveryReport& report) {
  base::Verdict verdict;
  const InventoryKey* key = inventory.find(report.key);
  const bool good = key != nullptr && key->key && key->set &&
                    (key->state == State::active || key->state == State::retiring) &&
                    base::to_hex(key->set->id()) == report.set_id;
  verdict.add("recovery-key", good,
              key == nullptr
                  ? "there is no such key in the inventory"
                  : key->id + " is " + std::string(name(key->state)) + (good ? "" : ", or has another share set"));
  if (!good) return verdict;
  judge(verdict, "recovery-public-key",
        report.public_key == key->key->hex() ? "" : "the verifier saw another public key than the inventory's");
  judge(verdict, "recovery-quorum", problem_of_shares(*key, report));
  judge(verdict, "recovery-seals", problem_of_seals(*key, report));
  judge(verdict, "recovery-independent", problem_of_people(report));
  return verdict;
}

}  // namespace solemn::keys
