#include "keys/inventory.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/time.hpp"
#include "keys/inventory_entry.hpp"

namespace solemn::keys {

using transcript::Json;

namespace {

constexpr std::array<std::string_view, 6> kStates = {"planned", "pending", "active", "retiring", "retired", "revoked"};
constexpr std::int64_t kDay = 86400;

Json time_json(const std::optional<std::int64_t>& time) { return time ? Json(base::utc(*time)) : Json(nullptr); }

Json holding_json(const Holding& one) {
  return {{"custodian", one.custodian}, {"index", one.index}, {"last_proof", time_json(one.last_proof)},
          {"location", one.location},   {"lost", one.lost},   {"seal", one.seal}};
}

Json key_json(const InventoryKey& key) {
  Json holdings = Json::array();
  for (const Holding& one : key.holdings) holdings.push_back(holding_json(one));
  return {{"id", key.id},
          {"type", key.type},
          {"scheme", key.key ? Json(name(key.key->scheme)) : Json(nullptr)},
          {"public_key", key.key ? Json(key.key->hex()) : Json(nullptr)},
          {"fingerprint", key.fingerprint()},
          {"path", key.path},
          {"custodian", key.custodian},
          {"backup_location", key.backup_location},
          {"status", name(key.state)},
          {"drill", key.drill},
          {"founder", key.founder},
          {"set_id", key.set ? Json(base::to_hex(key.set->id())) : Json(nullptr)},
          {"threshold", key.set ? key.set->threshold : 0},
          {"shares", key.set ? key.set->count : 0},
          {"lost_shares", key.lost_shares()},
          {"holders", std::move(holdings)},
          {"registered", base::utc(key.registered)},
          {"activated", time_json(key.activated)},
          {"retiring_until", time_json(key.retiring_until)},
          {"retired", time_json(key.retired)},
          {"revoked", time_json(key.revoked)},
          {"last_audit", time_json(key.last_audit)},
          {"replaced_by", key.replaced_by},
          {"supersedes", key.supersedes},
          {"revocation_reason", key.revocation_reason}};
}

// ---- reminders

class Reminders {
 public:
  Reminders(const Inventory& inventory, std::int64_t now) : inventory_(inventory), now_(now) {}
  void add(std::int64_t date, std::string_view what, const std::string& subject, std::string text) {
    if (date > now_ + inventory_.policy.warning * kDay) return;
    made.push_back({date <= now_ ? Urgency::due : Urgency::soon, date, what, subject, std::move(text)});
  }
  void about(const InventoryKey& key) {
    const Policy& policy = inventory_.policy;
    if (key.state == State::active && key.activated)
      add(*key.activated + policy.rotation * kDay, "rotation", key.id, "rotate " + key.id);
    if (key.state == State::retiring && key.retiring_until)
      add(*key.retiring_until, "retirement", key.id, "the transition of " + key.id + " ends: retire it");
    const bool alive = key.state == State::pending || key.state == State::active || key.state == State::retiring;
    if (!alive || !key.set) return;
    add(key.last_audit.value_or(key.registered) + policy.share_audit * kDay, "share-audit", key.id,
        "ask the custodians of " + key.id + " for proofs of possession");
    if (const std::size_t lost = key.lost_shares(); lost != 0) about_lost(key, lost);
    for (const Holding& one : key.holdings) {
      const Custodian* person = inventory_.custodian(one.custodian);
      if (person != nullptr && !person->present && person->left && !one.lost)
        add(*person->left, "reshare", key.id,
            one.custodian + " left with share " + std::to_string(one.index) + " of " + key.id + ": reshare it");
    }
  }
  void about(const Custodian& person) {
    if (!person.present) return;
    const Policy& policy = inventory_.policy;
    const std::int64_t first = person.joined + policy.warning * kDay;  // nobody is late on the day of joining
    add(person.trained ? *person.trained + policy.training * kDay : first, "training", person.name,
        "train " + person.name);
    add(person.background_checked ? *person.background_checked + policy.background_check * kDay : first,
        "background-check", person.name, "check the background of " + person.name);
  }
  std::vector<Reminder> made;

 private:
  void about_lost(const InventoryKey& key, std::size_t lost) {
    const std::size_t left = key.holdings.size() - std::min(lost, key.holdings.size());
    std::string text =
        std::to_string(lost) + " of " + std::to_string(key.holdings.size()) + " shares of " + key.id + " are lost";
    if (left < key.set->threshold)
      text += ": it can no longer be rebuilt, rotate it by its own means now";
    else if (left == key.set->threshold)
      text += ": one more, and it can no longer be rebuilt; reshare it";
    else
      text += ": reshare it";
    add(now_, "lost-shares", key.id, std::move(text));
  }
  const Inventory& inventory_;
  std::int64_t now_;
};

}  // namespace

std::string_view name(State state) noexcept { return kStates[static_cast<std::size_t>(state)]; }

std::optional<State> state_named(std::string_view name) noexcept {
  const auto found = std::find(kStates.begin(), kStates.end(), name);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<State>(found - kStates.begin());
}

bool may_follow(State from, State to) noexcept {
  if (to == State::revoked) return from != State::revoked;
  return static_cast<int>(to) == static_cast<int>(from) + 1;
}

std::string InventoryKey::fingerprint() const { return key ? base::to_hex(key->fingerprint()) : std::string(); }

std::size_t InventoryKey::lost_shares() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(holdings.begin(), holdings.end(), [](const auto& h) { return h.lost; }));
}

bool InventoryKey::counts_at(std::int64_t time) const noexcept {
  return state == State::active || (state == State::retiring && (!retiring_until || time < *retiring_until));
}

const InventoryKey* Inventory::find(std::string_view id) const noexcept {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const InventoryKey& key) { return key.id == id; });
  return found == keys.end() ? nullptr : &*found;
}

const Custodian* Inventory::custodian(std::string_view name) const noexcept {
  const auto found = std::find_if(roster.begin(), roster.end(), [&](const Custodian& one) { return one.name == name; });
  return found == roster.end() ? nullptr : &*found;
}

std::vector<RegisteredKey> Inventory::registry(std::int64_t now) const {
  std::vector<RegisteredKey> all;
  for (const InventoryKey& key : keys) {
    if (!key.key) continue;
    const bool over = key.state == State::retiring && !key.counts_at(now);
    const std::string_view status = over ? name(State::retired) : name(key.state);
    all.push_back({key.id, *key.key, std::string(key.drill ? std::string_view("drill") : status)});
  }
  return all;
}

Json Inventory::json() const {
  Json key_list = Json::array(), moves = Json::array(), people = Json::array();
  for (const InventoryKey& key : keys) key_list.push_back(key_json(key));
  for (const Transition& one : transitions)
    moves.push_back({{"entry", one.entry},
                     {"time", base::utc(one.time)},
                     {"key", one.key},
                     {"from", one.from ? Json(name(*one.from)) : Json(nullptr)},
                     {"to", name(one.to)},
                     {"reason", one.reason}});
  for (const Custodian& one : roster)
    people.push_back({{"name", one.name},
                      {"role", one.role},
                      {"present", one.present},
                      {"joined", base::utc(one.joined)},
                      {"left", time_json(one.left)},
                      {"trained", time_json(one.trained)},
                      {"background_checked", time_json(one.background_checked)},
                      {"details_sha256", one.details_sha256}});
  return {{"schema", "solemn.key-inventory/1"},
          {"policy", policy_json(policy)},
          {"keys", std::move(key_list)},
          {"transitions", std::move(moves)},
          {"roster", std::move(people)}};
}

std::vector<Reminder> reminders(const Inventory& inventory, std::int64_t now) {
  Reminders all(inventory, now);
  for (const InventoryKey& key : inventory.keys) all.about(key);
  for (const Custodian& person : inventory.roster) all.about(person);
  std::stable_sort(all.made.begin(), all.made.end(), [](const auto& a, const auto& b) { return a.date < b.date; });
  return std::move(all.made);
}

}  // namespace solemn::keys
