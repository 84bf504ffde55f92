// What each entry of the record does to the inventory.
#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/time.hpp"
#include "keys/dates.hpp"
#include "keys/inventory_entry.hpp"
#include "keys/share_audit.hpp"
#include "keys/statements.hpp"

namespace solemn::keys {

using base::Error;
using transcript::Json;

namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::size_t kMaxKeys = 256, kMaxRoster = 1000;
constexpr std::string_view kEntries = "inventory-entries", kTransitions = "key-transitions",
                           kApprovals = "key-approvals", kProofs = "share-proofs", kRoster = "roster";

// Thrown and caught in this file.
struct Broken {
  std::string_view rule;
  std::string detail;
};
[[noreturn]] void broken(std::string_view rule, std::string detail) { throw Broken{rule, std::move(detail)}; }

sign::DsseEnvelope envelope_in(const Json& json) {
  return sign::parse_dsse(base::as_bytes(transcript::canonical(json)));
}

// The first rule of a verdict that did not pass.
std::string objection(const base::Verdict& verdict) {
  for (const base::Check& check : verdict.checks())
    if (check.outcome != base::Outcome::passed) return std::string(check.rule) + ": " + check.detail;
  return "nothing was checked";
}

class Applier {
 public:
  Applier(Inventory& inventory, const transcript::Entry& entry)
      : inventory_(inventory), entry_(entry), time_(base::parse_utc(entry.time).value_or(0)) {}

  void apply() {
    if (entry_.type == kRegisteredType) register_key();
    if (entry_.type == kStateType) change_state();
    if (entry_.type == kRotatedType) rotate();
    if (entry_.type == kRevokedType) revoke();
    if (entry_.type == kSharesType) change_shares();
    if (entry_.type == kAuditType) audit();
    if (entry_.type == kRosterType) change_roster();
    if (entry_.type == kPolicyType) change_policy();
  }

 private:
  InventoryKey& key_named(const Json& json) {
    const std::string& id = transcript::name_of(json, "a key's id", 100);
    for (InventoryKey& key : inventory_.keys)
      if (key.id == id) return key;
    broken(kTransitions, "there is no key '" + base::printable(id) + "'");
  }
  void move(InventoryKey& key, State to, const std::string& reason) {
    if (!may_follow(key.state, to))
      broken(kTransitions,
             key.id + " can not go from " + std::string(name(key.state)) + " to " + std::string(name(to)));
    inventory_.transitions.push_back({entry_.sequence, time_, key.id, reason, key.state, to});
    key.state = to;
    if (to == State::active) key.activated = time_;
    if (to == State::active) key.founder = !inventory_.founded;
    if (to == State::retired) key.retired = time_;
    if (to == State::revoked) key.revoked = time_;
  }

  // "scheme", "public_key" and "shares" of a key that now exists.
  void take_key(InventoryKey& key, const Json& body) {
    const auto scheme = scheme_named(transcript::string_of(body["scheme"], "a key's scheme"));
    if (!scheme) broken(kEntries, "the scheme of " + key.id + " is unknown");
    key.key = CeremonyKey::parse(*scheme, transcript::string_of(body["public_key"], "a public key"));
    for (const InventoryKey& other : inventory_.keys)
      if (other.id != key.id && other.key && other.key->identity() == key.key->identity())
        broken(kTransitions, key.id + " is the same key as " + other.id);
    if (body.contains("shares")) take_shares(key, body["shares"]);
  }
  void take_shares(InventoryKey& key, const Json& json) {
    SharesBody shares = shares_from(json, key.id);
    // What is sealed (a seed, whose public half is m's key) is opened by another key than its own.
    const bool direct =
        !shares.set.sealed && (key.key->scheme == Scheme::ecdsa_secp256k1 || key.key->scheme == Scheme::bip340);
    const std::string shared = shares.set.public_key().hex();
    if (direct && shared.substr(2) != key.key->identity().substr(key.key->identity().size() - 64))
      broken(kTransitions, "the shares are not of the key " + key.id);
    if ((shares.set.drill == sharing::Drill::yes) != key.drill)
      broken(kTransitions, key.id + ": a drill's shares belong to a drill's key");
    key.set = std::move(shares.set);
    key.holdings = std::move(shares.holdings);
  }

  void register_key() {
    const Json& body = transcript::object_of(
        entry_.body, "key-registered", {"id", "state", "type"},
        {"backup_location", "custodian", "drill", "path", "public_key", "scheme", "shares", "supersedes"});
    InventoryKey key;
    key.id = transcript::name_of(body["id"], "a key's id", 100);
    key.type = transcript::name_of(body["type"], "a key's type", 100);
    if (inventory_.find(key.id) != nullptr) broken(kTransitions, "there is a key " + key.id + " already");
    if (inventory_.keys.size() >= kMaxKeys) broken(kEntries, "more than 256 keys");
    const auto state = state_named(transcript::string_of(body["state"], "a key's state"));
    if (!state || *state > State::active) broken(kTransitions, key.id + ": a key begins planned, pending or active");
    for (const auto& [member, field] : {std::pair{"path", &key.path},
                                        {"custodian", &key.custodian},
                                        {"backup_location", &key.backup_location},
                                        {"supersedes", &key.supersedes}})
      if (body.contains(member)) *field = text_from(body[member], member);
    if (body.contains("drill") && !body["drill"].is_boolean()) broken(kEntries, "'drill' is not true or false");
    key.drill = body.value("drill", false);
    key.registered = time_;
    key.state = *state;
    const bool has_key = body.contains("scheme") && body.contains("public_key");
    if (has_key == (*state == State::planned))
      broken(kTransitions, key.id + ": a planned key has no public key yet, every other one has");
    if (*state == State::active && !key.supersedes.empty())
      broken(kTransitions, key.id + " follows another key: it becomes active by rotation");
    if (has_key) take_key(key, body);
    if (*state == State::active) key.activated = time_;
    key.founder = *state == State::active && !inventory_.founded;
    inventory_.transitions.push_back({entry_.sequence, time_, key.id, "registered", std::nullopt, *state});
    inventory_.keys.push_back(std::move(key));
  }

  void require_over(const InventoryKey& key) {
    if (!key.retiring_until)
      broken(kTransitions, key.id + ": the witnesses have not cosigned its rotation: the transition has not begun");
    if (time_ < *key.retiring_until)
      broken(kTransitions, key.id + ": the transition is not over before " + base::utc(*key.retiring_until));
  }

  void change_state() {
    const Json& body = transcript::object_of(entry_.body, "key-state", {"id", "reason", "to"},
                                             {"path", "public_key", "scheme", "shares"});
    InventoryKey& key = key_named(body["id"]);
    const auto to = state_named(transcript::string_of(body["to"], "the state"));
    if (!to) broken(kEntries, "the state is unknown");
    const std::string& reason = transcript::name_of(body["reason"], "the reason", 1000);
    if (*to == State::revoked) broken(kTransitions, key.id + ": a key is revoked by a signed notice (key-revoked)");
    if (*to == State::retiring)
      broken(kApprovals, key.id + ": a key retires when another one follows it by rotation (key-rotated); one that " +
                             "nothing follows is revoked by its custodians: cessationOfOperation");
    if (*to == State::active && !key.supersedes.empty())
      broken(kTransitions, key.id + " follows " + key.supersedes + ": it becomes active by rotation");
    if (*to == State::retired && key.state == State::retiring) require_over(key);
    const bool has_key = body.contains("scheme") && body.contains("public_key");
    if (has_key != (*to == State::pending)) broken(kTransitions, key.id + ": a key comes with the state pending");
    move(key, *to, reason);
    if (has_key) take_key(key, body);
    if (body.contains("path")) key.path = text_from(body["path"], "path");
  }

  void rotate() {
    const Json& body = transcript::object_of(entry_.body, "key-rotated", {"statement"});
    const sign::DsseEnvelope envelope = envelope_in(body["statement"]);
    const base::Verdict verdict = verify_rotation(inventory_, envelope, time_);
    if (!verdict.accepted()) broken(kApprovals, objection(verdict));
    const Rotation rotation = read_rotation(envelope);
    InventoryKey &old_key = key_named(rotation.old_key.id), &new_key = key_named(rotation.new_key.id);
    move(new_key, State::active, "follows " + old_key.id);
    new_key.founder = old_key.founder;
    new_key.supersedes = old_key.id;
    old_key.replaced_by = new_key.id;
    if (rotation.emergency()) return;  // it is revoked
    move(old_key, State::retiring, "followed by " + new_key.id);
    old_key.retiring_until = time_ + rotation.transition_days * kDay;
  }

  void revoke() {
    const Json& body = transcript::object_of(entry_.body, "key-revoked", {"statement"});
    const sign::DsseEnvelope envelope = envelope_in(body["statement"]);
    const base::Verdict verdict = verify_revocation(inventory_, envelope, time_);
    if (!verdict.accepted()) broken(kApprovals, objection(verdict));
    const Revocation revocation = read_revocation(envelope);
    InventoryKey& key = key_named(revocation.key.id);
    move(key, State::revoked, revocation.reason);
    key.revocation_reason = revocation.reason;
    key.revocation_sha256 = payload_sha256(envelope);
    if (!revocation.replaced_by.empty()) key.replaced_by = revocation.replaced_by;
  }

  void change_policy() {
    const Policy policy = policy_from(entry_.body);
    if (inventory_.founded && policy.revocation_threshold != inventory_.policy.revocation_threshold)
      broken(kTransitions, "how many keys revoke another one was settled when the keys were registered");
    inventory_.policy = policy;
  }

  void reshare(InventoryKey& key, const Json& body) {
    if (!body.contains("shares") || !body.contains("statement"))
      broken(kEntries, "reshared without the new shares, or without the statement that custodians approved");
    const sharing::ShareSet fresh = shares_from(body["shares"], key.id).set;
    if (key.set->id() == fresh.id()) broken(kTransitions, key.id + ": these are the shares that it had");
    // Dealing anew keeps what is shared. Of a sealed key that is the key-encryption key: nothing else binds it.
    if (key.set->public_key() != fresh.public_key() || key.set->sealed != fresh.sealed)
      broken(kTransitions, key.id + ": these are shares of another secret");
    const sign::DsseEnvelope envelope = envelope_in(body["statement"]);
    const base::Verdict verdict = verify_resharing(inventory_, fresh, envelope, time_);
    if (!verdict.accepted()) broken(kApprovals, objection(verdict));
    const Resharing said = read_resharing(envelope);
    if (said.key.id != key.id) broken(kApprovals, "the statement is about " + said.key.id);
    const std::set<unsigned> proven = fresh_shares(key, fresh, envelope);
    take_shares(key, body["shares"]);
    for (Holding& one : key.holdings)
      if (proven.contains(one.index)) one.last_proof = *base::parse_utc(said.bounds.issued);
    key.last_audit.reset();  // the last one was of other shares
    if (proven.size() == key.holdings.size()) key.last_audit = *base::parse_utc(said.bounds.issued);
  }

  void change_shares() {
    const Json& body = transcript::object_of(entry_.body, "key-shares", {"event", "id", "reason"},
                                             {"index", "location", "seal", "shares", "statement"});
    InventoryKey& key = key_named(body["id"]);
    const std::string& event = transcript::string_of(body["event"], "the event");
    (void)transcript::name_of(body["reason"], "the reason", 1000);
    if (!key.set) broken(kTransitions, key.id + " is not shared");
    if (event == "reshared") return reshare(key, body);
    if (!body.contains("index")) broken(kEntries, "the index is missing");
    const std::uint64_t index = transcript::number_of(body["index"], "the index");
    const auto one =
        std::find_if(key.holdings.begin(), key.holdings.end(), [&](const Holding& h) { return h.index == index; });
    if (one == key.holdings.end()) broken(kTransitions, key.id + " has no share " + std::to_string(index));
    if (event != "lost" && event != "found" && event != "moved") broken(kEntries, "the event is unknown");
    if (event != "moved" && one->lost == (event == "lost"))
      broken(kTransitions, "share " + std::to_string(index) + " of " + key.id + " was " + event + " before");
    if (event != "moved") one->lost = event == "lost";
    if (event == "found") key.last_audit.reset();  // the last one did not ask for it
    if (body.contains("location")) one->location = text_from(body["location"], "the location");
    if (body.contains("seal")) one->seal = text_from(body["seal"], "the seal");
  }

  void audit() {
    const AuditReport report = AuditReport::from_json(entry_.body);
    base::Verdict verdict;
    const JudgedAudit judged = judge_audit(inventory_, report, time_, verdict);
    const bool dated = verdict.find("audit-date")->outcome == base::Outcome::passed;
    if (!judged.wrong.empty() || !judged.strange.empty() || !dated) broken(kProofs, objection(verdict));
    // What is proven is that the share was there when the challenge was made: old answers make nothing new.
    const std::int64_t issued = *base::parse_utc(report.challenge.issued);
    for (const auto& proven : judged.proven)
      for (InventoryKey& key : inventory_.keys)
        for (Holding& one : key.holdings)
          if (key.id == proven.key && one.index == proven.index)
            one.last_proof = std::max(issued, one.last_proof.value_or(issued));
    for (InventoryKey& key : inventory_.keys) {
      const auto is_proven = [&](const Holding& held) { return held.last_proof >= issued; };
      const bool any = std::any_of(key.holdings.begin(), key.holdings.end(), is_proven);
      const bool all = std::all_of(key.holdings.begin(), key.holdings.end(),
                                   [&](const Holding& held) { return held.lost || is_proven(held); });
      if (all && any) key.last_audit = std::max(issued, key.last_audit.value_or(issued));
    }
  }

  void change_roster() {
    const Json& body =
        transcript::object_of(entry_.body, "roster", {"event", "name"}, {"date", "details_sha256", "reason", "role"});
    const std::string& who = transcript::name_of(body["name"], "a name", 100);
    const std::string& event = transcript::string_of(body["event"], "the event");
    const std::int64_t date = body.contains("date") ? time_from(body["date"], "the date") : time_;
    if (date > time_) broken(kRoster, "the date is after the entry's own time");
    auto person = std::find_if(inventory_.roster.begin(), inventory_.roster.end(),
                               [&](const Custodian& c) { return c.name == who; });
    const bool present = person != inventory_.roster.end() && person->present;
    if (event == "joined" ? present : !present)
      broken(kRoster, "'" + base::printable(who) + "' is " + (present ? "there already" : "not in the roster"));
    if (event == "joined" && person == inventory_.roster.end()) {
      if (inventory_.roster.size() >= kMaxRoster) broken(kEntries, "more than 1000 people");
      inventory_.roster.push_back({});
      person = inventory_.roster.end() - 1;
      person->name = who;
    }
    if (event == "joined") {
      person->present = true;
      person->joined = date;
      person->left.reset();
    } else if (event == "left") {
      person->present = false;
      person->left = date;
    } else if (event == "trained") {
      person->trained = date;
    } else if (event == "checked") {
      person->background_checked = date;
    } else if (event != "details") {
      broken(kEntries, "the event is unknown");
    }
    if (body.contains("role")) person->role = text_from(body["role"], "the role");
    if (body.contains("details_sha256"))
      person->details_sha256 = base::to_hex(
          transcript::hash_from_hex(transcript::string_of(body["details_sha256"], "details_sha256"), "details_sha256"));
  }

  Inventory& inventory_;
  const transcript::Entry& entry_;
  std::int64_t time_;
};

bool ends_founding(const transcript::Entry& entry) {
  if (entry.type == kStateType) {
    const auto to = entry.body.find("to");
    return to == entry.body.end() || (*to != "pending" && *to != "active");
  }
  return entry.type == "closed" || entry.type == "share-audit" || entry.type.starts_with("ceremony-") ||
         (entry.type.starts_with("key-") && entry.type != kRegisteredType);
}

}  // namespace

std::optional<InventoryProblem> apply_entry(Inventory& inventory, const transcript::Entry& entry) {
  constexpr std::array kTypes = {kRegisteredType, kStateType, kRotatedType, kRevokedType,
                                 kSharesType,     kAuditType, kRosterType,  kPolicyType};
  const bool founded = inventory.founded || (!inventory.keys.empty() && ends_founding(entry));
  if (std::find(kTypes.begin(), kTypes.end(), entry.type) == kTypes.end()) {
    inventory.founded = founded;
    return std::nullopt;
  }
  Inventory after = inventory;  // an entry that breaks a rule changes nothing
  try {
    Applier(after, entry).apply();
  } catch (const Broken& problem) {
    return InventoryProblem{problem.rule, problem.detail};
  } catch (const Error& error) { return InventoryProblem{kEntries, error.message()}; }
  inventory = std::move(after);
  inventory.founded = founded;
  return std::nullopt;
}

Inventory inventory_of(const transcript::Contents& contents, base::Verdict& verdict) {
  Inventory inventory;
  const transcript::Replay state = transcript::replay(contents, transcript::Signatures::skip);
  inventory.record = state.origin;
  std::vector<std::pair<std::string_view, std::string>> problems;
  for (const std::string& line : contents.lines) {
    const transcript::Entry entry = transcript::parse_entry(line);
    if (const auto problem = apply_entry(inventory, entry))
      problems.emplace_back(problem->rule, "entry " + std::to_string(entry.sequence) + ": " + problem->detail);
  }
  for (const std::string_view rule : {kEntries, kTransitions, kApprovals, kProofs, kRoster}) {
    std::string all;
    for (const auto& [broken_rule, detail] : problems)
      if (broken_rule == rule) all += (all.empty() ? "" : "; ") + detail;
    verdict.add(rule, all.empty(), all);
  }
  measure_transitions(inventory, contents, state, verdict);
  return inventory;
}

}  // namespace solemn::keys
