#include "keys/statements.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/time.hpp"
#include "hash/sha256.hpp"
#include "keys/inventory_entry.hpp"

namespace solemn::keys {

using base::ByteSpan;
using base::Error;
using transcript::Json;

namespace {

constexpr const char* kPayloadType = "application/vnd.in-toto+json";
constexpr const char* kStatementType = "https://in-toto.io/Statement/v1";
constexpr const char* kRotationType = "urn:solemn:key-rotation:v1";
constexpr const char* kRevocationType = "urn:solemn:key-revocation:v1";
constexpr const char* kResharingType = "urn:solemn:key-resharing:v1";
constexpr std::int64_t kDay = 86400;
constexpr std::string_view kApprovalTag = "solemn statement approval 1";
constexpr std::array<std::string_view, 8> kReasons = {"unspecified",        "keyCompromise", "cACompromise",
                                                      "affiliationChanged", "superseded",    "cessationOfOperation",
                                                      "privilegeWithdrawn", "aACompromise"};

[[noreturn]] void malformed(const std::string& what) { throw Error(base::Code::malformed, what); }

Json reference_json(const KeyReference& one) {
  return {{"id", one.id}, {"public_key", one.key.hex()}, {"scheme", name(one.key.scheme)}, {"set_id", one.set_id}};
}

KeyReference reference_from(const Json& json) {
  transcript::object_of(json, "a key of the statement", {"id", "public_key", "scheme", "set_id"});
  const auto scheme = scheme_named(transcript::string_of(json["scheme"], "a scheme"));
  if (!scheme) malformed("a key's scheme is unknown");
  const std::string& set_id = transcript::string_of(json["set_id"], "a set id");
  if (!set_id.empty()) (void)transcript::hash_from_hex(set_id, "a set id");
  return {transcript::name_of(json["id"], "a key's id", 100),
          CeremonyKey::parse(*scheme, transcript::string_of(json["public_key"], "a public key")), set_id};
}

bool same_key(const KeyReference& one, const InventoryKey& key) {
  if (!key.key) return false;
  const KeyReference other = reference_to(key);
  return one.id == other.id && one.key.scheme == other.key.scheme && one.key.bytes == other.key.bytes &&
         one.set_id == other.set_id;
}

sign::DsseEnvelope envelope_of(const std::vector<const KeyReference*>& subjects, const char* type, Json predicate) {
  Json list = Json::array();
  for (const KeyReference* one : subjects)
    list.push_back({{"digest", {{"sha256", base::to_hex(one->key.fingerprint())}}}, {"name", one->id}});
  const std::string text = transcript::canonical({{"_type", kStatementType},
                                                  {"predicate", std::move(predicate)},
                                                  {"predicateType", type},
                                                  {"subject", std::move(list)}});
  const ByteSpan bytes = base::as_bytes(text);
  return {kPayloadType, {bytes.begin(), bytes.end()}, {}};
}

Json predicate_of(const sign::DsseEnvelope& envelope, const char* type) {
  if (envelope.payload_type != kPayloadType) malformed("the payload type is not " + std::string(kPayloadType));
  Json json = transcript::parse_canonical(base::as_text(envelope.payload));
  transcript::object_of(json, "the statement", {"_type", "predicate", "predicateType", "subject"});
  if (json["predicateType"] != type) malformed("the statement is not of the type " + std::string(type));
  return json["predicate"];
}

void require_same_payload(const sign::DsseEnvelope& read, const sign::DsseEnvelope& made) {
  if (read.payload != made.payload) malformed("the statement's subjects are not those of its keys");
}

base::Bytes message_of(const sign::DsseEnvelope& envelope) {
  return sign::dsse_message(envelope.payload_type, envelope.payload);
}

Bounds bounds_from(const Json& predicate) {
  Bounds made{transcript::name_of(predicate["record"], "the record", 200),
              transcript::string_of(predicate["issued"], "issued"),
              transcript::string_of(predicate["expires"], "expires")};
  (void)time_from(predicate["issued"], "issued");
  if (!made.expires.empty()) (void)time_from(predicate["expires"], "expires");
  return made;
}

// "rotation-record" and "rotation-dates", and so for the others. born: since when there are the keys that it is about.
struct BoundRules {
  std::string_view record, dates;
};
void check_bounds(base::Verdict& verdict, const BoundRules& rules, const Inventory& inventory, const Bounds& bounds,
                  std::int64_t born, std::int64_t now) {
  const bool here = bounds.record == inventory.record;
  verdict.add(rules.record, here, here ? "" : "it is about the record " + bounds.record + ", not " + inventory.record);
  const std::int64_t issued = *base::parse_utc(bounds.issued);
  std::string problem;
  if (issued > now) problem = "issued in the future, " + bounds.issued;
  if (issued < born) problem = "issued " + bounds.issued + ", before there was the key";
  if (!bounds.expires.empty()) {
    const std::int64_t expires = *base::parse_utc(bounds.expires);
    if (expires > issued + kStatementDays * kDay)
      problem = "good for more than " + std::to_string(kStatementDays) + " days";
    if (now >= expires) problem = "it was good until " + bounds.expires;
  }
  verdict.add(rules.dates, problem.empty(), problem);
}

// What a share signs for a statement: no other use of shares begins so.
base::Bytes approval_challenge(ByteSpan message) {
  const base::Hash32 digest = hash::sha256(message);
  const ByteSpan tag = base::as_bytes(kApprovalTag);
  base::Bytes challenge(tag.begin(), tag.end());
  challenge.push_back(std::byte{0});
  challenge.insert(challenge.end(), digest.begin(), digest.end());
  return challenge;
}

// The remaining founders that approve, and whether they are enough.
std::pair<bool, std::string> remaining_approve(const Inventory& inventory, const InventoryKey& key,
                                               const sign::DsseEnvelope& envelope, std::int64_t now) {
  std::size_t n = 0, of = 0;
  std::string names;
  for (const InventoryKey& other : inventory.keys) {
    if (other.id == key.id || !other.founder || other.drill != key.drill || !other.counts_at(now)) continue;
    ++of;
    if (!approval_of(other, envelope).given()) continue;
    ++n;
    names += (names.empty() ? ": " : ", ") + other.id;
  }
  const std::size_t needed =
      inventory.policy.revocation_threshold == 0 ? of / 2 + 1 : inventory.policy.revocation_threshold;
  return {n >= needed, std::to_string(n) + " of " + std::to_string(of) + " remaining keys, " + std::to_string(needed) +
                           " needed" + names};
}

void check_window(base::Verdict& verdict, const Inventory& inventory, const Rotation& rotation) {
  const bool silent = rotation.emergency() && rotation.reason.empty();
  const bool right =
      rotation.emergency() ? rotation.transition_days == 0 : rotation.transition_days == inventory.policy.transition;
  verdict.add("rotation-window", right && !silent,
              std::to_string(rotation.transition_days) + " days" +
                  (silent                 ? ", and the emergency does not say why"
                   : rotation.emergency() ? ", an emergency has none"
                                          : ", the policy says " + std::to_string(inventory.policy.transition)));
}

void check_old(base::Verdict& verdict, const Inventory& inventory, const Rotation& rotation, const InventoryKey& key,
               const sign::DsseEnvelope& envelope, std::int64_t now) {
  const Approval approval = approval_of(key, envelope);
  if (!rotation.emergency()) return verdict.add("rotation-old-approves", approval.given(), approval.text());
  const auto [enough, text] = remaining_approve(inventory, key, envelope, now);
  verdict.add("rotation-old-approves", approval.by_quorum() || enough,
              std::to_string(approval.shares.size()) + " shares of the revoked key; " + text +
                  "; its own signature counts for nothing");
}

}  // namespace

KeyReference reference_to(const InventoryKey& key) {
  if (!key.key) throw Error(base::Code::usage, key.id + " is planned and has no public key yet");
  return {key.id, *key.key, key.set ? base::to_hex(key.set->id()) : std::string()};
}

Bounds bounds_of(const Inventory& inventory, std::int64_t issued) {
  return {inventory.record, base::utc(issued), base::utc(issued + kStatementDays * kDay)};
}

Revocation presigned_revocation(KeyReference key, std::string record, std::string issued) {
  return {std::move(key), "unspecified", {std::move(record), std::move(issued), ""}, true};
}

bool is_revocation_reason(std::string_view word) noexcept {
  return std::find(kReasons.begin(), kReasons.end(), word) != kReasons.end();
}

sign::DsseEnvelope statement_of(const Rotation& rotation) {
  return envelope_of({&rotation.old_key, &rotation.new_key}, kRotationType,
                     {{"expires", rotation.bounds.expires},
                      {"issued", rotation.bounds.issued},
                      {"new", reference_json(rotation.new_key)},
                      {"old", reference_json(rotation.old_key)},
                      {"reason", rotation.reason},
                      {"record", rotation.bounds.record},
                      {"revocation_sha256", rotation.revocation_sha256},
                      {"transition_days", rotation.transition_days}});
}

sign::DsseEnvelope statement_of(const Revocation& revocation) {
  return envelope_of({&revocation.key}, kRevocationType,
                     {{"expires", revocation.bounds.expires},
                      {"issued", revocation.bounds.issued},
                      {"key", reference_json(revocation.key)},
                      {"presigned", revocation.presigned},
                      {"reason", revocation.reason},
                      {"record", revocation.bounds.record},
                      {"replaced_by", revocation.replaced_by},
                      {"supersedes", revocation.supersedes}});
}

sign::DsseEnvelope statement_of(const Resharing& resharing) {
  return envelope_of({&resharing.key}, kResharingType,
                     {{"expires", resharing.bounds.expires},
                      {"issued", resharing.bounds.issued},
                      {"key", reference_json(resharing.key)},
                      {"new_set_id", resharing.new_set_id},
                      {"reason", resharing.reason},
                      {"record", resharing.bounds.record}});
}

Rotation read_rotation(const sign::DsseEnvelope& envelope) {
  const Json json = predicate_of(envelope, kRotationType);
  transcript::object_of(
      json, "the rotation",
      {"expires", "issued", "new", "old", "reason", "record", "revocation_sha256", "transition_days"});
  Rotation made{reference_from(json["old"]), reference_from(json["new"]), bounds_from(json)};
  if (made.bounds.expires.empty()) malformed("the rotation does not say how long it is good");
  made.reason = text_from(json["reason"], "the reason");
  const std::uint64_t days = transcript::number_of(json["transition_days"], "transition_days");
  if (days > 3650) malformed("the transition is longer than ten years");
  made.transition_days = static_cast<unsigned>(days);
  made.revocation_sha256 = transcript::string_of(json["revocation_sha256"], "revocation_sha256");
  if (made.emergency()) (void)transcript::hash_from_hex(made.revocation_sha256, "revocation_sha256");
  require_same_payload(envelope, statement_of(made));
  return made;
}

Revocation read_revocation(const sign::DsseEnvelope& envelope) {
  const Json json = predicate_of(envelope, kRevocationType);
  transcript::object_of(json, "the revocation",
                        {"expires", "issued", "key", "presigned", "reason", "record", "replaced_by", "supersedes"});
  Revocation made{reference_from(json["key"]), transcript::string_of(json["reason"], "the reason"), bounds_from(json)};
  if (!is_revocation_reason(made.reason))
    malformed("'" + base::printable(made.reason) + "' is no reason of RFC 5280 that ends a key");
  if (!json["presigned"].is_boolean()) malformed("'presigned' is not true or false");
  made.presigned = json["presigned"].get<bool>();
  if (made.bounds.expires.empty() != made.presigned)
    malformed("only what is signed beforehand has no last day, and it has none");
  made.replaced_by = text_from(json["replaced_by"], "replaced_by");
  made.supersedes = transcript::string_of(json["supersedes"], "supersedes");
  if (!made.supersedes.empty()) (void)transcript::hash_from_hex(made.supersedes, "supersedes");
  require_same_payload(envelope, statement_of(made));
  return made;
}

Resharing read_resharing(const sign::DsseEnvelope& envelope) {
  const Json json = predicate_of(envelope, kResharingType);
  transcript::object_of(json, "the resharing", {"expires", "issued", "key", "new_set_id", "reason", "record"});
  Resharing made{
      reference_from(json["key"]),
      base::to_hex(transcript::hash_from_hex(transcript::string_of(json["new_set_id"], "a set id"), "a set id")),
      transcript::name_of(json["reason"], "the reason", 300), bounds_from(json)};
  if (made.bounds.expires.empty()) malformed("the resharing does not say how long it is good");
  if (made.key.set_id.empty()) malformed("the key of the resharing is not shared");
  require_same_payload(envelope, statement_of(made));
  return made;
}

std::string payload_sha256(const sign::DsseEnvelope& envelope) { return base::to_hex(hash::sha256(envelope.payload)); }

void approve_with_share(sign::DsseEnvelope& envelope, const sharing::ShareSet& set, const sharing::Share& share,
                        sharing::Randomness& randomness) {
  const auto proof = sharing::prove_possession(set, share, approval_challenge(message_of(envelope)), randomness);
  envelope.signatures.push_back(
      {"share " + base::to_hex(set.id()) + " " + std::to_string(share.index), {proof.begin(), proof.end()}});
}

void approve_with_key(sign::DsseEnvelope& envelope, const sharing::Scalar& key) {
  const base::Hash32 digest = hash::sha256(message_of(envelope));
  const sharing::PublicKey public_key = sharing::public_key_of(key);
  const auto ecdsa = sharing::sign_ecdsa(key, digest), bip340 = sharing::sign_bip340(key, digest, {});
  envelope.signatures.push_back({public_key.hex(), {ecdsa.begin(), ecdsa.end()}});
  envelope.signatures.push_back({base::to_hex(public_key.x_only()), {bip340.begin(), bip340.end()}});
}

std::string Approval::text() const {
  std::string text = by_key ? "signed by the key" : "not signed by the key";
  if (threshold != 0)
    text += ", " + std::to_string(shares.size()) + " of its shares, " + std::to_string(threshold) + " needed";
  return text;
}

Approval approval_of(const InventoryKey& key, const sign::DsseEnvelope& envelope) {
  Approval approval;
  if (!key.key) return approval;
  const base::Bytes message = message_of(envelope), challenge = approval_challenge(message);
  if (key.set) approval.threshold = key.set->threshold;
  for (const sign::DsseSignature& one : envelope.signatures) {
    approval.by_key = approval.by_key || key.key->verify(message, one.bytes);
    for (unsigned index = 1; key.set && index <= key.set->count; ++index)
      if (!approval.shares.contains(index) && sharing::verify_possession(*key.set, index, challenge, one.bytes))
        approval.shares.insert(index);
  }
  return approval;
}

base::Verdict verify_rotation(const Inventory& inventory, const sign::DsseEnvelope& envelope, std::int64_t now) {
  base::Verdict verdict;
  std::optional<Rotation> read;
  try {
    read = read_rotation(envelope);
  } catch (const Error& error) { verdict.fail("rotation-statement", error.message()); }
  if (!read) return verdict;
  const Rotation& rotation = *read;
  const bool distinct = rotation.old_key.key.identity() != rotation.new_key.key.identity();
  verdict.add("rotation-statement", distinct, distinct ? "" : "the old and the new key are one key");
  const InventoryKey *old_key = inventory.find(rotation.old_key.id), *new_key = inventory.find(rotation.new_key.id);
  if (old_key == nullptr || new_key == nullptr || !same_key(rotation.old_key, *old_key) ||
      !same_key(rotation.new_key, *new_key)) {
    verdict.fail("rotation-keys", "the statement's keys are not those of the inventory under these ids");
    return verdict;
  }
  check_bounds(verdict, {"rotation-record", "rotation-dates"}, inventory, rotation.bounds,
               std::max(old_key->registered, new_key->registered), now);
  const State wanted = rotation.emergency() ? State::revoked : State::active;
  const bool notice = !rotation.emergency() || old_key->revocation_sha256 == rotation.revocation_sha256;
  const bool states = old_key->state == wanted && new_key->state == State::pending && notice &&
                      old_key->drill == new_key->drill && old_key->replaced_by.empty();
  verdict.add("rotation-keys", states,
              old_key->id + " is " + std::string(name(old_key->state)) + ", " + new_key->id + " is " +
                  std::string(name(new_key->state)) + (notice ? "" : "; another notice revoked the old key") +
                  (old_key->replaced_by.empty() ? "" : "; the old key was followed by " + old_key->replaced_by));
  check_window(verdict, inventory, rotation);
  check_old(verdict, inventory, rotation, *old_key, envelope, now);
  const Approval approval = approval_of(*new_key, envelope);
  verdict.add("rotation-new-approves", approval.given(), approval.text());
  return verdict;
}

base::Verdict verify_revocation(const Inventory& inventory, const sign::DsseEnvelope& envelope, std::int64_t now) {
  base::Verdict verdict;
  std::optional<Revocation> read;
  try {
    read = read_revocation(envelope);
    verdict.pass("revocation-statement", read->reason + (read->presigned ? ", signed beforehand" : ""));
  } catch (const Error& error) { verdict.fail("revocation-statement", error.message()); }
  if (!read) return verdict;
  const InventoryKey* key = inventory.find(read->key.id);
  const bool known = key != nullptr && same_key(read->key, *key);
  verdict.add("revocation-key", known && key->state != State::revoked,
              !known                         ? "there is no such key in the inventory"
              : key->state == State::revoked ? key->id + " is revoked already"
                                             : key->id + " is " + std::string(name(key->state)));
  if (!known) return verdict;
  // Signed beforehand: while the key was made, which is before it came into the inventory.
  const std::int64_t born = read->presigned ? 0 : key->registered;
  check_bounds(verdict, {"revocation-record", "revocation-dates"}, inventory, read->bounds, born, now);
  const Approval approval = approval_of(*key, envelope);
  const auto [enough, text] = remaining_approve(inventory, *key, envelope, now);
  verdict.add("revocation-approved", approval.given() || enough, approval.text() + "; " + text);
  return verdict;
}

std::set<unsigned> fresh_shares(const InventoryKey& key, const sharing::ShareSet& fresh,
                                const sign::DsseEnvelope& envelope) {
  InventoryKey next = key;
  next.set = fresh;
  return approval_of(next, envelope).shares;
}

base::Verdict verify_resharing(const Inventory& inventory, const sharing::ShareSet& fresh,
                               const sign::DsseEnvelope& envelope, std::int64_t now) {
  base::Verdict verdict;
  std::optional<Resharing> read;
  try {
    read = read_resharing(envelope);
    verdict.pass("resharing-statement", read->reason);
  } catch (const Error& error) { verdict.fail("resharing-statement", error.message()); }
  if (!read) return verdict;
  const InventoryKey* key = inventory.find(read->key.id);
  const bool known = key != nullptr && key->set && same_key(read->key, *key);
  const bool same = known && key->set->public_key() == fresh.public_key() && key->set->sealed == fresh.sealed;
  const bool named = read->new_set_id == base::to_hex(fresh.id());
  verdict.add("resharing-keys", known && same && named,
              !known   ? "the key and its shares are not those of the inventory"
              : !same  ? "the new shares are of another secret"
              : !named ? "the statement is about other new shares"
                       : "");
  if (!known) return verdict;
  check_bounds(verdict, {"resharing-record", "resharing-dates"}, inventory, read->bounds, key->registered, now);
  const Approval old_shares = approval_of(*key, envelope);
  verdict.add("resharing-old-approves", old_shares.by_quorum(), old_shares.text());
  const std::size_t proven = fresh_shares(*key, fresh, envelope).size();
  verdict.add("resharing-new-approves", proven >= fresh.threshold,
              std::to_string(proven) + " of the new shares, " + std::to_string(fresh.threshold) + " needed");
  return verdict;
}

}  // namespace solemn::keys
