#include "keys/record.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/time.hpp"
#include "keys/test_ceremony.hpp"

namespace solemn::keys {
namespace {

using testing::CeremonyOnDisk;
using transcript::Json;

template <class Act>
std::string refusal(Act act) {
  try {
    act();
  } catch (const base::Error& error) { return error.message(); }
  return "none";
}

TEST(CeremonyRecord, what_is_out_of_order_is_refused_by_its_rule_and_not_written) {
  CeremonyOnDisk room;
  CeremonyRecord record = room.open();
  const auto before = record.tree().size();
  EXPECT_EQ(refusal([&] { room.step(record, "make", "CO", {}); }).substr(0, 10), "step-order");
  EXPECT_EQ(refusal([&] { room.step(record, "policies", "AU", {}); }).substr(0, 15), "step-performers");
  EXPECT_EQ(refusal([&] { room.say(record, kEndedType, Json::object(), "CO"); }).substr(0, 12), "ceremony-end");
  EXPECT_EQ(record.tree().size(), before);
  room.step(record, "policies", "CO", {"W1"},
            {{"left_out", transcript::Json::array({"tea"})}, {"policies", {{"tea", "no"}}}});
  EXPECT_EQ(record.progress().next()->step->id, "make");
}

TEST(CeremonyRecord, it_is_all_the_state_there_is) {
  CeremonyOnDisk room;
  {
    CeremonyRecord record = room.open();
    room.step(record, "policies", "CO", {"W2"},
              {{"left_out", transcript::Json::array({"tea"})}, {"policies", {{"tea", "no"}}}});
    room.step(record, "make", "CO", {"W1"});  // and then the power is cut
  }
  {
    const CeremonyRecord again = room.open();
    EXPECT_EQ(again.progress().choices().at("tea"), "no");
    EXPECT_EQ(again.progress().next()->step->id, "make") << "one of two witnesses is missing";
    EXPECT_TRUE(again.progress().secrets_pending());
    EXPECT_EQ(again.entries().back().signer, &room.who("W1"));
  }
  room.script.phases[0].steps[0].performer = "auditor";
  EXPECT_NE(refusal([&] { (void)room.open(); }).find("step-performers"), std::string::npos) << "by another script";
}

TEST(CeremonyRecord, a_clock_that_was_set_back_dates_nothing_back) {
  CeremonyOnDisk room;
  CeremonyRecord record = room.open();
  room.now -= 1'000'000;
  room.step(record, "policies", "CO", {"W1"},
            {{"left_out", transcript::Json::array({"tea"})}, {"policies", {{"tea", "no"}}}});
  EXPECT_EQ(record.entries().back().entry.time, base::utc(1'800'000'000));
}

TEST(CeremonyRecord, it_is_sealed_by_the_coordinator_and_every_witness) {
  CeremonyOnDisk room;
  CeremonyRecord record = room.open();
  room.step(record, "policies", "CO", {"W1"},
            {{"left_out", transcript::Json::array({"tea"})}, {"policies", {{"tea", "no"}}}});
  record.seal(room.people, room.keyring, room.files / "memories", room.now);
  const auto sealed =
      transcript::parse_checkpoint(transcript::read_contents(room.folder.record()).checkpoints.back().text);
  EXPECT_EQ(sealed.checkpoint.size, record.tree().size());
  EXPECT_EQ(sealed.checkpoint.root, record.tree().root());
  EXPECT_EQ(sealed.note.signatures.size(), 1 + room.people.with_role("witness").size());
}

TEST(CeremonyRecord, nobody_is_left_out_and_nobody_comes_later) {
  CeremonyOnDisk room;
  const CeremonyRecord record = room.open();
  EXPECT_EQ(record.replay().genesis->participants.size(), room.people.all.size());
  Keyring lacking;
  for (auto& [person, signer] : room.keyring)
    if (person->initials != "W2") lacking[person] = std::move(signer);
  const CeremonyFolder other{room.files / "other"};
  std::filesystem::create_directories(other.folder);
  EXPECT_EQ(refusal([&] { begin_record(other, room.people, lacking, 2, "x", room.now); }),
            "the key of Witness 2 is not open");
}

TEST(Beginning, is_read_back_and_strict) {
  const Script script = testing::small_script();
  const People people = invented_people(script);
  const Beginning beginning{true, "solemn", "solemn.transcript/0", std::string(64, 'a'), "x"};
  Json body = beginning_json(beginning, people);
  EXPECT_EQ(beginning_json(beginning_from(body), people_from_beginning(body)), body);
  for (const auto& [member, value] :
       {std::pair{"drill", Json("yes")}, {"script_sha256", Json("aa")}, {"more", Json(1)}}) {
    Json wrong = body;
    wrong[member] = value;
    EXPECT_THROW((void)beginning_from(wrong), base::Error) << member;
  }
}

}  // namespace
}  // namespace solemn::keys
