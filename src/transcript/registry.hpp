#pragma once
// Who may write what: the root key and the participants, as the entries so far say.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "transcript/entry.hpp"

namespace solemn::transcript {

/// Roles are fixed words: the table of who may sign which type depends on them.
enum class Role : std::uint8_t { root, coordinator, contributor, witness, auditor, release };
std::string_view name(Role role) noexcept;
/// All but root, which only the first entry names.
std::optional<Role> participant_role_named(std::string_view name) noexcept;

struct Participant {
  std::string name;
  Role role;
  sign::PublicKey key;
};
Json participant_json(const Participant& participant);
/// Throws Error{malformed}.
Participant participant_from(const Json& json);

/// The body of the first entry.
struct Genesis {
  std::string kind, label, created;
  std::string nonce;  // 32 hex digits: two ceremonies of one label and second differ
  sign::PublicKey root_key;
  std::vector<Participant> participants;  // names and keys all different, exactly one coordinator
  std::uint64_t witness_threshold = 0;    // cosignatures that a checkpoint needs
  Json json() const;
};
/// Throws Error{malformed}.
Genesis genesis_from(const Json& body);
/// The name of the record in checkpoints, which names exactly this first entry: "solemn.transcript/" and the hex of its
/// leaf hash.
std::string origin_of(const Hash& genesis_leaf);

/// Types that this version knows; others are kept, shown, and may be signed by any participant.
bool is_known_type(std::string_view type) noexcept;
/// Every known type with the roles that may sign it: for help and docs.
std::string known_types();

class Registry {
 public:
  explicit Registry(const Genesis& genesis);
  /// Null when the key is not root's or a present participant's.
  const Participant* find(const sign::KeyId& key) const;
  /// Why this role may not write this now; nullopt when it may. Knows that nothing but statements, incidents and
  /// revocations follows the closing entry, and that beacons are announced before they are used.
  std::optional<std::string> objection(const Entry& entry, Role role) const;
  /// Takes over what the entry changes (participants, closing). Throws Error{malformed} when its body is not what the
  /// type needs. To be called for entries that may be written; the first entry is in the constructor.
  void apply(const Entry& entry);
  /// Everybody now registered, root first.
  std::vector<const Participant*> all() const;
  std::vector<const Participant*> with_role(Role role) const;

 private:
  std::map<sign::KeyId, Participant> participants_;
  std::map<sign::KeyId, Participant> removed_;
  bool closed_ = false;
  std::size_t n_announced_ = 0, n_used_ = 0;
};

}  // namespace solemn::transcript
