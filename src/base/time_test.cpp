#include "base/time.hpp"

#include <gtest/gtest.h>

namespace solemn::base {
namespace {

// date -u -d @SECONDS +%FT%TZ
TEST(Time, text_is_what_date_prints) {
  EXPECT_EQ(utc(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc(951'782'400), "2000-02-29T00:00:00Z");
  EXPECT_EQ(utc(1'692'803'367), "2023-08-23T15:09:27Z");
  EXPECT_EQ(utc(kMaxTime), "9999-12-31T23:59:59Z");
}

TEST(Time, every_text_is_read_back) {
  for (std::int64_t time = 0; time < kMaxTime; time += 86'399'977) EXPECT_EQ(parse_utc(utc(time)), time);
}

TEST(Time, other_forms_are_refused) {
  for (const char* text :
       {"", "2023-08-23T15:59:24", "2023-08-23 15:59:24Z", "2023-08-23T15:59:24z", "2023-02-29T00:00:00Z",
        "2023-08-23T24:00:00Z", "2023-08-23T23:59:60Z", "2023-08-23T15:59:24+00:00", "2023-8-23T15:59:24Z0",
        "1969-12-31T23:59:59Z", "2023-08-23T15:59:24.0Z", "+023-08-23T15:59:24Z"}) {
    EXPECT_EQ(parse_utc(text), std::nullopt) << text;
  }
}

TEST(Time, durations_have_two_units) {
  EXPECT_EQ(duration_text(7), "7 s");
  EXPECT_EQ(duration_text(187), "3 min 7 s");
  EXPECT_EQ(duration_text(7260), "2 h 1 min");
}

}  // namespace
}  // namespace solemn::base
