#pragma once
// An organisation with shared keys, and entries about them, for tests.
#include "base/time.hpp"
#include "keys/inventory_entry.hpp"
#include "keys/share_audit.hpp"
#include "keys/statements.hpp"
#include "keys/test_keys.hpp"

namespace solemn::keys::testing {

using transcript::Json;

inline constexpr std::int64_t kDay = 86400, kBirth = 1'800'000'000;
inline const std::vector<std::string> kPeople = {"Ada", "Ben", "Cleo", "Dan", "Eve"};

class Life {
 public:
  Life() { inventory.record = "solemn.transcript/test"; }
  Inventory inventory;
  std::int64_t now = kBirth;
  sharing::Randomness randomness;
  std::map<std::string, sharing::Dealt> dealt;
  std::map<std::string, unsigned> numbers;

  transcript::Entry entry(std::string_view type, Json body) {
    transcript::Entry made;
    made.sequence = ++sequence_;
    made.type = type;
    made.time = base::utc(now);
    made.body = transcript::parse_json(transcript::canonical(body));  // as read
    return made;
  }
  /// "" when the entry was taken, "rule: detail" when not.
  std::string put(std::string_view type, Json body) {
    const auto problem = apply_entry(inventory, entry(type, std::move(body)));
    return problem ? std::string(problem->rule) + ": " + problem->detail : "";
  }
  void must(std::string_view type, Json body) {
    const std::string problem = put(type, std::move(body));
    if (!problem.empty()) throw base::Error(base::Code::internal, problem);
  }

  Json shares_of(const std::string& id) {
    std::vector<Holding> holdings;
    for (unsigned i = 1; i <= 5; ++i)
      holdings.push_back({i, kPeople[i - 1], "safe " + std::to_string(i), "S" + std::to_string(i)});
    return shares_json(dealt.at(id).set, holdings);
  }
  /// The body of an entry that registers an ECDSA key with shares of 3 of 5.
  Json new_key(const std::string& id, const std::string& state) {
    const unsigned number = static_cast<unsigned>(numbers.size() + 1);
    numbers[id] = number;
    dealt.emplace(id, sharing::deal(id, scalar(number), 3, 5, sharing::Drill::no, randomness));
    return {{"id", id},
            {"type", "Maintainer"},
            {"state", state},
            {"scheme", "ecdsa-secp256k1"},
            {"public_key", ecdsa_key(number).hex()},
            {"path", "m/45210'/1'/0'/" + std::to_string(number) + "'"},
            {"custodian", "Ada"},
            {"backup_location", "vault"},
            {"shares", shares_of(id)}};
  }
  void have(const std::string& id, const std::string& state) { must(kRegisteredType, new_key(id, state)); }
  const InventoryKey& key(const std::string& id) const { return *inventory.find(id); }

  void approve(sign::DsseEnvelope& envelope, const std::string& id, std::initializer_list<std::size_t> shares) {
    for (const std::size_t i : shares)
      approve_with_share(envelope, dealt.at(id).set, dealt.at(id).shares.at(i - 1), randomness);
  }
  void sign(sign::DsseEnvelope& envelope, const std::string& id) { approve_with_key(envelope, scalar(numbers.at(id))); }
  Rotation rotation(const std::string& old_id, const std::string& new_id) const {
    return {reference_to(key(old_id)), reference_to(key(new_id)), bounds_of(inventory, now)};
  }
  Revocation revocation(const std::string& id, const std::string& reason = "keyCompromise") const {
    return {reference_to(key(id)), reason, bounds_of(inventory, now)};
  }
  /// The body of an entry with new shares, approved by these custodians of the old ones and holders of the new ones.
  Json reshared(const std::string& id, std::initializer_list<std::size_t> old_shares,
                std::initializer_list<std::size_t> new_shares) {
    sharing::Dealt& old = dealt.at(id);
    sharing::Dealt fresh = sharing::reshare(old.set, std::span(old.shares).first(3), 3, 5, randomness);
    sign::DsseEnvelope envelope =
        statement_of(Resharing{reference_to(key(id)), base::to_hex(fresh.set.id()), "fire", bounds_of(inventory, now)});
    approve(envelope, id, old_shares);
    old = std::move(fresh);
    approve(envelope, id, new_shares);
    Json body = statement(envelope);
    body.update({{"id", id}, {"event", "reshared"}, {"reason", "fire"}, {"shares", shares_of(id)}});
    return body;
  }
  /// m1 hands over to m2, approved.
  Json rotated(const std::string& old_id, const std::string& new_id) {
    sign::DsseEnvelope envelope = statement_of(rotation(old_id, new_id));
    approve(envelope, old_id, {1, 2, 3});
    sign(envelope, new_id);
    return statement(envelope);
  }
  static Json statement(const sign::DsseEnvelope& envelope) {
    return {{"statement", transcript::parse_json(sign::write_dsse(envelope))}};
  }

 private:
  std::uint64_t sequence_ = 0;
};

inline std::string failed_rules(const base::Verdict& verdict) {
  std::string all;
  for (const base::Check& check : verdict.checks())
    if (check.outcome != base::Outcome::passed) all += (all.empty() ? "" : " ") + std::string(check.rule);
  return all;
}

}  // namespace solemn::keys::testing
