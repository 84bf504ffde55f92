#pragma once
// The keys of a ceremony while they are in memory, from the dice to the sheets. It lives in one run of the program:
// nothing of it is on a disk, so what a power cut takes is made anew. What it returns is public, and goes into the
// record.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "keys/cleanup.hpp"
#include "keys/progress.hpp"
#include "keys/threshold.hpp"
#include "sharing/entropy_gathering.hpp"
#include "sharing/generate.hpp"
#include "sharing/matrix.hpp"
#include "sharing/set_json.hpp"
#include "sign/dsse.hpp"

namespace solemn::keys {

/// A key as the record knows it.
struct MadeKey {
  std::string name, type, title;
  CeremonyKey key;
  std::string path;  // BIP-32; empty: no seed
  std::string also;  // another form of the public key: "npub1...", GitHub's fingerprint; may be empty
};
transcript::Json made_key_json(const MadeKey& key);
/// Throws Error{malformed}.
MadeKey made_key_from(const transcript::Json& json);

class KeySession {
 public:
  /// `number` is the third part of BIP-32 paths. Script and choices must outlive the object.
  KeySession(const Script& script, const Progress& progress, std::vector<std::string> custodians, bool drill,
             std::uint32_t number);

  // ---- entropy
  /// SHA-512 of the faces, for everybody to write down.
  base::Hash64 commit_dice(hash::DiceThrows dice) { return gathering_.commit_dice(std::move(dice)); }
  /// What was mixed, in words.
  std::vector<std::string> draw_devices();

  // ---- keys
  /// kept: the seed is shared like a key; null: it is forgotten with the rest.
  std::optional<MadeKey> make_seed(const ScriptKey* kept);
  std::vector<MadeKey> make_maintainers();
  MadeKey make_nostr(const ScriptKey& key);
  MadeKey make_anchor(const ScriptKey& key);
  MadeKey make_rsa(const ScriptKey& key);
  /// The file as GitHub gave it.
  MadeKey import_github(const ScriptKey& key, base::ByteSpan pem);
  base::Verdict check_keys() const;
  const std::vector<MadeKey>& made() const noexcept { return made_; }

  // ---- shares
  sharing::Matrix matrix() const;
  void split();
  std::vector<sharing::SetFile> sets() const;
  base::Verdict rehearse() const;
  /// By custodian name: key name and share.
  struct Holding {
    const sharing::SetFile* set = nullptr;
    const sharing::Share* share = nullptr;
    std::string key, title;
  };
  std::vector<Holding> holdings_of(std::string_view custodian) const;
  /// Every key signs its own revocation, to be sealed in a bag (keys/statements.hpp). By key, in the order of made().
  /// REQUIRES: split(). record: the origin of the ceremony's record; issued: time text. Throws Error{internal} when a
  /// signature does not verify.
  struct SignedRevocation {
    std::string key;
    sign::DsseEnvelope envelope;
  };
  std::vector<SignedRevocation> sign_revocations(const std::string& record, const std::string& issued) const;
  /// Everything once more from the beginning: public keys by both libraries, commitments, shares against commitments,
  /// what is sealed against its public half.
  base::Verdict cross_check() const;

  /// Of every secret that is held, to search for it later.
  Fingerprints fingerprints() const;

 private:
  struct Held {
    std::string name, title;
    std::optional<sharing::NewKey> scalar;   // one of the two
    std::optional<sign::SecretText> secret;  // a key that is no scalar
    sharing::SecretKind kind = sharing::SecretKind::other;
    sharing::SetFile set;                // after split()
    std::vector<sharing::Share> shares;  // the same
  };
  sharing::Randomness& randomness();
  void forget_key(const std::string& name);
  MadeKey hold_scalar(const ScriptKey& key, sharing::NewKey made, Scheme scheme);
  MadeKey hold_secret(const ScriptKey& key, sharing::SecretKind kind, sign::SecretText secret);

  const Script& script_;
  const Progress& progress_;
  std::vector<std::string> custodians_;
  sharing::Drill drill_;
  std::uint32_t number_;
  sharing::EntropyGathering gathering_;
  std::vector<std::string> sources_;
  std::optional<sharing::Randomness> randomness_;
  std::optional<sign::SecretText> seed_;
  std::vector<Held> held_;
  std::vector<MadeKey> made_;
};

/// All shares of a custodian as text, one after the other.
sign::SecretText shares_text(const std::vector<KeySession::Holding>& holdings);

/// What a scanned sheet says, against what this custodian should have got. Names every bad or missing share; a share of
/// somebody else is named as well. REQUIRES: holdings of one custodian.
base::Verdict verify_sheets(const std::vector<KeySession::Holding>& expected,
                            const std::vector<sign::SecretText>& scanned);

/// The keys of a set that the policies ask for.
std::vector<const ScriptKey*> wanted_keys(const Script& script, const Progress& progress, std::string_view type);

}  // namespace solemn::keys
