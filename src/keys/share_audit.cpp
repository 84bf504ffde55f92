#include "keys/share_audit.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/time.hpp"
#include "hash/sha256.hpp"
#include "keys/inventory_entry.hpp"

namespace solemn::keys {

using transcript::Json;

namespace {

constexpr const char *kChallengeSchema = "solemn.share-challenge/1", *kAnswerSchema = "solemn.share-answer/1";
constexpr std::string_view kTag = "solemn share audit 1";
constexpr std::size_t kMaxAsked = 512;
constexpr std::int64_t kClockDifference = 86400;  // of a custodian's machine

[[noreturn]] void malformed(const std::string& what) { throw base::Error(base::Code::malformed, what); }

unsigned index_from(const Json& json) {
  const std::uint64_t index = transcript::number_of(json, "a share's index");
  if (index == 0 || index > sharing::kMaxShares) malformed("a share's index is out of range");
  return static_cast<unsigned>(index);
}

std::string set_id_from(const Json& json) {
  return base::to_hex(transcript::hash_from_hex(transcript::string_of(json, "a set id"), "a set id"));
}

void require_schema(const Json& json, const char* schema) {
  if (json["schema"] != schema) malformed("the schema is not " + std::string(schema));
}

std::string named(const AuditChallenge::Asked& one) {
  return "share " + std::to_string(one.index) + " of " + one.key + " (" + one.custodian + ")";
}

std::string list_of(const std::vector<AuditChallenge::Asked>& asked) {
  std::string text;
  for (const auto& one : asked) text += (text.empty() ? "" : ", ") + named(one);
  return text;
}

bool alive(State state) { return state == State::pending || state == State::active || state == State::retiring; }

}  // namespace

Json AuditChallenge::json() const {
  Json list = Json::array();
  for (const Asked& one : asked)
    list.push_back({{"custodian", one.custodian}, {"index", one.index}, {"key", one.key}, {"set_id", one.set_id}});
  return {{"asked", std::move(list)}, {"issued", issued}, {"nonce", nonce}, {"schema", kChallengeSchema}};
}

AuditChallenge AuditChallenge::from_json(const Json& json) {
  transcript::object_of(json, "the challenge", {"asked", "issued", "nonce", "schema"});
  require_schema(json, kChallengeSchema);
  AuditChallenge made{
      base::to_hex(transcript::hash_from_hex(transcript::string_of(json["nonce"], "the nonce"), "the nonce")),
      transcript::string_of(json["issued"], "issued"),
      {}};
  (void)time_from(json["issued"], "issued");
  std::set<std::pair<std::string, unsigned>> seen;
  for (const Json& item : transcript::array_of(json["asked"], "asked", kMaxAsked)) {
    transcript::object_of(item, "an asked share", {"custodian", "index", "key", "set_id"});
    made.asked.push_back({transcript::name_of(item["key"], "a key", 100), set_id_from(item["set_id"]),
                          index_from(item["index"]), transcript::name_of(item["custodian"], "a custodian", 100)});
    if (!seen.emplace(made.asked.back().set_id, made.asked.back().index).second)
      malformed("a share is asked for twice");
  }
  return made;
}

base::Bytes AuditChallenge::bytes() const {
  const std::string text = transcript::canonical(json());
  const base::Hash32 digest = hash::sha256(base::as_bytes(text));
  const base::ByteSpan tag = base::as_bytes(kTag);
  base::Bytes made(tag.begin(), tag.end());
  made.push_back(std::byte{0});
  made.insert(made.end(), digest.begin(), digest.end());
  return made;
}

AuditChallenge new_challenge(const Inventory& inventory, std::string nonce, std::string issued) {
  AuditChallenge made{std::move(nonce), std::move(issued), {}};
  for (const InventoryKey& key : inventory.keys) {
    if (!alive(key.state) || !key.set) continue;
    for (const Holding& one : key.holdings)
      if (!one.lost) made.asked.push_back({key.id, base::to_hex(key.set->id()), one.index, one.custodian});
  }
  return made;
}

Json AuditAnswer::json() const {
  return {{"index", index}, {"proof", proof}, {"schema", kAnswerSchema}, {"set_id", set_id}};
}

AuditAnswer AuditAnswer::from_json(const Json& json) {
  transcript::object_of(json, "an answer", {"index", "proof", "schema", "set_id"});
  require_schema(json, kAnswerSchema);
  AuditAnswer made{set_id_from(json["set_id"]), index_from(json["index"]),
                   transcript::string_of(json["proof"], "the proof")};
  const auto bytes = base::from_hex(made.proof);
  if (!bytes || bytes->size() != 64) malformed("a proof is not 128 hexadecimal digits");
  return made;
}

AuditAnswer answer_challenge(const AuditChallenge& challenge, const sharing::ShareSet& set, const sharing::Share& share,
                             std::int64_t now, sharing::Randomness& randomness) {
  if (*base::parse_utc(challenge.issued) > now + kClockDifference)
    throw base::Error(base::Code::rejected, "the challenge is dated " + challenge.issued + ", which is in the future",
                      "an answer that is kept until then would say that the share is still there");
  const std::string set_id = base::to_hex(set.id());
  const bool asked = std::any_of(challenge.asked.begin(), challenge.asked.end(), [&](const AuditChallenge::Asked& one) {
    return one.set_id == set_id && one.index == share.index;
  });
  if (!asked)
    throw base::Error(base::Code::rejected,
                      "the challenge does not ask for share " + std::to_string(share.index) + " of this set");
  return {set_id, share.index, base::to_hex(sharing::prove_possession(set, share, challenge.bytes(), randomness))};
}

Json AuditReport::json() const {
  Json list = Json::array();
  for (const AuditAnswer& one : answers) list.push_back(one.json());
  return {{"answers", std::move(list)}, {"challenge", challenge.json()}};
}

AuditReport AuditReport::from_json(const Json& json) {
  transcript::object_of(json, "the audit", {"answers", "challenge"});
  AuditReport made{AuditChallenge::from_json(json["challenge"]), {}};
  for (const Json& item : transcript::array_of(json["answers"], "answers", kMaxAsked))
    made.answers.push_back(AuditAnswer::from_json(item));
  return made;
}

JudgedAudit judge_audit(const Inventory& inventory, const AuditReport& report, std::int64_t now,
                        base::Verdict& verdict) {
  JudgedAudit judged;
  const base::Bytes challenge = report.challenge.bytes();
  std::string not_ours;
  for (const auto& asked : report.challenge.asked) {
    const InventoryKey* key = inventory.find(asked.key);
    if (key == nullptr || !key->set || base::to_hex(key->set->id()) != asked.set_id) {
      not_ours += (not_ours.empty() ? "" : ", ") + named(asked);
      continue;
    }
    bool answered = false, proven = false;
    for (const AuditAnswer& one : report.answers) {
      if (one.set_id != asked.set_id || one.index != asked.index) continue;
      answered = true;
      proven = proven || sharing::verify_possession(*key->set, one.index, challenge, *base::from_hex(one.proof));
    }
    (proven ? judged.proven : answered ? judged.wrong : judged.silent).push_back(asked);
  }
  for (const AuditAnswer& one : report.answers) {
    const bool asked = std::any_of(report.challenge.asked.begin(), report.challenge.asked.end(),
                                   [&](const auto& a) { return a.set_id == one.set_id && a.index == one.index; });
    if (!asked)
      judged.strange.push_back("share " + std::to_string(one.index) + " of the set " + one.set_id.substr(0, 16));
  }
  std::string strange;
  for (const std::string& one : judged.strange) strange += (strange.empty() ? "" : ", ") + one;
  const bool all = new_challenge(inventory, "", "").asked.size() == report.challenge.asked.size();
  const bool dated = *base::parse_utc(report.challenge.issued) <= now;
  verdict.add("audit-date", dated, dated ? "" : "the challenge is of a time in the future, " + report.challenge.issued);
  verdict.add("audit-asked", not_ours.empty() && strange.empty() && all,
              !not_ours.empty()  ? "no shares of the inventory: " + not_ours
              : !strange.empty() ? "answers that nobody asked for: " + strange
              : !all             ? "the challenge does not ask for every share of the inventory"
                                 : std::to_string(report.challenge.asked.size()) + " shares");
  verdict.add("audit-answers", judged.silent.empty(),
              judged.silent.empty() ? "" : "no answer: " + list_of(judged.silent));
  verdict.add("audit-proofs", judged.wrong.empty(),
              judged.wrong.empty() ? std::to_string(judged.proven.size()) + " proofs"
                                   : "proves nothing: " + list_of(judged.wrong));
  return judged;
}

}  // namespace solemn::keys
