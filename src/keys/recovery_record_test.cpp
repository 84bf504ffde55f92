#include "keys/recovery_record.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "transcript/time.hpp"

namespace solemn::keys {
namespace {

using transcript::Json;

/// The shipped recovery, step by step in memory; nothing is signed.
class RecoveryRecord : public ::testing::Test {
 protected:
  RecoveryRecord() { take(kBegunType, {{"drill", true}}, who("CO")); }
  const Person* who(const std::string& initials) const { return people.by_initials(initials); }
  void take(std::string_view type, Json body, const Person* signer) {
    CeremonyEntry item;
    item.entry.sequence = entries.size();
    item.entry.type = type;
    item.entry.time = transcript::time_text(1'800'000'000 + entries.size());
    item.entry.body = std::move(body);
    item.leaf[0] = static_cast<std::byte>(entries.size());
    item.signer = signer;
    const auto objection = progress.take(item.entry, item.leaf, signer);
    if (objection) throw base::Error(base::Code::internal, objection->detail);
    entries.push_back(std::move(item));
  }
  static Json measured(const std::string& id, const std::string& text) { return {{"measures", {{id, text}}}}; }
  Json result_of(const Slot& slot) {
    const std::string& id = slot.step->id;
    if (id == "policies")
      return {{"left_out", Json::array({"reshare", "rebuild-install"})}, {"policies", {{"purpose", "sign"}}}};
    if (id == "reason") return {{"measures", {{"key", "m1"}, {"why", "the server burnt"}}}};
    if (id == "status") return {{"key", "m1"}, {"set_id", std::string(64, 'a')}};
    if (id == "bags") return measured("seal", "S-" + slot.person->initials);
    if (id == "check-shares") return {{"index", ++shares}};
    if (id == "independent") return {{"public_key", "02ab"}};
    if (id == "seal-again") return measured("new-seal", slot.person->initials == "C2" ? "destroyed" : "N-1");
    return Json::object();
  }
  /// Up to that step. `absent`: whose share is left aside, by the deviation that the script allows.
  void until(std::string_view last, const std::string& absent = "") {
    while (const Slot* next = progress.next()) {
      if (next->step->id == last) return;
      const Slot slot = *next;
      const Person* performer = slot.person != nullptr ? slot.person : people.with_role(slot.step->performer).front();
      Json body = {{"result", result_of(slot)}, {"round", 1U}, {"step", slot.step->id}};
      const bool deviates = slot.step->id == "check-shares" && performer->initials == absent;
      if (deviates) body["deviation"] = {{"text", "at home"}, {"what", slot.step->deviations.front().text}};
      take(kStepType, std::move(body), performer);
      const Json seen = {{"record", base::to_hex(entries.back().leaf)}, {"step", slot.step->id}};
      for (const Person* witness : people.with_role("witness"))
        if (witness != performer) take(kWitnessedType, seen, witness);
      if (deviates) take(kWitnessedType, seen, who("AU"));
    }
  }
  RecoveryReport report() { return recovery_report_of(progress, entries); }
  Script script = parse_script(recovery_script_text());
  People people = invented_people(script);
  Progress progress{script, people};
  std::vector<CeremonyEntry> entries;
  unsigned shares = 0;
};

TEST_F(RecoveryRecord, TheShippedScriptIsSound) {
  const base::Verdict verdict = check_script(script);
  for (const base::Check& check : verdict.checks()) EXPECT_EQ(check.outcome, base::Outcome::passed) << check.detail;
}

TEST_F(RecoveryRecord, SaysWhoDidWhatWithWhichShares) {
  until("report");
  const RecoveryReport made = report();
  EXPECT_EQ(made.key, "m1");
  EXPECT_EQ(made.purpose, "sign");
  EXPECT_EQ(made.reason, "the server burnt");
  EXPECT_EQ(made.public_key, "02ab");
  EXPECT_EQ(made.performed_by, "Facilitator");
  EXPECT_EQ(made.verified_by, "Independent verifier");
  EXPECT_EQ(made.witnesses, (std::vector<std::string>{"Witness 1", "Witness 2"}));
  ASSERT_EQ(made.used.size(), 3U);
  EXPECT_EQ(made.used[0].index, 1U);
  EXPECT_EQ(made.used[0].old_seal, "S-C1");
  EXPECT_EQ(made.used[0].new_seal, "N-1");
  EXPECT_EQ(made.used[1].new_seal, "") << "destroyed";
  EXPECT_EQ(made.began, entries.front().entry.time);
  EXPECT_EQ(made.ended, entries.back().entry.time);
}

TEST_F(RecoveryRecord, AShareThatWasLeftAsideIsNotUsed) {
  until("report", "C2");
  ASSERT_EQ(report().used.size(), 2U);
  EXPECT_EQ(report().used[1].custodian, "Custodian 3");
}

TEST_F(RecoveryRecord, ThereIsNoReportBeforeTheKeyIsForgotten) {
  until("forget");
  EXPECT_THROW((void)report(), base::Error);
}

}  // namespace
}  // namespace solemn::keys
