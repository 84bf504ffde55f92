#include "keys/progress.hpp"

#include <gtest/gtest.h>

#include "keys/test_ceremony.hpp"
#include "transcript/time.hpp"

namespace solemn::keys {
namespace {

using transcript::Entry;
using transcript::Hash;
using transcript::Json;

/// A ceremony of a few steps in memory; entries are unsigned, as Progress is told who signed.
struct Room {
  Script script = testing::small_script();
  People people = invented_people(script);
  Progress progress{script, people};
  std::uint64_t sequence = 0, clock = 1'800'000'000;
  Hash last{};

  const Person* who(const char* initials) const { return people.by_initials(initials); }
  /// The rule that refuses the entry, "" when it is taken.
  std::string say(std::string_view type, const Json& body, const char* initials) {
    Entry entry;
    entry.sequence = sequence++;
    entry.type = type;
    entry.time = transcript::time_text(clock++);
    entry.body = body;
    Hash leaf{};
    leaf[0] = static_cast<std::byte>(entry.sequence);
    const auto objection = progress.take(entry, leaf, who(initials));
    if (!objection && type == kStepType) last = leaf;
    return objection ? std::string(objection->rule) : "";
  }
  std::string begin(bool drill = false) { return say(kBegunType, {{"drill", drill}}, "CO"); }
  std::string step(const char* id, const char* initials, Json result = Json::object(),
                   const char* deviation = nullptr) {
    Json body = {{"result", std::move(result)}, {"round", progress.round()}, {"step", id}};
    if (deviation != nullptr) body["deviation"] = {{"text", "because"}, {"what", deviation}};
    return say(kStepType, body, initials);
  }
  std::string seen(const char* id, const char* initials) {
    return say(kWitnessedType, {{"record", base::to_hex(last)}, {"step", id}}, initials);
  }
  /// The choice, and what it leaves out.
  static Json decided(const std::string& tea) {
    Json left = Json::array();
    if (tea == "no") left.push_back("tea");
    return {{"left_out", left}, {"policies", {{"tea", tea}}}};
  }
  void decide(const char* tea) {
    ASSERT_EQ(begin(), "");
    ASSERT_EQ(step("policies", "CO", decided(tea)), "");
    ASSERT_EQ(seen("policies", "W1"), "");
  }
  void make() {
    ASSERT_EQ(step("make", "CO"), "");
    ASSERT_EQ(seen("make", "W1"), "");
    ASSERT_EQ(seen("make", "W2"), "");
  }
};

TEST(Progress, a_whole_ceremony_goes_from_the_first_step_to_the_end) {
  Room room;
  ASSERT_TRUE(check_script(room.script).accepted());
  room.decide("no");
  room.make();
  for (const char* custodian : {"C1", "C2"}) {
    EXPECT_EQ(room.step("take", custodian), "");
    EXPECT_EQ(room.seen("take", "W2"), "");
  }
  EXPECT_FALSE(room.progress.secrets_pending());
  EXPECT_EQ(room.step("end", "AU"), "");
  EXPECT_EQ(room.say(kEndedType, Json::object(), "CO"), "ceremony-end");  // not witnessed yet
  EXPECT_EQ(room.seen("end", "W1"), "");
  EXPECT_EQ(room.progress.next(), nullptr);
  EXPECT_EQ(room.say(kEndedType, Json::object(), "CO"), "");
  EXPECT_TRUE(room.progress.ended());
  for (const auto& line : room.progress.checklist()) EXPECT_EQ(line.mark, Progress::Mark::done) << line.text;
}

TEST(Progress, steps_follow_their_order) {
  Room room;
  EXPECT_EQ(room.step("policies", "CO"), "ceremony-begun");
  room.decide("yes");
  EXPECT_EQ(room.step("make", "CO"), "step-order");
  EXPECT_EQ(room.step("policies", "CO"), "step-order");
  EXPECT_EQ(room.step("tea", "CO"), "");
}

TEST(Progress, a_step_is_for_its_performer) {
  Room room;
  room.decide("no");
  EXPECT_EQ(room.step("make", "AU"), "step-performers");
  room.make();
  EXPECT_EQ(room.step("take", "C2"), "step-performers");  // C1 is first
  EXPECT_EQ(room.step("take", "C1"), "");
}

TEST(Progress, witnesses_are_distinct_present_and_not_the_performer) {
  Room room;
  room.decide("no");
  EXPECT_EQ(room.step("make", "CO"), "");
  EXPECT_EQ(room.seen("make", "CO"), "step-witnesses");
  EXPECT_EQ(room.seen("make", "C1"), "step-witnesses");
  EXPECT_EQ(room.seen("take", "W1"), "step-witnesses");
  EXPECT_EQ(room.seen("make", "W1"), "");
  EXPECT_EQ(room.seen("make", "W1"), "step-witnesses");
  EXPECT_EQ(room.step("take", "C1"), "step-order");  // one witness is missing
  EXPECT_EQ(room.seen("make", "W2"), "");
  EXPECT_EQ(room.step("take", "C1"), "");
}

TEST(Progress, a_witness_signs_the_step_before_and_no_older_one) {
  Room room;
  room.decide("no");
  const Hash policies = room.last;
  room.make();
  room.last = policies;
  EXPECT_EQ(room.seen("policies", "W2"), "step-witnesses");
}

TEST(Progress, a_deviation_is_one_that_the_script_allows_and_the_auditor_signs) {
  Room room;
  room.decide("yes");
  EXPECT_EQ(room.step("tea", "CO", Json::object(), "no tea"), "step-deviations");
  EXPECT_EQ(room.step("tea", "CO", Json::object(), "a toy cup"), "step-deviations");  // not a drill
  EXPECT_EQ(room.step("tea", "CO", Json::object(), "no cup"), "");
  EXPECT_EQ(room.progress.next()->step->id, "tea");
  EXPECT_EQ(room.seen("tea", "CO"), "step-witnesses");  // the performer's own
}

TEST(Progress, policies_decide_which_steps_there_are) {
  Room room;
  EXPECT_EQ(room.begin(), "");
  EXPECT_EQ(room.step("policies", "CO", {{"left_out", Json::array()}, {"policies", {{"tea", "perhaps"}}}}), "policies");
  const std::size_t before = room.progress.slots().size();
  EXPECT_EQ(room.step("policies", "CO", Room::decided("yes")), "");
  EXPECT_EQ(room.progress.slots().size(), before + 1);
  EXPECT_TRUE(room.progress.left_out().empty());
}

TEST(Progress, what_the_policies_leave_out_is_recorded_with_them) {
  Room room;
  EXPECT_EQ(room.begin(), "");
  for (const Json& said : {Json(), Json::array(), Json::array({"make"}), Json::array({"tea", "make"})}) {
    Json result = {{"policies", {{"tea", "no"}}}};
    if (!said.is_null()) result["left_out"] = said;
    EXPECT_EQ(room.step("policies", "CO", result), "policies");
    EXPECT_TRUE(room.progress.choices().empty());
  }
  EXPECT_EQ(room.step("policies", "CO", Room::decided("no")), "");
  ASSERT_EQ(room.progress.left_out().size(), 1U);
  EXPECT_EQ(room.progress.left_out()[0]->id, "tea");
}

TEST(Progress, a_line_of_the_checklist_without_any_step_is_left_out_by_policy) {
  Room room;
  room.script.checklist = {{"drinks", {"tea"}}};
  EXPECT_EQ(room.progress.checklist()[0].mark, Progress::Mark::open);  // nobody has decided yet
  room.decide("no");
  EXPECT_EQ(room.progress.checklist()[0].mark, Progress::Mark::left_out);
}

TEST(Progress, when_the_keys_are_lost_every_step_with_keys_is_done_again) {
  Room room;
  room.decide("no");
  EXPECT_EQ(room.say(kRestartedType, Json::object(), "CO"), "secrets-restart");  // nothing to restart
  room.make();
  EXPECT_EQ(room.step("take", "C1"), "");
  EXPECT_TRUE(room.progress.secrets_pending());
  EXPECT_EQ(room.say(kRestartedType, Json::object(), "AU"), "secrets-restart");
  EXPECT_EQ(room.say(kRestartedType, Json::object(), "CO"), "");
  EXPECT_EQ(room.progress.next()->step->id, "make");
  EXPECT_EQ(room.say(kStepType, {{"result", Json::object()}, {"round", 1U}, {"step", "make"}}, "CO"),
            "secrets-restart");
  EXPECT_EQ(room.step("make", "CO"), "");
}

TEST(Progress, nothing_follows_an_abort) {
  Room room;
  room.decide("no");
  const Json body = {{"notified", "all"}, {"reason", "fire"}, {"secured", "everything"}};
  EXPECT_EQ(room.say(kAbortedType, body, "AU"), "ceremony-end");
  EXPECT_EQ(room.say(kAbortedType, body, "CO"), "");
  EXPECT_EQ(room.step("make", "CO"), "ceremony-end");
  EXPECT_EQ(room.say("incident", Json::object(), "AU"), "");
}

}  // namespace
}  // namespace solemn::keys
