#include "beacon/announce.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "beacon/round_time.hpp"
#include "beacon/test_vectors.hpp"

namespace solemn::beacon {
namespace {

using vectors::Json;

constexpr std::int64_t kDue = 1692806364;  // round 1000 of quicknet

struct Announced : testing::Test {
  Chain chain = *find_chain("quicknet");
  Beacon beacon = vectors::recorded("quicknet", 1000);
  Announcement announcement = announce(chain, 1000, "ceremony 7", kDue - 3600);
  base::Hash32 purpose = purpose_of("ceremony 7");
  std::int64_t last_contribution = kDue - 60;

  std::string failed() const {
    return vectors::failed(check_announced(announcement, chain, beacon, purpose, last_contribution));
  }
};

TEST_F(Announced, an_honest_one_is_accepted) {
  EXPECT_EQ(failed(), "");
  EXPECT_TRUE(check_announced(announcement, chain, beacon, purpose, last_contribution).accepted());
  last_contribution = kDue - 1;
  EXPECT_EQ(failed(), "");
}

TEST_F(Announced, a_round_known_at_the_last_contribution_is_rejected) {
  last_contribution = kDue;
  EXPECT_EQ(failed(), "unknown-at-last-contribution");
  last_contribution = kDue + 100000;
  EXPECT_EQ(failed(), "unknown-at-last-contribution");
  last_contribution = -1;
  EXPECT_EQ(failed(), "announcement-early unknown-at-last-contribution");
}

TEST_F(Announced, an_announcement_made_afterwards_is_rejected) {
  announcement.created_at = kDue;
  EXPECT_EQ(failed(), "announcement-early");
}

TEST_F(Announced, another_round_is_rejected) {
  beacon = vectors::recorded("quicknet", 123);
  EXPECT_EQ(failed(), "announcement-round unknown-at-last-contribution beacon-round");
}

TEST_F(Announced, another_chain_is_rejected) {
  chain = *find_chain("default");
  beacon = vectors::recorded("default", 72785);
  last_contribution = 0;
  EXPECT_EQ(failed(), "announcement-chain announcement-round announcement-time announcement-early beacon-round");
}

TEST_F(Announced, another_purpose_is_rejected) {
  purpose = purpose_of("ceremony 8");
  EXPECT_EQ(failed(), "announcement-purpose");
}

TEST_F(Announced, a_bent_time_is_rejected) {
  announcement.round_time += 3;
  EXPECT_EQ(failed(), "announcement-time");
}

TEST_F(Announced, a_bad_beacon_is_rejected_by_its_own_checks) {
  beacon.signature = vectors::recorded("quicknet", 123).signature;
  EXPECT_EQ(failed(), "beacon-signature beacon-randomness");
}

TEST_F(Announced, files_are_written_and_read_back) {
  const std::string text = write_announcement(announcement);
  announcement = read_announcement(text);
  EXPECT_EQ(write_announcement(announcement), text);
  EXPECT_EQ(failed(), "");
}

TEST_F(Announced, damaged_files_are_malformed) {
  const std::string text = write_announcement(announcement);
  for (std::size_t n = 0; n + 1 < text.size(); ++n) EXPECT_THROW(read_announcement(text.substr(0, n)), base::Error);
  const Json json = Json::parse(text);
  for (const auto& [field, value] : json.items()) {
    for (const Json& bad : {Json(), Json(0), Json(-1), Json("x"), Json("1692806364"), Json::array()}) {
      Json changed = json;
      changed[field] = bad;
      EXPECT_THROW(read_announcement(changed.dump()), base::Error) << field << " " << bad;
    }
    Json without = json;
    without.erase(field);
    EXPECT_THROW(read_announcement(without.dump()), base::Error) << field;
  }
  Json extra = json;
  extra["signature"] = "";
  EXPECT_THROW(read_announcement(extra.dump()), base::Error);
}

base::Code refusal(const char* name, std::uint64_t round, std::int64_t now) {
  try {
    (void)announce(*find_chain(name), round, "x", now);
  } catch (const base::Error& error) { return error.code(); }
  return base::Code::internal;
}

TEST(Announce, only_the_future_can_be_announced) {
  EXPECT_EQ(announce(*find_chain("quicknet"), 1000, "x", kDue - 1).round_time, kDue);
  EXPECT_EQ(refusal("quicknet", 1000, kDue), base::Code::refused);
  EXPECT_EQ(refusal("quicknet", 1, kDue), base::Code::refused);
  EXPECT_EQ(refusal("fastnet", 1'000'000'000, kDue), base::Code::refused);
  EXPECT_EQ(refusal("quicknet", 0, kDue), base::Code::usage);
  EXPECT_EQ(refusal("quicknet", ~std::uint64_t{0}, kDue), base::Code::usage);
}

}  // namespace
}  // namespace solemn::beacon
