#include "keys/inventory.hpp"

#include <gtest/gtest.h>

#include "keys/test_life.hpp"

namespace solemn::keys {
namespace {

using testing::failed_rules;
using testing::kBirth;
using testing::kDay;
using testing::Life;
using transcript::Json;

Json move(const std::string& id, const std::string& to) { return {{"id", id}, {"to", to}, {"reason", "test"}}; }
bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// "what subject", in order.
std::vector<std::string> due(const Life& life) {
  std::vector<std::string> all;
  for (const Reminder& one : reminders(life.inventory, life.now))
    all.push_back(std::string(one.urgency == Urgency::due ? "due " : "soon ") + std::string(one.what) + " " +
                  one.subject);
  return all;
}
using Lines = std::vector<std::string>;

TEST(States, OnlyTheLegalMoves) {
  const std::vector<State> all = {State::planned,  State::pending, State::active,
                                  State::retiring, State::retired, State::revoked};
  std::size_t legal = 0;
  for (const State from : all)
    for (const State to : all) legal += may_follow(from, to) ? 1 : 0;
  EXPECT_EQ(legal, 4U + 5U);
  EXPECT_FALSE(may_follow(State::revoked, State::revoked));
  EXPECT_FALSE(may_follow(State::retired, State::active));
  EXPECT_TRUE(may_follow(State::retired, State::revoked));
}

TEST(InventoryOf, AWholeLife) {
  Life life;
  life.must(kRegisteredType, {{"id", "m1"}, {"type", "Maintainer"}, {"state", "planned"}});
  Json born = life.new_key("m1", "active");
  Json pending = move("m1", "pending");
  for (const char* member : {"scheme", "public_key", "shares", "path"}) pending[member] = born[member];
  life.must(kStateType, pending);
  life.must(kStateType, move("m1", "active"));
  EXPECT_EQ(life.key("m1").activated, kBirth);
  life.now += 3 * kDay;
  EXPECT_TRUE(contains(life.put(kStateType, move("m1", "retiring")), "key-approvals: m1: a key retires when another"))
      << "a coordinator alone retires no key";
  life.have("m2", "pending");
  life.must(kRotatedType, life.rotated("m1", "m2"));
  EXPECT_TRUE(life.key("m1").counts_at(life.now + 30 * kDay - 1));
  EXPECT_FALSE(life.key("m1").counts_at(life.now + 30 * kDay));
  EXPECT_TRUE(contains(life.put(kStateType, move("m1", "retired")),
                       "key-transitions: m1: the transition is not over before 20"));
  life.now += 30 * kDay;
  EXPECT_EQ(life.inventory.registry(life.now)[0].status, "retired") << "over, whether somebody wrote it down or not";
  life.must(kStateType, move("m1", "retired"));
  EXPECT_EQ(life.inventory.transitions.size(), 7U);
  EXPECT_EQ(life.inventory.json()["keys"][0]["status"], "retired");
  EXPECT_EQ(life.inventory.json()["keys"][0]["shares"], 5);
}

TEST(InventoryOf, IllegalMovesAreRefusedByName) {
  Life life;
  life.have("m1", "active");
  const auto refused = [&](std::string_view type, Json body, std::string_view why) {
    const Json before = life.inventory.json();
    const std::string said = life.put(type, std::move(body));
    EXPECT_TRUE(contains(said, why)) << said;
    EXPECT_EQ(life.inventory.json(), before) << "nothing is applied";
  };
  refused(kStateType, move("m1", "retired"), "m1 can not go from active to retired");
  refused(kStateType, move("m1", "active"), "m1 can not go from active to active");
  refused(kStateType, move("m1", "planned"), "m1 can not go from active to planned");
  refused(kStateType, move("m1", "revoked"), "a key is revoked by a signed notice");
  refused(kStateType, move("m9", "active"), "there is no key 'm9'");
  refused(kStateType, move("m1", "dead"), "inventory-entries: the state is unknown");
  Json twice = life.new_key("m2", "active");
  twice["public_key"] = testing::ecdsa_key(1).hex();
  refused(kRegisteredType, twice, "m2 is the same key as m1");
  twice = life.new_key("m3", "active");
  twice["id"] = "m1";
  refused(kRegisteredType, twice, "there is a key m1 already");
  Json wrong = life.new_key("m4", "active");
  wrong["shares"] = life.shares_of("m3");
  refused(kRegisteredType, wrong, "the shares are not of the key m4");
  wrong = life.new_key("m5", "retiring");
  refused(kRegisteredType, wrong, "begins planned, pending or active");
  wrong = life.new_key("m6", "active");
  wrong["supersedes"] = "m1";
  refused(kRegisteredType, wrong, "it becomes active by rotation");
  wrong = life.new_key("m7", "active");
  wrong["drill"] = true;
  refused(kRegisteredType, wrong, "a drill's shares belong to a drill's key");
  wrong = life.new_key("m8", "active");
  wrong["shares"]["holders"][1]["custodian"] = "Ada";
  refused(kRegisteredType, wrong, "'Ada' holds two shares of one key");
  wrong["shares"]["holders"][1] = wrong["shares"]["holders"][2];
  refused(kRegisteredType, wrong, "share 3 has two holders");
  wrong = life.new_key("m9", "active");
  wrong["shares"]["commitments"][1] = testing::ecdsa_key(50).hex();
  refused(kRegisteredType, wrong, "the set id is not that of the commitments");
  wrong = life.new_key("m10", "active");
  wrong["colour"] = "red";
  refused(kRegisteredType, wrong, "inventory-entries: ");
}

TEST(InventoryOf, ASupersedingKeyBecomesActiveByRotationOnly) {
  Life life;
  life.have("m1", "active");
  Json next = life.new_key("m1b", "pending");
  next["supersedes"] = "m1";
  life.must(kRegisteredType, next);
  EXPECT_TRUE(contains(life.put(kStateType, move("m1b", "active")), "becomes active by rotation"));
  sign::DsseEnvelope e = statement_of(life.rotation("m1", "m1b"));
  life.approve(e, "m1", {1, 2, 3});
  EXPECT_TRUE(contains(life.put(kRotatedType, Life::statement(e)), "key-approvals: rotation-new-approves"));
  life.sign(e, "m1b");
  life.must(kRotatedType, Life::statement(e));
  EXPECT_EQ(life.key("m1").state, State::retiring);
  EXPECT_EQ(life.key("m1b").state, State::active);
  EXPECT_EQ(life.key("m1b").supersedes, "m1");
  std::size_t counting = 0;
  for (const RegisteredKey& one : life.inventory.registry(life.now + 29 * kDay)) counting += one.counts() ? 1 : 0;
  EXPECT_EQ(counting, 2U) << "both are good for 30 days";
  EXPECT_TRUE(contains(life.put(kRotatedType, Life::statement(e)), "key-approvals: rotation-keys")) << "not twice";
}

TEST(InventoryOf, LostFoundMovedAndResharedShares) {
  Life life;
  life.have("m1", "active");
  const auto event = [](const char* what, unsigned index) {
    return Json{{"id", "m1"}, {"event", what}, {"index", index}, {"reason", "fire"}};
  };
  life.must(kSharesType, event("lost", 2));
  EXPECT_EQ(life.key("m1").lost_shares(), 1U);
  EXPECT_EQ(due(life), Lines{"due lost-shares m1"});
  EXPECT_TRUE(contains(life.put(kSharesType, event("lost", 2)), "was lost before"));
  EXPECT_TRUE(contains(life.put(kSharesType, event("lost", 6)), "has no share 6"));
  life.must(kSharesType, event("lost", 3));
  EXPECT_TRUE(contains(reminders(life.inventory, life.now)[0].text, "one more, and it can no longer be rebuilt"));
  life.must(kSharesType, event("lost", 4));
  EXPECT_TRUE(contains(reminders(life.inventory, life.now)[0].text, "can no longer be rebuilt, rotate"));
  life.must(kSharesType, event("found", 4));
  Json again = {{"id", "m1"}, {"event", "reshared"}, {"reason", "fire"}, {"shares", life.shares_of("m1")}};
  EXPECT_TRUE(contains(life.put(kSharesType, again), "or without the statement that custodians approved"));
  again["statement"] = life.rotated("m1", "m1")["statement"];
  EXPECT_TRUE(contains(life.put(kSharesType, again), "these are the shares that it had"));
  life.now += kDay;
  const Json reshared = life.reshared("m1", {1, 4, 5}, {1, 2, 3, 4, 5});
  again["shares"] = reshared["shares"];
  EXPECT_TRUE(contains(life.put(kSharesType, again), "key-approvals: resharing-statement"))
      << "approved for something else";
  life.must(kSharesType, reshared);
  EXPECT_EQ(life.key("m1").lost_shares(), 0U);
  EXPECT_EQ(life.key("m1").last_audit, life.now);
  EXPECT_EQ(due(life), Lines{});
  life.must(kSharesType, life.reshared("m1", {1, 2, 3}, {2, 3, 4}));
  EXPECT_FALSE(life.key("m1").last_audit) << "not everybody has proven the new share";
  EXPECT_EQ(life.key("m1").holdings[1].last_proof, life.now);
  EXPECT_TRUE(contains(life.put(kSharesType, life.reshared("m1", {1, 2}, {1, 2, 3})), "resharing-old-approves"));
}

TEST(Roster, JoinTrainCheckLeaveAndWhatFollows) {
  Life life;
  const auto event = [](const char* what, const char* who) { return Json{{"event", what}, {"name", who}}; };
  life.must(kRosterType, event("joined", "Ada"));
  EXPECT_EQ(due(life), (Lines{"soon training Ada", "soon background-check Ada"})) << "there are 30 days for both";
  life.must(kRosterType, event("trained", "Ada"));
  life.must(kRosterType, event("checked", "Ada"));
  EXPECT_EQ(due(life), Lines{});
  life.now += 340 * kDay;
  EXPECT_EQ(due(life), Lines{"soon training Ada"});
  life.now += 30 * kDay;
  EXPECT_EQ(due(life), Lines{"due training Ada"});
  EXPECT_TRUE(contains(life.put(kRosterType, event("joined", "Ada")), "roster: 'Ada' is there already"));
  EXPECT_TRUE(contains(life.put(kRosterType, event("left", "Zoe")), "'Zoe' is not in the roster"));
  Json later = event("trained", "Ada");
  later["date"] = base::utc(life.now + 1);
  EXPECT_TRUE(contains(life.put(kRosterType, later), "after the entry's own time"));
  life.have("m1", "active");
  life.must(kRosterType, event("left", "Ada"));
  EXPECT_EQ(due(life), Lines{"due reshare m1"}) << "Ada holds share 1; nobody trains who has left";
  EXPECT_TRUE(contains(life.put(kRosterType, event("trained", "Ada")), "not in the roster"));
  life.must(kRosterType, event("joined", "Ada"));
  EXPECT_FALSE(life.inventory.custodian("Ada")->left);
}

TEST(Reminders, RotationRetirementAndAudits) {
  Life life;
  life.have("m1", "active");
  life.now = kBirth + 149 * kDay;
  EXPECT_EQ(due(life), Lines{});
  life.now = kBirth + 150 * kDay;
  EXPECT_EQ(due(life), Lines{"soon share-audit m1"});
  life.now = kBirth + 335 * kDay;
  EXPECT_EQ(due(life), (Lines{"due share-audit m1", "soon rotation m1"}));
  life.now = kBirth + 365 * kDay;
  EXPECT_EQ(due(life), (Lines{"due share-audit m1", "due rotation m1"}));
  Json policy = policy_json(Policy{});
  policy["rotation"] = 730;
  life.must(kPolicyType, policy);
  EXPECT_EQ(due(life), Lines{"due share-audit m1"});
  policy["rotation"] = 0;
  EXPECT_TRUE(contains(life.put(kPolicyType, policy), "one day at least"));
  policy["rotation"] = 730;
  policy["transition"] = 29;
  EXPECT_TRUE(contains(life.put(kPolicyType, policy), "a transition takes 30 days at least"));
  life.have("m2", "pending");
  life.must(kRotatedType, life.rotated("m1", "m2"));
  EXPECT_EQ(due(life), (Lines{"due share-audit m1", "soon retirement m1"}));
}

TEST(ShareAudit, NamesWhoDidNotAnswerAndWhoAnsweredWrong) {
  Life life;
  life.have("m1", "active");
  life.have("m2", "active");
  life.now += 200 * kDay;
  AuditReport report{new_challenge(life.inventory, std::string(64, '7'), base::utc(life.now)), {}};
  ASSERT_EQ(report.challenge.asked.size(), 10U);
  EXPECT_EQ(AuditChallenge::from_json(report.challenge.json()).bytes(), report.challenge.bytes());
  const auto answer = [&](const std::string& id, std::size_t i) {
    const auto& dealt = life.dealt.at(id);
    return answer_challenge(report.challenge, dealt.set, dealt.shares.at(i - 1), life.now, life.randomness);
  };
  const auto judged = [&] {
    base::Verdict verdict;
    const JudgedAudit made = judge_audit(life.inventory, report, life.now, verdict);
    return std::pair{made, failed_rules(verdict)};
  };
  for (std::size_t i = 1; i <= 5; ++i) report.answers.push_back(answer("m1", i));
  for (const std::size_t i : {1U, 2U, 4U, 5U}) report.answers.push_back(answer("m2", i));
  EXPECT_EQ(judged().second, "audit-answers");
  ASSERT_EQ(judged().first.silent.size(), 1U);
  EXPECT_EQ(judged().first.silent[0].custodian, "Cleo");
  EXPECT_EQ(judged().first.silent[0].key, "m2");
  EXPECT_EQ(due(life), (Lines{"due share-audit m1", "due share-audit m2"}));
  life.must(kAuditType, report.json());
  EXPECT_EQ(due(life), Lines{"due share-audit m2"}) << "m1 is proven, m2 is not";
  EXPECT_EQ(life.key("m2").holdings[0].last_proof, life.now);
  EXPECT_FALSE(life.key("m2").holdings[2].last_proof);

  life.now += 400 * kDay;
  life.must(kAuditType, report.json());  // the old answers again
  EXPECT_EQ(life.key("m2").holdings[0].last_proof, life.now - 400 * kDay) << "they prove what they proved then";
  report.challenge.issued = base::utc(life.now + 1);
  report.answers.clear();
  EXPECT_TRUE(
      contains(life.put(kAuditType, report.json()), "share-proofs: audit-date: the challenge is of a time in the"));
  EXPECT_EQ(judged().second, "audit-date audit-answers");
  EXPECT_NO_THROW((void)answer("m1", 1)) << "clocks differ";
  report.challenge.issued = base::utc(life.now + 2 * kDay);
  EXPECT_THROW((void)answer("m1", 1), base::Error) << "kept until then, it would prove what nobody knows yet";
  report.challenge.issued = base::utc(life.now - 400 * kDay);
  for (std::size_t i = 1; i <= 5; ++i) report.answers.push_back(answer("m1", i));
  for (const std::size_t i : {1U, 2U, 4U, 5U}) report.answers.push_back(answer("m2", i));

  AuditAnswer copied = report.answers[0];  // Ada answers for Cleo
  copied.set_id = report.challenge.asked[7].set_id;
  copied.index = 3;
  report.answers.push_back(copied);
  EXPECT_EQ(judged().second, "audit-proofs");
  EXPECT_EQ(judged().first.wrong[0].custodian, "Cleo");
  EXPECT_TRUE(
      contains(life.put(kAuditType, report.json()), "share-proofs: audit-proofs: proves nothing: share 3 of m2"));
  report.answers.back() = answer("m2", 3);
  EXPECT_EQ(judged().second, "");
  report.challenge.nonce = std::string(64, '8');  // answers to an older challenge
  EXPECT_EQ(judged().second, "audit-proofs");
}

TEST(ShareAudit, NothingElseIsAskedOrAnswered) {
  Life life;
  life.have("m1", "active");
  AuditReport report{new_challenge(life.inventory, std::string(64, '7'), base::utc(life.now)), {}};
  const auto dealt = sharing::deal("x", testing::scalar(90), 3, 5, sharing::Drill::no, life.randomness);
  EXPECT_THROW(answer_challenge(report.challenge, dealt.set, dealt.shares[0], life.now, life.randomness), base::Error);
  report.answers.push_back({base::to_hex(dealt.set.id()), 1, std::string(128, '0')});
  base::Verdict verdict;
  EXPECT_EQ(judge_audit(life.inventory, report, life.now, verdict).strange.size(), 1U);
  EXPECT_EQ(failed_rules(verdict), "audit-asked audit-answers");
  report.answers.clear();
  report.challenge.asked.pop_back();
  base::Verdict fewer;
  (void)judge_audit(life.inventory, report, life.now, fewer);
  EXPECT_EQ(failed_rules(fewer), "audit-asked audit-answers") << "a challenge that spares somebody";
}

}  // namespace
}  // namespace solemn::keys
