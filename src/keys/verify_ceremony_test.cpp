// What needs no keys; attacks on a whole record: tests/attacks/key_ceremony_test.py.
#include "keys/verify_ceremony.hpp"

#include <gtest/gtest.h>

#include "keys/test_ceremony.hpp"
#include "keys/test_life.hpp"

namespace solemn::keys {
namespace {

using transcript::Json;

const base::Check& check(const CeremonyAudit& audit, std::string_view rule) {
  const base::Check* found = audit.verdict.find(rule);
  if (found == nullptr) throw std::runtime_error("no check " + std::string(rule));
  return *found;
}
bool failed(const CeremonyAudit& audit, std::string_view rule) {
  return check(audit, rule).outcome == base::Outcome::failed;
}

TEST(AuditCeremony, OnlyARecordOfACeremonyIsOne) {
  const testing::CeremonyOnDisk room;
  EXPECT_TRUE(holds_ceremony(room.folder.folder));
  EXPECT_FALSE(holds_ceremony(room.files / "nothing"));
  const base::Path entries = room.folder.record() / "entries.jsonl";
  base::write_file(entries, base::as_bytes(std::string_view("{}\n")), base::Overwrite::yes);
  EXPECT_FALSE(holds_ceremony(room.folder.folder));
}

TEST(AuditCeremony, AnUnfinishedOneFailsByNameAndTheRestIsJudged) {
  testing::CeremonyOnDisk room;
  CeremonyRecord record = room.open();
  room.step(record, "policies", "CO", {"W1"},
            {{"left_out", transcript::Json::array({"tea"})}, {"policies", {{"tea", "no"}}}});
  record.seal(room.people, room.keyring, room.files / "memories", room.now);
  const CeremonyAudit audit = audit_ceremony(room.folder.folder, {std::nullopt, true});
  EXPECT_TRUE(failed(audit, "steps-complete"));
  EXPECT_NE(check(audit, "steps-complete").detail.find("'make' is the first"), std::string::npos);
  for (const std::string_view rule : {"certificate-matches", "distribution", "inventory-matches"})
    EXPECT_EQ(check(audit, rule).detail.find("the script makes no keys"), 0U) << rule;
  for (const std::string_view rule : {"step-order", "step-performers", "step-witnesses", "commitments", "not-a-drill"})
    EXPECT_EQ(check(audit, rule).outcome, base::Outcome::passed) << rule;
  EXPECT_TRUE(failed(audit_ceremony(room.folder.folder, {}), "not-a-drill"));
}

TEST(AuditCeremony, AnAbortedOneSaysWhy) {
  testing::CeremonyOnDisk room;
  CeremonyRecord record = room.open();
  room.say(record, kAbortedType, {{"notified", "all"}, {"reason", "the lamp fell"}, {"secured", "all"}}, "CO");
  const CeremonyAudit audit = audit_ceremony(room.folder.folder, {std::nullopt, true});
  EXPECT_EQ(check(audit, "steps-complete").detail, "the ceremony was aborted: the lamp fell");
}

TEST(AuditCeremony, AnotherScriptOrOtherPeopleStopItAndNothingElseIsCalledGood) {
  const testing::CeremonyOnDisk room;
  const auto with_script = [&](const std::string& text) {
    base::write_file(room.folder.script(), base::as_bytes(text), base::Overwrite::yes);
    return audit_ceremony(room.folder.folder, {std::nullopt, true});
  };
  const std::string text = testing::kSmallScript;
  for (const std::string& wrong : {text + " ", std::string("{"), std::string()}) {
    const CeremonyAudit audit = with_script(wrong);
    EXPECT_TRUE(failed(audit, "ceremony-script")) << wrong.size();
    EXPECT_EQ(audit.script, nullptr);
    EXPECT_EQ(check(audit, "steps-complete").outcome, base::Outcome::not_run);
    EXPECT_EQ(check(audit, "not-a-drill").outcome, base::Outcome::not_run);
  }
  EXPECT_FALSE(failed(with_script(text), "ceremony-script"));
}

TEST(AuditCeremony, SomebodyElsesRootKeyIsNotTheRecords) {
  const testing::CeremonyOnDisk room, other;
  const sign::PublicKey root = sign::parse_public_key(base::read_file(other.folder.root_key(), 4096));
  EXPECT_TRUE(failed(audit_ceremony(room.folder.folder, {root, true}), "root-key"));
}

}  // namespace
}  // namespace solemn::keys
