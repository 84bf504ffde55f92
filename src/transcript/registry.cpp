#include "transcript/registry.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "sign/base64.hpp"
#include "sign/key_secret.hpp"
#include "sign/note.hpp"
#include "transcript/malformed.hpp"
#include "transcript/time.hpp"

namespace solemn::transcript {

namespace {

constexpr std::size_t kMaxParticipants = 10000;
constexpr std::array<std::string_view, 6> kRoleNames = {"root",    "coordinator", "contributor",
                                                        "witness", "auditor",     "release"};

constexpr unsigned bit(Role role) { return 1U << static_cast<unsigned>(role); }
constexpr unsigned kAnybody = (1U << kRoleNames.size()) - 1;
constexpr unsigned kRunners = bit(Role::root) | bit(Role::coordinator);

enum class AfterClosing : std::uint8_t { no, yes };

struct TypeRule {
  std::string_view type;
  unsigned roles;
  AfterClosing after_closing;
};

constexpr std::array<TypeRule, 20> kTypes = {{
    {"genesis", bit(Role::root), AfterClosing::no},
    {"participant-added", bit(Role::root), AfterClosing::no},
    {"participant-removed", bit(Role::root), AfterClosing::no},
    {"contribution", bit(Role::contributor), AfterClosing::no},
    {"beacon-announced", kRunners, AfterClosing::no},
    {"beacon-used", kRunners, AfterClosing::no},
    {"artifact", kRunners | bit(Role::contributor) | bit(Role::release), AfterClosing::no},
    {"statement", kAnybody, AfterClosing::yes},
    {"incident", kAnybody, AfterClosing::yes},
    {"revocation", bit(Role::root), AfterClosing::yes},
    {"closed", kRunners, AfterClosing::no},
    // The life of keys goes on when their ceremony is over (keys/inventory.hpp).
    {"key-registered", kRunners, AfterClosing::yes},
    {"key-state", kRunners, AfterClosing::yes},
    {"key-rotated", kRunners, AfterClosing::yes},
    {"key-revoked", kRunners, AfterClosing::yes},
    {"key-shares", kRunners, AfterClosing::yes},
    {"share-audit", kRunners | bit(Role::auditor), AfterClosing::yes},
    {"key-recovered", kRunners, AfterClosing::yes},
    {"roster", kRunners, AfterClosing::yes},
    {"key-policy", kRunners, AfterClosing::yes},
}};

const TypeRule* rule_of(std::string_view type) noexcept {
  const auto* found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeRule& rule) { return rule.type == type; });
  return found == kTypes.end() ? nullptr : found;
}

std::string role_list(unsigned roles) {
  if (roles == kAnybody) return "everybody";
  std::string text;
  for (std::size_t i = 0; i < kRoleNames.size(); ++i) {
    if ((roles & (1U << i)) != 0) text += (text.empty() ? "" : ", ") + std::string(kRoleNames[i]);
  }
  return text;
}

sign::PublicKey key_from(const Json& json, const std::string& what) {
  const auto der = sign::from_base64(string_of(json, what));
  if (!der) malformed(what + " is not base64");
  return sign::PublicKey::from_spki(*der);
}

void require_distinct(const Genesis& genesis) {
  std::set<std::string> names;
  std::set<std::string> secrets = {sign::secret_behind(genesis.root_key)};
  std::size_t n_coordinators = 0, n_witnesses = 0;
  for (const Participant& participant : genesis.participants) {
    if (!names.insert(participant.name).second) malformed("the participant '" + participant.name + "' occurs twice");
    if (!secrets.insert(sign::secret_behind(participant.key)).second)
      malformed("the key of '" + participant.name + "' occurs twice, or another one of the same secret");
    n_coordinators += participant.role == Role::coordinator ? 1 : 0;
    n_witnesses += participant.role == Role::witness ? 1 : 0;
  }
  if (n_coordinators != 1) malformed("there is not exactly one coordinator");
  if (genesis.witness_threshold > n_witnesses) malformed("the witness threshold is above the number of witnesses");
}

}  // namespace

std::string_view name(Role role) noexcept { return kRoleNames[static_cast<std::size_t>(role)]; }

std::optional<Role> participant_role_named(std::string_view name) noexcept {
  for (std::size_t i = 1; i < kRoleNames.size(); ++i) {
    if (kRoleNames[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

Json participant_json(const Participant& participant) {
  return Json{{"algorithm", sign::name(participant.key.algorithm())},
              {"name", participant.name},
              {"public_key", sign::to_base64(participant.key.spki())},
              {"role", name(participant.role)}};
}

Participant participant_from(const Json& json) {
  object_of(json, "a participant", {"algorithm", "name", "public_key", "role"});
  const auto role = participant_role_named(string_of(json["role"], "a participant's role"));
  if (!role) malformed("a participant's role is not one of coordinator, contributor, witness, auditor, release");
  Participant participant{name_of(json["name"], "a participant's name", 100), *role,
                          key_from(json["public_key"], "a participant's public key")};
  if (string_of(json["algorithm"], "a participant's algorithm") != sign::name(participant.key.algorithm())) {
    malformed("the key of '" + participant.name + "' is of another algorithm than stated");
  }
  if (participant.role == Role::witness) {
    if (participant.key.algorithm() != sign::Algorithm::ed25519) malformed("a witness has a key that is not Ed25519");
    (void)sign::NoteKey(participant.name, sign::NoteKind::cosignature_v1, participant.key);  // a name fit for notes
  }
  return participant;
}

Json Genesis::json() const {
  Json people = Json::array();
  for (const Participant& participant : participants) people.push_back(participant_json(participant));
  return Json{
      {"ceremony", {{"created", created}, {"kind", kind}, {"label", label}, {"nonce", nonce}}},
      {"participants", std::move(people)},
      {"root", {{"algorithm", sign::name(root_key.algorithm())}, {"public_key", sign::to_base64(root_key.spki())}}},
      {"witness_threshold", witness_threshold}};
}

Genesis genesis_from(const Json& body) {
  object_of(body, "the first entry", {"ceremony", "participants", "root", "witness_threshold"});
  const Json& ceremony = object_of(body["ceremony"], "ceremony", {"created", "kind", "label", "nonce"});
  const Json& root = object_of(body["root"], "root", {"algorithm", "public_key"});
  Genesis genesis{string_of(ceremony["kind"], "kind"),
                  name_of(ceremony["label"], "label"),
                  string_of(ceremony["created"], "created"),
                  string_of(ceremony["nonce"], "nonce"),
                  key_from(root["public_key"], "the root key"),
                  {},
                  number_of(body["witness_threshold"], "witness_threshold")};
  if (!is_type_name(genesis.kind)) malformed("the kind is not a name in lower-case words");
  if (!parse_time(genesis.created)) malformed("created is not like 2026-01-31T12:00:00Z");
  const auto nonce = base::from_hex(genesis.nonce);
  if (!nonce || nonce->size() != 16 || base::to_hex(*nonce) != genesis.nonce)
    malformed("the nonce is not 32 hex digits");
  if (string_of(root["algorithm"], "the root's algorithm") != sign::name(genesis.root_key.algorithm())) {
    malformed("the root key is of another algorithm than stated");
  }
  for (const Json& item : array_of(body["participants"], "participants", kMaxParticipants)) {
    genesis.participants.push_back(participant_from(item));
  }
  require_distinct(genesis);
  return genesis;
}

std::string origin_of(const Hash& genesis_leaf) { return "solemn.transcript/" + base::to_hex(genesis_leaf); }

bool is_known_type(std::string_view type) noexcept { return rule_of(type) != nullptr; }

std::string known_types() {
  std::string text;
  for (const TypeRule& rule : kTypes) {
    text += (text.empty() ? "  " : "\n  ") + std::string(rule.type) + ": " + role_list(rule.roles);
  }
  return text;
}

Registry::Registry(const Genesis& genesis) {
  participants_.emplace(genesis.root_key.id(), Participant{"root", Role::root, genesis.root_key});
  for (const Participant& participant : genesis.participants) participants_.emplace(participant.key.id(), participant);
}

const Participant* Registry::find(const sign::KeyId& key) const {
  const auto found = participants_.find(key);
  return found == participants_.end() ? nullptr : &found->second;
}

std::optional<std::string> Registry::objection(const Entry& entry, Role role) const {
  const TypeRule* rule = rule_of(entry.type);
  if (entry.type == "genesis") return "a second first entry";
  if (closed_ && (rule == nullptr || rule->after_closing == AfterClosing::no)) return "the record was closed before";
  if (rule == nullptr) return std::nullopt;
  if ((rule->roles & bit(role)) == 0) {
    return "the signer is " + std::string(name(role)) + ", and '" + entry.type + "' is for " + role_list(rule->roles);
  }
  if (entry.type == "beacon-used" && n_used_ >= n_announced_) return "no beacon was announced before it";
  return std::nullopt;
}

void Registry::apply(const Entry& entry) {
  const auto remove = [this](const Json& key) {
    const auto found = participants_.find(hash_from_hex(string_of(key, "key"), "key"));
    if (found == participants_.end()) malformed("there is no participant with that key");
    if (found->second.role == Role::root || found->second.role == Role::coordinator) {
      malformed("root and coordinator stay for the whole record");
    }
    removed_.insert(participants_.extract(found));
  };
  if (entry.type == "participant-added") {
    const Participant added = participant_from(entry.body);
    if (added.role == Role::coordinator) malformed("root and coordinator stay for the whole record");
    if (participants_.size() + removed_.size() >= kMaxParticipants) malformed("there are more than 10000 participants");
    for (const auto& [key, other] : removed_)
      if (sign::same_secret(other.key, added.key)) malformed("the key of '" + added.name + "' was removed before");
    for (const auto& [key, other] : participants_)
      if (other.name == added.name || sign::same_secret(other.key, added.key))
        malformed("'" + added.name + "' or its key is there already");
    participants_.emplace(added.key.id(), added);
  } else if (entry.type == "participant-removed") {
    object_of(entry.body, "participant-removed", {"key", "reason"});
    (void)name_of(entry.body["reason"], "the reason", 1000);
    remove(entry.body["key"]);
  } else if (entry.type == "revocation") {
    object_of(entry.body, "revocation", {"reason", "subject"}, {"attachments", "key"});
    (void)name_of(entry.body["subject"], "the subject", 1000);
    (void)name_of(entry.body["reason"], "the reason", 1000);
    if (entry.body.contains("key")) remove(entry.body["key"]);
  }
  n_announced_ += entry.type == "beacon-announced" ? 1 : 0;
  n_used_ += entry.type == "beacon-used" ? 1 : 0;
  closed_ = closed_ || entry.type == "closed";
}

std::vector<const Participant*> Registry::all() const {
  std::vector<const Participant*> found;
  for (const auto& [key, participant] : participants_) found.push_back(&participant);
  std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
    return a->role != b->role ? a->role < b->role : a->name < b->name;
  });
  return found;
}

std::vector<const Participant*> Registry::with_role(Role role) const {
  std::vector<const Participant*> found = all();
  std::erase_if(found, [role](const Participant* participant) { return participant->role != role; });
  return found;
}

}  // namespace solemn::transcript
