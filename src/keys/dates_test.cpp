#include "keys/dates.hpp"

#include <gtest/gtest.h>

#include "base/time.hpp"
#include "transcript/test_record.hpp"

namespace solemn::keys {
namespace {

using base::Outcome;

constexpr std::int64_t kDay = 86400, kStart = 1769860800;  // 2026-01-31T12:00:00Z

// A record with witnesses; entry 1 is said to be a rotation of m1 on the first day, entry 2 its retirement 30 days
// later.
struct Room : transcript::testing::TestRecord {
  Inventory inventory;
  base::Verdict verdict;

  explicit Room(std::uint64_t witnesses = 2) : TestRecord(witnesses) {
    InventoryKey key;
    key.id = "m1";
    key.state = State::retiring;
    key.retiring_until = kStart + 30 * kDay;
    inventory.keys.push_back(key);
    inventory.transitions.push_back({1, kStart, "m1", "followed by m2", State::active, State::retiring});
    contribute(1);
  }
  void retire() {
    inventory.keys[0].state = State::retired;
    inventory.transitions.push_back({2, kStart + 30 * kDay, "m1", "over", State::retiring, State::retired});
    time = base::utc(kStart + 30 * kDay);
    contribute(1);
  }
  void seen(std::int64_t first_day, std::int64_t second_day) {
    checkpoint(static_cast<std::uint64_t>(kStart + first_day * kDay),
               static_cast<std::uint64_t>(kStart + second_day * kDay));
  }
  Outcome measured() {
    verdict = {};
    measure_transitions(inventory, contents, transcript::replay(contents), verdict);
    const base::Check* check = verdict.find("transition-times");
    EXPECT_NE(check, nullptr);
    return check == nullptr ? Outcome::not_run : check->outcome;
  }
  const InventoryKey& key() const { return inventory.keys[0]; }
};

TEST(Dates, ATransitionBeginsWhenTheWitnessesHaveSeenIt) {
  Room room;
  EXPECT_EQ(room.measured(), Outcome::not_run);
  EXPECT_TRUE(room.key().counts_at(kStart + 1000 * kDay)) << "it has no end yet";
  Room later;
  later.seen(2, 3);
  EXPECT_EQ(later.measured(), Outcome::passed);
  EXPECT_TRUE(later.key().counts_at(kStart + 33 * kDay - 1)) << "both witnesses were there on the third day";
  EXPECT_FALSE(later.key().counts_at(kStart + 33 * kDay));
}

TEST(Dates, ATransitionThatTheWitnessesSawBeginAndEndAtOnce) {
  Room room;
  room.retire();
  EXPECT_EQ(room.measured(), Outcome::not_run);
  room.seen(30, 30);  // both entries: the rotation was dated back
  EXPECT_EQ(room.measured(), Outcome::failed);
}

TEST(Dates, ThirtyDaysByTheClocksOfTheWitnesses) {
  for (const auto& [first, second, wanted] : {std::tuple{31, 31, Outcome::passed}, std::tuple{30, 31, Outcome::failed},
                                              std::tuple{31, 60, Outcome::passed}}) {
    Room room;
    room.seen(0, 1);
    room.retire();
    EXPECT_EQ(room.measured(), Outcome::not_run) << "nobody has seen that it is retired";
    room.seen(first, second);
    EXPECT_EQ(room.measured(), wanted) << first << " " << second;
  }
}

TEST(Dates, ARecordWithoutWitnessesHasOnlyItsOwnDates) {
  Room room(0);
  measure_transitions(room.inventory, room.contents, transcript::replay(room.contents), room.verdict);
  EXPECT_EQ(room.verdict.find("transition-times"), nullptr);
  EXPECT_FALSE(room.key().counts_at(kStart + 30 * kDay));
}

}  // namespace
}  // namespace solemn::keys
