#include "keys/inventory_entry.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/time.hpp"

namespace solemn::keys {

using transcript::Json;

namespace {

constexpr unsigned kMaxDays = 36500;

[[noreturn]] void malformed(const std::string& what) { throw base::Error(base::Code::malformed, what); }

unsigned days_from(const Json& json, const char* member) {
  const std::uint64_t days = transcript::number_of(json[member], member);
  if (days > kMaxDays) malformed("'" + std::string(member) + "' is more than 100 years");
  return static_cast<unsigned>(days);
}

Holding holding_from(const Json& json, unsigned count) {
  transcript::object_of(json, "a holder", {"custodian", "index"}, {"location", "seal"});
  Holding one;
  const std::uint64_t index = transcript::number_of(json["index"], "a holder's index");
  if (index == 0 || index > count) malformed("a holder's share index is not between 1 and " + std::to_string(count));
  one.index = static_cast<unsigned>(index);
  one.custodian = transcript::name_of(json["custodian"], "a holder's custodian", 100);
  if (json.contains("location")) one.location = text_from(json["location"], "a holder's location");
  if (json.contains("seal")) one.seal = text_from(json["seal"], "a holder's seal");
  return one;
}

}  // namespace

std::int64_t time_from(const Json& json, const std::string& what) {
  const auto time = base::parse_utc(transcript::string_of(json, what));
  if (!time) malformed(what + " is not like 2026-01-31T12:00:00Z");
  return *time;
}

std::string text_from(const Json& json, const std::string& what) {
  const std::string& text = transcript::string_of(json, what);
  return text.empty() ? text : transcript::name_of(json, what, 300);
}

Json policy_json(const Policy& policy) {
  return {{"background_check", policy.background_check},
          {"revocation_threshold", policy.revocation_threshold},
          {"rotation", policy.rotation},
          {"share_audit", policy.share_audit},
          {"training", policy.training},
          {"transition", policy.transition},
          {"warning", policy.warning}};
}

Policy policy_from(const Json& json) {
  transcript::object_of(
      json, "the policy",
      {"background_check", "revocation_threshold", "rotation", "share_audit", "training", "transition", "warning"});
  Policy policy;
  policy.background_check = days_from(json, "background_check");
  policy.revocation_threshold = days_from(json, "revocation_threshold");
  policy.rotation = days_from(json, "rotation");
  policy.share_audit = days_from(json, "share_audit");
  policy.training = days_from(json, "training");
  policy.transition = days_from(json, "transition");
  policy.warning = days_from(json, "warning");
  if (policy.rotation == 0) malformed("a rotation takes one day at least");
  if (policy.transition < kLeastTransition)
    malformed("a transition takes " + std::to_string(kLeastTransition) +
              " days at least; only an emergency rotation has none");
  return policy;
}

Json shares_json(const sharing::ShareSet& set, const std::vector<Holding>& holdings) {
  Json commitments = Json::array(), holders = Json::array();
  for (const sharing::PublicKey& one : set.commitments) commitments.push_back(one.hex());
  for (const Holding& one : holdings)
    holders.push_back(
        {{"custodian", one.custodian}, {"index", one.index}, {"location", one.location}, {"seal", one.seal}});
  Json made = {{"commitments", std::move(commitments)},     {"count", set.count},
               {"drill", set.drill == sharing::Drill::yes}, {"holders", std::move(holders)},
               {"set_id", base::to_hex(set.id())},          {"threshold", set.threshold}};
  if (set.sealed) made["sealed_sha256"] = base::to_hex(*set.sealed);
  return made;
}

SharesBody shares_from(const Json& json, const std::string& key_id) {
  transcript::object_of(json, "the shares", {"commitments", "count", "drill", "holders", "set_id", "threshold"},
                        {"sealed_sha256"});
  SharesBody made;
  made.set.name = key_id;
  const std::uint64_t count = transcript::number_of(json["count"], "the count of shares"),
                      threshold = transcript::number_of(json["threshold"], "the threshold of shares");
  if (threshold < 2 || threshold > count || count > sharing::kMaxShares)
    malformed("threshold and count of the shares do not fit together");
  made.set.count = static_cast<unsigned>(count);
  made.set.threshold = static_cast<unsigned>(threshold);
  if (!json["drill"].is_boolean()) malformed("'drill' of the shares is not true or false");
  made.set.drill = json["drill"].get<bool>() ? sharing::Drill::yes : sharing::Drill::no;
  for (const Json& item : transcript::array_of(json["commitments"], "the commitments", sharing::kMaxShares))
    made.set.commitments.push_back(sharing::PublicKey::parse_hex(transcript::string_of(item, "a commitment")));
  if (made.set.commitments.size() != threshold) malformed("there are not as many commitments as the threshold");
  if (json.contains("sealed_sha256"))
    made.set.sealed =
        transcript::hash_from_hex(transcript::string_of(json["sealed_sha256"], "sealed_sha256"), "sealed_sha256");
  if (transcript::string_of(json["set_id"], "the set id") != base::to_hex(made.set.id()))
    malformed("the set id is not that of the commitments");
  std::set<unsigned> indices;
  std::set<std::string> custodians;
  for (const Json& item : transcript::array_of(json["holders"], "the holders", sharing::kMaxShares)) {
    made.holdings.push_back(holding_from(item, made.set.count));
    const Holding& one = made.holdings.back();
    if (!indices.insert(one.index).second) malformed("share " + std::to_string(one.index) + " has two holders");
    if (!custodians.insert(one.custodian).second)
      malformed("'" + base::printable(one.custodian) + "' holds two shares of one key");
  }
  if (indices.size() != count) malformed("not every share has a holder");
  return made;
}

}  // namespace solemn::keys
