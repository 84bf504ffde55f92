#pragma once
// The keys of an organisation through the years, and the people who hold their shares. Everything is an entry of the
// signed record (transcript/): "key-registered", "key-state", "key-shares", "share-audit", "roster", "key-policy". The
// inventory is what those entries say when they are gone through in order; it has no file of its own to be edited.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/verdict.hpp"
#include "keys/threshold.hpp"
#include "transcript/replay.hpp"

namespace solemn::keys {

enum class State : std::uint8_t { planned, pending, active, retiring, retired, revoked };
std::string_view name(State state) noexcept;
std::optional<State> state_named(std::string_view name) noexcept;
/// planned -> pending -> active -> retiring -> retired, and any but revoked -> revoked.
bool may_follow(State from, State to) noexcept;

/// Days. Defaults: the seed's year, 30 days of transition, and warnings 30 days before.
struct Policy {
  unsigned rotation = 365, transition = 30, warning = 30, share_audit = 180, training = 365, background_check = 730;
  unsigned revocation_threshold = 1;  // how many of the remaining keys revoke one
};

/// One share in somebody's hands.
struct Holding {
  unsigned index = 0;
  std::string custodian, location, seal;
  bool lost = false;
  std::optional<std::int64_t> last_proof;  // possession was proven then
};

/// A row of the inventory: the seed's Appendix C, and path, fingerprint and dates.
struct InventoryKey {
  std::string id;    // "maintainer-1"
  std::string type;  // "Maintainer", "GitHub App", "Nostr", "Anchor", "Emergency"
  CeremonyKey key;
  std::string path;       // derivation path; empty for independent keys
  std::string custodian;  // who uses the key
  std::string backup_location;
  State state = State::planned;
  std::string set_id;  // of its share set, 64 hex digits; empty: not shared
  unsigned threshold = 0, shares = 0;
  std::vector<Holding> holdings;
  bool drill = false;
  std::int64_t registered = 0;
  std::optional<std::int64_t> activated, retiring_until, retired, revoked, last_audit;
  std::string replaced_by, supersedes, revocation_reason;
  std::size_t lost_shares() const noexcept;
};
struct Transition {
  std::uint64_t entry = 0;
  std::int64_t time = 0;
  std::string key, signer, reason;
  std::optional<State> from;  // nullopt: registered
  State to;
};

struct Custodian {
  std::string name, role;
  bool present = true;
  std::int64_t joined = 0;
  std::optional<std::int64_t> left, trained, background_checked;
  std::string details_sha256;  // salted; telephone and address stand in a private file
};

struct Inventory {
  Policy policy;
  std::vector<InventoryKey> keys;  // in the order of registration
  std::vector<Transition> transitions;
  std::vector<Custodian> roster;
  const InventoryKey* find(std::string_view id) const noexcept;
  const Custodian* custodian(std::string_view name) const noexcept;
  /// For count_signers(): active keys, and retiring ones until their transition is over.
  std::vector<RegisteredKey> registry(std::int64_t now) const;
  /// Everything, for exports; times as text.
  transcript::Json json() const;
};

/// Reads a record whose entries are in order (transcript::replay has no problem). Adds the rules inventory-entries,
/// key-transitions, rotations-authorised, revocations-authorised; what an entry gets wrong is named with its number and
/// not applied.
Inventory inventory_of(const transcript::Contents& contents, base::Verdict& verdict);

enum class Urgency : std::uint8_t { soon, due, overdue };
struct Reminder {
  Urgency urgency;
  std::int64_t date = 0;
  std::string what;     // "rotation", "share-audit", "training", "background-check", "retire", "reshare", "lost-shares"
  std::string subject;  // key or person
  std::string text;     // "rotate maintainer-1 before 2027-11-26"
};
/// Sorted by date. soon: within policy.warning days.
std::vector<Reminder> reminders(const Inventory& inventory, std::int64_t now);

}  // namespace solemn::keys
