#include "keys/recovery.hpp"

#include <gtest/gtest.h>

#include "keys/script.hpp"
#include "keys/test_life.hpp"

namespace solemn::keys {
namespace {

using testing::failed_rules;

TEST(Procedures, AreSoundScripts) {
  for (const std::string_view text : {recovery_script_text(), reschedule_script_text()}) {
    const Script script = parse_script(text);
    EXPECT_EQ(failed_rules(check_script(script)), "") << script.title;
    EXPECT_GT(script.n_steps(), 10U);
  }
}

class Recovery : public ::testing::Test {
 protected:
  Recovery() {
    life.have("m1", "active");
    report.key = "m1";
    report.set_id = base::to_hex(life.key("m1").set->id());
    report.public_key = life.key("m1").key->hex();
    report.purpose = "sign";
    report.reason = "the server burnt";
    report.began = "2027-03-01T10:00:00Z";
    report.ended = "2027-03-01T11:00:00Z";
    report.used = {{1, "Ada", "S1", "N1"}, {3, "Cleo", "S3", "N3"}, {4, "Dan", "S4", ""}};
    report.performed_by = "Fay";
    report.verified_by = "Vic";
    report.witnesses = {"Wim", "Xia"};
  }
  std::string faults() const { return failed_rules(check_recovery(life.inventory, report)); }
  testing::Life life;
  RecoveryReport report;
};

TEST_F(Recovery, AGoodReportIsAcceptedAndComesBackTheSame) {
  EXPECT_EQ(faults(), "");
  EXPECT_EQ(RecoveryReport::from_json(report.json()).json(), report.json());
}

TEST_F(Recovery, EachRuleFails) {
  const RecoveryReport good = report;
  const auto with = [&](auto change) {
    report = good;
    change(report);
    return faults();
  };
  EXPECT_EQ(with([](auto& r) { r.key = "m9"; }), "recovery-key");
  EXPECT_EQ(with([](auto& r) { r.set_id = std::string(64, '0'); }), "recovery-key");
  EXPECT_EQ(with([](auto& r) { r.public_key[5] ^= 1; }), "recovery-public-key");
  EXPECT_EQ(with([](auto& r) { r.used.pop_back(); }), "recovery-quorum");
  EXPECT_EQ(with([](auto& r) { r.used[2] = r.used[1]; }), "recovery-quorum");
  EXPECT_EQ(with([](auto& r) { r.used[0].custodian = "Ben"; }), "recovery-quorum");
  EXPECT_EQ(with([](auto& r) { r.used[0].index = 9; }), "recovery-quorum");
  EXPECT_EQ(with([](auto& r) { r.used[1].old_seal = "S9"; }), "recovery-seals");
  EXPECT_EQ(with([](auto& r) { r.verified_by = "Fay"; }), "recovery-independent");
  EXPECT_EQ(with([](auto& r) { r.verified_by = "Ada"; }), "recovery-independent");
  EXPECT_EQ(with([](auto& r) { r.witnesses = {"Wim", "Wim"}; }), "recovery-independent");
  EXPECT_EQ(with([](auto& r) { r.witnesses = {"Wim", "Ada"}; }), "recovery-independent");
  report = good;
  life.must(kSharesType, {{"id", "m1"}, {"event", "lost"}, {"index", 3}, {"reason", "fire"}});
  EXPECT_EQ(faults(), "recovery-quorum");
  report.ended = "2027-03-01T09:00:00Z";
  EXPECT_THROW(RecoveryReport::from_json(report.json()), base::Error);
}

}  // namespace
}  // namespace solemn::keys
