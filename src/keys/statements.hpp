#pragma once
// Signed statements about keys, in DSSE envelopes that everybody verifies offline: that one key follows another, that a
// key is no longer good, that its shares were dealt anew. A key approves with its own signature, or through its
// custodians: as many proofs of possession by distinct shares as the key's threshold. Then nobody rebuilds it.
#include <set>
#include <string>

#include "base/verdict.hpp"
#include "keys/inventory.hpp"
#include "sharing/randomness.hpp"
#include "sign/dsse.hpp"

namespace solemn::keys {

struct KeyReference {
  std::string id;
  CeremonyKey key;
  std::string set_id = {};  // hex; empty: not shared
};
KeyReference reference_to(const InventoryKey& key);

/// Where and when a statement counts: in another record, and after its last day, it is worth nothing.
struct Bounds {
  std::string record;   // Inventory::record
  std::string issued;   // time text
  std::string expires;  // kStatementDays later; empty: signed beforehand, good as long as the key is not revoked
};
inline constexpr unsigned kStatementDays = 90;
/// `issued`: seconds since 1970.
Bounds bounds_of(const Inventory& inventory, std::int64_t issued);

/// "old hands over to new". As with roots in TUF, the old key and the new one approve.
struct Rotation {
  KeyReference old_key, new_key;
  Bounds bounds;
  unsigned transition_days = 30;       // both are good for that long; 0: emergency
  std::string reason = {};             // why; an emergency must say
  std::string revocation_sha256 = {};  // emergency: of the payload of the old key's revocation, which comes first
  bool emergency() const noexcept { return !revocation_sha256.empty(); }
};

/// The reason words of RFC 5280 section 5.3.1 that end a key: unspecified, keyCompromise, cACompromise,
/// affiliationChanged, superseded, cessationOfOperation, privilegeWithdrawn, aACompromise.
bool is_revocation_reason(std::string_view word) noexcept;
struct Revocation {
  KeyReference key;
  std::string reason;
  Bounds bounds;
  bool presigned = false;        // signed by the key itself on the day of its birth, kept sealed with the shares
  std::string replaced_by = {};  // id of the next key
  std::string supersedes = {};   // SHA-256 of the payload of an earlier notice
};

/// What a key signs on the day of its birth, to be used when its shares are lost: reason "unspecified", no last day.
/// record: of Bounds; issued: time text.
Revocation presigned_revocation(KeyReference key, std::string record, std::string issued);

/// "The shares of this key were dealt anew". Custodians of the old ones approve, and holders of the new ones.
struct Resharing {
  KeyReference key;  // with the old set
  std::string new_set_id, reason;
  Bounds bounds;
};

/// in-toto Statement v1 as canonical JSON, without signatures.
sign::DsseEnvelope statement_of(const Rotation& rotation);
sign::DsseEnvelope statement_of(const Revocation& revocation);
sign::DsseEnvelope statement_of(const Resharing& resharing);
/// Throw Error{malformed}: strict, and the payload must be byte for byte what statement_of() makes.
Rotation read_rotation(const sign::DsseEnvelope& envelope);
Revocation read_revocation(const sign::DsseEnvelope& envelope);
Resharing read_resharing(const sign::DsseEnvelope& envelope);
std::string payload_sha256(const sign::DsseEnvelope& envelope);

/// Adds the approval of one custodian: a proof of possession over a challenge that no other use of shares has.
void approve_with_share(sign::DsseEnvelope& envelope, const sharing::ShareSet& set, const sharing::Share& share,
                        sharing::Randomness& randomness);
/// Adds the key's own signatures, by the private key: ECDSA and BIP-340, both over SHA-256. Which of them counts is the
/// registered scheme's to say.
void approve_with_key(sign::DsseEnvelope& envelope, const sharing::Scalar& key);

/// Who approved for this key.
struct Approval {
  bool by_key = false;
  std::set<unsigned> shares;  // distinct indices with a valid proof
  unsigned threshold = 0;     // 0: not shared
  bool by_quorum() const noexcept { return threshold != 0 && shares.size() >= threshold; }
  bool given() const noexcept { return by_key || by_quorum(); }
  std::string text() const;  // "signed by the key", "2 of 3 shares"
};
Approval approval_of(const InventoryKey& key, const sign::DsseEnvelope& envelope);

/// Rules: rotation-statement (well formed, about two different keys), rotation-record (of this record), rotation-dates
/// (made after its keys, not in the future, not over), rotation-keys (they are those of the inventory, the new one
/// pending, the old one active), rotation-window (the policy's days; 0 only after a revocation, and it says why),
/// rotation-old-approves, rotation-new-approves. Emergency: the old key is revoked by that notice, and for it speak its
/// custodians or enough of the remaining keys, never the key itself.
base::Verdict verify_rotation(const Inventory& inventory, const sign::DsseEnvelope& envelope, std::int64_t now);
/// Rules: revocation-statement, revocation-record, revocation-dates, revocation-key, revocation-approved (by the key
/// itself, its custodians, or enough of the remaining keys: the detail says which). Of the remaining keys only founders
/// have a voice.
base::Verdict verify_revocation(const Inventory& inventory, const sign::DsseEnvelope& envelope, std::int64_t now);
/// `fresh`: the new set. Rules: resharing-statement, resharing-record, resharing-dates, resharing-keys (of the
/// inventory with its set of now, and the new set shares the same secret), resharing-old-approves and
/// resharing-new-approves (proofs of possession, as many as each threshold).
base::Verdict verify_resharing(const Inventory& inventory, const sharing::ShareSet& fresh,
                               const sign::DsseEnvelope& envelope, std::int64_t now);
/// The new shares that proved possession.
std::set<unsigned> fresh_shares(const InventoryKey& key, const sharing::ShareSet& fresh,
                                const sign::DsseEnvelope& envelope);

}  // namespace solemn::keys
