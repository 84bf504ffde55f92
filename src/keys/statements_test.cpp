#include "keys/statements.hpp"

#include <gtest/gtest.h>

#include "keys/test_life.hpp"

namespace solemn::keys {
namespace {

using testing::failed_rules;
using testing::kDay;
using testing::Life;

class Statements : public ::testing::Test {
 protected:
  Statements() {
    life.have("m1", "active");
    life.have("m2", "pending");
    life.have("m3", "active");
    life.have("m4", "active");
  }
  std::string rotation_faults(const sign::DsseEnvelope& e) {
    return failed_rules(verify_rotation(life.inventory, e, life.now));
  }
  std::string revocation_faults(const sign::DsseEnvelope& e) {
    return failed_rules(verify_revocation(life.inventory, e, life.now));
  }
  Life life;
};

TEST_F(Statements, ARotationNeedsTheOldQuorumAndTheNewKey) {
  sign::DsseEnvelope e = statement_of(life.rotation("m1", "m2"));
  EXPECT_EQ(rotation_faults(e), "rotation-old-approves rotation-new-approves");
  life.approve(e, "m1", {1, 2});
  EXPECT_EQ(rotation_faults(e), "rotation-old-approves rotation-new-approves") << "two of three";
  life.approve(e, "m1", {2});
  EXPECT_EQ(rotation_faults(e), "rotation-old-approves rotation-new-approves") << "the same share twice";
  life.approve(e, "m1", {5});
  EXPECT_EQ(rotation_faults(e), "rotation-new-approves");
  sign::DsseEnvelope by_shares = e;
  life.approve(by_shares, "m2", {1, 3, 4});
  EXPECT_EQ(rotation_faults(by_shares), "");
  life.sign(e, "m2");
  EXPECT_EQ(rotation_faults(e), "") << "its own signature proves possession as well";
  EXPECT_EQ(rotation_faults(sign::parse_dsse(base::as_bytes(sign::write_dsse(e)))), "");
}

TEST_F(Statements, TheNewKeyAloneRotatesNothing) {
  sign::DsseEnvelope e = statement_of(life.rotation("m1", "m2"));
  life.sign(e, "m2");
  life.approve(e, "m2", {1, 2, 3, 4, 5});
  life.sign(e, "m3");
  EXPECT_EQ(rotation_faults(e), "rotation-old-approves");
}

TEST_F(Statements, ApprovalsOfAnotherStatementCountForNothing) {
  sign::DsseEnvelope other = statement_of(life.rotation("m3", "m2")), e = statement_of(life.rotation("m1", "m2"));
  life.approve(other, "m1", {1, 2, 3});
  life.sign(other, "m2");
  e.signatures = other.signatures;
  EXPECT_EQ(rotation_faults(e), "rotation-old-approves rotation-new-approves");
}

TEST_F(Statements, AnAnswerToAnAuditIsNoApproval) {
  sign::DsseEnvelope e = statement_of(life.rotation("m1", "m2"));
  life.sign(e, "m2");
  const base::Bytes message = sign::dsse_message(e.payload_type, e.payload);
  const base::Hash32 digest = hash::sha256(message);
  for (const unsigned i : {0U, 1U, 2U}) {  // an auditor who asks with the statement's hash as the nonce
    const auto challenge = new_challenge(life.inventory, base::to_hex(digest), base::utc(life.now));
    const auto& dealt = life.dealt.at("m1");
    const auto answer = answer_challenge(challenge, dealt.set, dealt.shares[i], life.now, life.randomness);
    e.signatures.push_back({"share", *base::from_hex(answer.proof)});
  }
  EXPECT_EQ(rotation_faults(e), "rotation-old-approves");
}

TEST_F(Statements, KeysAndStatesMustBeThoseOfTheInventory) {
  const auto approved = [&](Rotation r) {
    sign::DsseEnvelope e = statement_of(r);
    life.approve(e, "m1", {1, 2, 3});
    life.sign(e, "m2");
    return rotation_faults(e);
  };
  EXPECT_EQ(approved(life.rotation("m1", "m2")), "");
  Rotation r = life.rotation("m1", "m2");
  r.new_key.key = testing::ecdsa_key(77);  // taken from the request instead of the registry
  EXPECT_EQ(approved(r), "rotation-keys");
  r = life.rotation("m1", "m2");
  r.old_key.set_id = r.new_key.set_id;
  EXPECT_EQ(approved(r), "rotation-keys");
  r = life.rotation("m2", "m1");
  EXPECT_NE(approved(r).find("rotation-keys"), std::string::npos);
  r = life.rotation("m1", "m3");
  EXPECT_NE(approved(r).find("rotation-keys"), std::string::npos) << "an active key follows nobody";
  r = life.rotation("m1", "m2");
  r.transition_days = 0;
  EXPECT_EQ(approved(r), "rotation-window");
  r.transition_days = 365;
  EXPECT_EQ(approved(r), "rotation-window");
  r = life.rotation("m1", "m2");
  r.new_key = r.old_key;
  EXPECT_NE(approved(r).find("rotation-statement"), std::string::npos);
}

TEST_F(Statements, OneOfAnotherRecordOrOfAnotherTimeCountsForNothing) {
  const auto rotation = [&](const Bounds& bounds) {
    Rotation r = life.rotation("m1", "m2");
    r.bounds = bounds;
    sign::DsseEnvelope e = statement_of(r);
    life.approve(e, "m1", {1, 2, 3});
    life.sign(e, "m2");
    return rotation_faults(e);
  };
  const auto revocation = [&](const Bounds& bounds) {
    Revocation r = life.revocation("m1");
    r.bounds = bounds;
    sign::DsseEnvelope e = statement_of(r);
    life.sign(e, "m1");
    return revocation_faults(e);
  };
  const Bounds now = bounds_of(life.inventory, life.now);
  EXPECT_EQ(rotation(now) + revocation(now), "");
  Bounds wrong = now;
  wrong.record = "solemn.transcript/other";
  EXPECT_EQ(rotation(wrong) + " " + revocation(wrong), "rotation-record revocation-record");
  for (const std::int64_t issued : {life.now + 1, life.now - 1, life.now - kStatementDays * kDay}) {
    wrong = bounds_of(life.inventory, issued);  // in the future, before the keys were there, over
    EXPECT_EQ(rotation(wrong) + " " + revocation(wrong), "rotation-dates revocation-dates") << issued - life.now;
  }
  wrong = now;
  wrong.expires = base::utc(life.now + kStatementDays * kDay + 1);
  EXPECT_EQ(rotation(wrong) + " " + revocation(wrong), "rotation-dates revocation-dates") << "no more than 90 days";
  wrong.expires.clear();
  EXPECT_EQ(rotation(wrong) + " " + revocation(wrong), "rotation-statement revocation-statement");
  life.now += kStatementDays * kDay - 1;
  EXPECT_EQ(rotation(now) + revocation(now), "");
  life.now += 1;
  EXPECT_EQ(rotation(now) + " " + revocation(now), "rotation-dates revocation-dates") << "the last day is over";
}

TEST_F(Statements, NewSharesNeedTheOldCustodiansAndThoseWhoHoldTheNewOnes) {
  const auto& old = life.dealt.at("m1");
  const sharing::Dealt fresh = sharing::reshare(old.set, std::span(old.shares).first(3), 2, 4, life.randomness);
  Resharing r{reference_to(life.key("m1")), base::to_hex(fresh.set.id()), "Ada left",
              bounds_of(life.inventory, life.now)};
  const auto faults = [&](const sign::DsseEnvelope& e, const sharing::ShareSet& set) {
    return failed_rules(verify_resharing(life.inventory, set, e, life.now));
  };
  const auto approved = [&](std::initializer_list<std::size_t> old_shares,
                            std::initializer_list<std::size_t> new_shares) {
    sign::DsseEnvelope e = statement_of(r);
    life.approve(e, "m1", old_shares);
    for (const std::size_t i : new_shares) approve_with_share(e, fresh.set, fresh.shares.at(i - 1), life.randomness);
    return e;
  };
  EXPECT_EQ(faults(approved({1, 2, 5}, {1, 4}), fresh.set), "");
  EXPECT_EQ(faults(approved({1, 2}, {1, 4}), fresh.set), "resharing-old-approves");
  EXPECT_EQ(faults(approved({1, 2, 2}, {3, 3}), fresh.set), "resharing-old-approves resharing-new-approves");
  sign::DsseEnvelope e = approved({}, {1, 2});
  life.sign(e, "m1");
  EXPECT_EQ(faults(e, fresh.set), "resharing-old-approves") << "whoever has the key alone does not deal for the others";
  EXPECT_EQ(faults(approved({1, 2, 3}, {1, 2}), sharing::reshare(old.set, old.shares, 2, 4, life.randomness).set),
            "resharing-keys resharing-new-approves")
      << "other new shares than were approved";
  const auto other = sharing::deal("m1", testing::scalar(90), 2, 4, sharing::Drill::no, life.randomness);
  r.new_set_id = base::to_hex(other.set.id());
  EXPECT_EQ(faults(approved({1, 2, 3}, {}), other.set), "resharing-keys resharing-new-approves") << "of another key";
  r.new_set_id = base::to_hex(fresh.set.id());
  r.bounds.record = "solemn.transcript/other";
  EXPECT_EQ(faults(approved({1, 2, 3}, {1, 2}), fresh.set), "resharing-record");
  r.bounds = bounds_of(life.inventory, life.now + 1);
  EXPECT_EQ(faults(approved({1, 2, 3}, {1, 2}), fresh.set), "resharing-dates");
  EXPECT_EQ(faults(statement_of(life.rotation("m1", "m2")), fresh.set), "resharing-statement");
}

TEST_F(Statements, RevokedByTheKeyItsCustodiansOrTheRest) {
  const sign::DsseEnvelope blank = statement_of(life.revocation("m1"));
  EXPECT_EQ(revocation_faults(blank), "revocation-approved");
  sign::DsseEnvelope e = blank;
  life.sign(e, "m1");
  EXPECT_EQ(revocation_faults(e), "");
  e = blank;
  life.approve(e, "m1", {1, 2});
  EXPECT_EQ(revocation_faults(e), "revocation-approved");
  life.approve(e, "m1", {3});
  EXPECT_EQ(revocation_faults(e), "");
  e = blank;
  life.sign(e, "m3");
  EXPECT_EQ(revocation_faults(e), "revocation-approved") << "one of two remaining keys is not more than half";
  life.sign(e, "m3");
  EXPECT_EQ(revocation_faults(e), "revocation-approved") << "twice the same key";
  life.sign(e, "m2");
  EXPECT_EQ(revocation_faults(e), "revocation-approved") << "a pending key has no voice";
  life.approve(e, "m4", {2, 3, 4});
  EXPECT_EQ(revocation_faults(e), "");
}

TEST_F(Statements, APresignedRevocationWorksWhenTheSharesAreGone) {
  Revocation r = life.revocation("m1", "unspecified");
  r.presigned = true;
  r.bounds.expires.clear();
  sign::DsseEnvelope e = statement_of(r);
  life.sign(e, "m1");  // on the day of its birth
  life.now += 400 * kDay;
  EXPECT_EQ(revocation_faults(e), "");
  life.must(kRevokedType, Life::statement(e));
  EXPECT_EQ(life.key("m1").state, State::revoked);
  EXPECT_EQ(revocation_faults(e), "revocation-key") << "revoked already";
}

TEST_F(Statements, EmergencyRotationComesAfterTheRevocationAndDoesNotAskTheOldKey) {
  Rotation r = life.rotation("m1", "m2");
  sign::DsseEnvelope notice = statement_of(life.revocation("m1"));
  life.approve(notice, "m1", {1, 2, 3});
  r.revocation_sha256 = payload_sha256(notice);
  r.transition_days = 0;
  r.reason = "the laptop was stolen";
  const auto approved = [&](std::string_view who) {
    sign::DsseEnvelope e = statement_of(r);
    life.sign(e, "m2");
    if (who == "key") life.sign(e, "m1");
    if (who == "custodians") life.approve(e, "m1", {1, 4, 5});
    if (who == "rest") life.sign(e, "m3"), life.sign(e, "m4");
    return e;
  };
  EXPECT_EQ(rotation_faults(approved("custodians")), "rotation-keys") << "not revoked yet";
  life.must(kRevokedType, Life::statement(notice));
  EXPECT_EQ(rotation_faults(approved("key")), "rotation-old-approves") << "whoever stole it would sign";
  EXPECT_EQ(rotation_faults(approved("rest")), "");
  r.reason.clear();
  EXPECT_EQ(rotation_faults(approved("custodians")), "rotation-window") << "an emergency that does not say why";
  r.reason = "the laptop was stolen";
  r.revocation_sha256 = std::string(64, 'a');
  EXPECT_EQ(rotation_faults(approved("custodians")), "rotation-keys") << "another notice";
  r.revocation_sha256 = payload_sha256(notice);
  life.must(kRotatedType, Life::statement(approved("custodians")));
  EXPECT_EQ(life.key("m1").state, State::revoked);
  EXPECT_EQ(life.key("m2").state, State::active);
  EXPECT_EQ(life.key("m1").replaced_by, "m2");
}

TEST_F(Statements, MalformedOnesAreNamed) {
  for (const auto& [what, with] : {std::pair{"keyCompromise", "certificateHold"},
                                   {"keyCompromise", "because"},
                                   {"key-revocation:v1", "key-revocation:v2"},
                                   {"\"presigned\":false", "\"presigned\":1    "},
                                   {"\"name\":\"m1\"", "\"name\":\"m9\""},
                                   {"\"_type\":\"https", "\"_type\": \"http"}}) {
    sign::DsseEnvelope e = statement_of(life.revocation("m1"));
    std::string text(base::as_text(e.payload));
    const std::size_t at = text.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    text.replace(at, std::string_view(what).size(), with);
    e.payload.assign(base::as_bytes(text).begin(), base::as_bytes(text).end());
    life.sign(e, "m1");
    EXPECT_EQ(revocation_faults(e), "revocation-statement") << with;
    EXPECT_EQ(rotation_faults(e), "rotation-statement") << with;
  }
}

}  // namespace
}  // namespace solemn::keys
