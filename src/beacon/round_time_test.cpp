#include "beacon/round_time.hpp"

#include <gtest/gtest.h>

namespace solemn::beacon {
namespace {

const Chain& chain(const char* name) { return *find_chain(name); }

// The rounds that the attested ceremony of the original chooses: 90 s after the attested time, given in milliseconds.
TEST(RoundTime, the_rounds_of_the_attested_ceremony) {
  struct Case {
    std::int64_t attested_ms;
    std::uint64_t on_default, on_quicknet;
  };
  for (const Case& c : {Case{1749775000000, 5144802, 18990575}, Case{1749776999999, 5144868, 18991241},
                        Case{1749777000000, 5144869, 18991242}}) {
    const std::int64_t time = (c.attested_ms + 90'000) / 1000;
    EXPECT_EQ(round_at(chain("default"), time), c.on_default);
    EXPECT_EQ(round_at(chain("quicknet"), time), c.on_quicknet);
    const std::int64_t due = time_of_round(chain("default"), c.on_default).value();
    EXPECT_GT(1000 * due, c.attested_ms + 60'000);
    EXPECT_LE(1000 * due, c.attested_ms + 90'000);
  }
}

TEST(RoundTime, round_1_is_out_at_the_genesis) {
  for (const Chain& c : known_chains()) {
    EXPECT_EQ(round_at(c, c.genesis_time - 1), std::nullopt);
    EXPECT_EQ(round_at(c, c.genesis_time), 1U);
    EXPECT_EQ(round_at(c, c.genesis_time + c.period_seconds - 1), 1U);
    EXPECT_EQ(round_at(c, c.genesis_time + c.period_seconds), 2U);
    EXPECT_EQ(time_of_round(c, 1), c.genesis_time);
    EXPECT_EQ(time_of_round(c, 0), std::nullopt);
  }
  EXPECT_EQ(time_of_round(chain("quicknet"), 1000), 1692806364);
  EXPECT_EQ(time_of_round(chain("default"), 3311596), 1694778900);
}

TEST(RoundTime, round_and_time_are_inverse_to_each_other) {
  for (const Chain& c : known_chains()) {
    for (std::uint64_t round : {1U, 2U, 999U, 123456789U}) {
      const std::int64_t time = time_of_round(c, round).value();
      EXPECT_EQ(round_at(c, time), round);
      EXPECT_EQ(round_at(c, time - 1).value_or(0), round - 1);
      EXPECT_EQ(round_at(c, time + c.period_seconds - 1), round);
    }
  }
}

TEST(RoundTime, the_end_of_time_is_no_overflow) {
  const Chain& c = chain("quicknet");
  const std::uint64_t last = round_at(c, kMaxTime).value();
  EXPECT_LE(time_of_round(c, last).value(), kMaxTime);
  EXPECT_EQ(time_of_round(c, last + 1), std::nullopt);
  EXPECT_EQ(time_of_round(c, ~std::uint64_t{0}), std::nullopt);
  EXPECT_EQ(round_at(c, kMaxTime + 1), std::nullopt);
  EXPECT_EQ(round_at(c, -1), std::nullopt);
}

// Compared with: date -u -d @SECONDS +%FT%TZ (coreutils 9.1).
TEST(RoundTime, times_are_written_and_read) {
  const std::pair<std::int64_t, const char*> cases[] = {
      {0, "1970-01-01T00:00:00Z"},          {951782400, "2000-02-29T00:00:00Z"},  {1595431050, "2020-07-22T15:17:30Z"},
      {1692806364, "2023-08-23T15:59:24Z"}, {4107542399, "2100-02-28T23:59:59Z"}, {kMaxTime, "9999-12-31T23:59:59Z"}};
  for (const auto& [seconds, text] : cases) {
    EXPECT_EQ(utc(seconds), text);
    EXPECT_EQ(parse_time(text), seconds);
    EXPECT_EQ(parse_time(std::to_string(seconds)), seconds);
  }
}

TEST(RoundTime, other_texts_are_no_times) {
  for (const char* text : {"",
                           "-1",
                           "+1",
                           " 1",
                           "1 ",
                           "1.5",
                           "now",
                           "2100-02-29T00:00:00Z",
                           "2023-13-01T00:00:00Z",
                           "2023-00-01T00:00:00Z",
                           "2023-01-00T00:00:00Z",
                           "2023-01-32T00:00:00Z",
                           "2023-01-01T24:00:00Z",
                           "2023-01-01T00:60:00Z",
                           "2023-01-01T00:00:60Z",
                           "2023-01-01T00:00:00",
                           "2023-01-01T00:00:00+00:00",
                           "2023-01-01 00:00:00Z",
                           "1969-12-31T23:59:59Z",
                           "20x3-01-01T00:00:00Z",
                           "253402300800",
                           "99999999999999999999"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_utc("1692806364"), std::nullopt);
}

}  // namespace
}  // namespace solemn::beacon
