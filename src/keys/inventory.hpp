#pragma once
// The keys of an organisation through the years, and the people who hold their shares. Everything is an entry of the
// signed record (transcript/); the inventory is what those entries say when they are gone through in order, and there
// is no file of it that could be edited. docs/key-life-cycle.md describes the entries.
#include <optional>
#include <string>
#include <vector>

#include "base/verdict.hpp"
#include "keys/threshold.hpp"
#include "sharing/feldman.hpp"
#include "transcript/replay.hpp"

namespace solemn::keys {

/// The types of the entries, all signed by root or coordinator.
inline constexpr std::string_view kRegisteredType = "key-registered", kStateType = "key-state",
                                  kRotatedType = "key-rotated", kRevokedType = "key-revoked",
                                  kSharesType = "key-shares", kAuditType = "share-audit", kRosterType = "roster",
                                  kPolicyType = "key-policy";

enum class State : std::uint8_t { planned, pending, active, retiring, retired, revoked };
std::string_view name(State state) noexcept;
std::optional<State> state_named(std::string_view name) noexcept;
/// planned -> pending -> active -> retiring -> retired, and any but revoked -> revoked.
bool may_follow(State from, State to) noexcept;

/// How long an old and a new key are both good at least: the seed's 30 days. Only an emergency rotation has none.
inline constexpr unsigned kLeastTransition = 30;
/// Days. The seed's year and its 30 days of transition; warnings 30 days before.
struct Policy {
  unsigned rotation = 365, transition = 30, warning = 30, share_audit = 180, training = 365, background_check = 730;
  unsigned revocation_threshold = 0;  // how many of the remaining keys revoke one; 0: more than half of them
};

/// One share in somebody's hands.
struct Holding {
  unsigned index = 0;
  std::string custodian, location, seal;
  bool lost = false;
  std::optional<std::int64_t> last_proof = std::nullopt;  // possession was proven then
};

/// A row of the inventory: the seed's Appendix C, and path, fingerprint and dates.
struct InventoryKey {
  std::string id;                  // "maintainer-1"
  std::string type;                // "Maintainer", "Nostr", "Anchor", "GitHub App", "Emergency"
  std::optional<CeremonyKey> key;  // nullopt: planned
  std::string path;                // derivation path; empty for independent keys
  std::string custodian;           // who uses the key
  std::string backup_location;
  State state = State::planned;
  bool drill = false;
  /// Active since the founding, or by rotation from such a key: it has a voice about other keys. A key that a
  /// coordinator adds later speaks for itself only, or a coordinator could add as many voices as are needed.
  bool founder = false;
  std::optional<sharing::ShareSet> set;  // of the key, or of the key-encryption key that seals it
  std::vector<Holding> holdings;
  std::int64_t registered = 0;
  /// retiring_until: nullopt while retiring: its end is not known yet (keys/dates.hpp).
  std::optional<std::int64_t> activated, retiring_until, retired, revoked, last_audit;
  std::string replaced_by, supersedes, revocation_reason, revocation_sha256;

  std::string fingerprint() const;  // hex; empty while planned
  std::size_t lost_shares() const noexcept;
  /// Whether it counts at that time: active, or retiring and not yet over.
  bool counts_at(std::int64_t time) const noexcept;
};
struct Transition {
  std::uint64_t entry = 0;
  std::int64_t time = 0;
  std::string key, reason;
  std::optional<State> from;  // nullopt: registered
  State to = State::planned;
};

struct Custodian {
  std::string name, role;
  bool present = true;
  std::int64_t joined = 0;
  std::optional<std::int64_t> left, trained, background_checked;
  std::string details_sha256;  // of the private file with telephone and address, salted
};

struct Inventory {
  std::string record;  // the origin of the record that it comes from (transcript::Replay)
  Policy policy;
  /// Once there is a key: ended by the first policy, by "closed", by a step of a ceremony, by whatever happens to a key
  /// after it is active. Then nobody becomes a founder, and how many of them revoke a key is settled.
  bool founded = false;
  std::vector<InventoryKey> keys;  // in the order of registration
  std::vector<Transition> transitions;
  std::vector<Custodian> roster;
  const InventoryKey* find(std::string_view id) const noexcept;
  const Custodian* custodian(std::string_view name) const noexcept;
  /// For count_signers(). The status of a retiring key whose transition is over is "retired".
  std::vector<RegisteredKey> registry(std::int64_t now) const;
  /// Everything, for exports; times as text.
  transcript::Json json() const;
};

/// Goes through the entries of a record that is in order (transcript::replay has no problem). Adds the rules
/// inventory-entries (well formed), key-transitions (legal, and about known keys), key-approvals (rotations and
/// revocations and new shares by those who may), share-proofs, roster; and transition-times (keys/dates.hpp). What an
/// entry gets wrong is named with its number, and the entry is not applied.
Inventory inventory_of(const transcript::Contents& contents, base::Verdict& verdict);

/// What one more entry would break; applies it when it breaks nothing. For writers.
struct InventoryProblem {
  std::string_view rule;
  std::string detail;
};
std::optional<InventoryProblem> apply_entry(Inventory& inventory, const transcript::Entry& entry);

/// The member "shares" of key-registered, key-state and key-shares.
transcript::Json shares_json(const sharing::ShareSet& set, const std::vector<Holding>& holdings);

enum class Urgency : std::uint8_t { soon, due };
struct Reminder {
  Urgency urgency = Urgency::soon;
  std::int64_t date = 0;  // when it is due
  /// "rotation", "retirement", "share-audit", "lost-shares", "reshare", "training", "background-check"
  std::string_view what;
  std::string subject;  // key or person
  std::string text;     // "rotate maintainer-1"
};
/// Sorted by date. soon: within policy.warning days; due: the date is past.
std::vector<Reminder> reminders(const Inventory& inventory, std::int64_t now);

}  // namespace solemn::keys
