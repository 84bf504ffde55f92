#include <gtest/gtest.h>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "setup/context.hpp"

namespace solemn::setup {
namespace {

base::Bytes bytes(std::string_view hex) { return base::from_hex(hex).value(); }

TEST(Beacon, tutorial_and_other_predictable_values_are_known) {
  for (const std::string_view hex :
       {"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
        "0000000000000000000000000000000000000000000000000000000000000000", "2f2e2d2c2b2a292827262524232221201f1e1d1c",
        "deadbeefdeadbeefdeadbeefdeadbeef", "e586fccaf245c9a1", ""}) {
    EXPECT_TRUE(is_known_test_beacon(bytes(hex))) << hex;
  }
}

TEST(Beacon, a_real_value_is_not_known) {
  EXPECT_FALSE(is_known_test_beacon(bytes("e586fccaf245c9a1d7e78294d4802018f3001149a71b8f10cd997ef8235aa372")));
}

TEST(Beacon, limits_are_usage_errors_and_test_values_are_refused) {
  const auto code_of = [](const Beacon& beacon, TestBeacon policy) {
    try {
      require_unknown_beacon(beacon, policy);
    } catch (const base::Error& error) { return error.code(); }
    return base::Code::internal;
  };
  const base::Bytes good = bytes("e586fccaf245c9a1d7e78294d4802018f3001149a71b8f10cd997ef8235aa372");
  const base::Bytes tutorial = bytes("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20");
  EXPECT_EQ(code_of({good, 9}, TestBeacon::refuse), base::Code::usage);
  EXPECT_EQ(code_of({good, 41}, TestBeacon::refuse), base::Code::usage);
  EXPECT_EQ(code_of({{}, 10}, TestBeacon::allow_insecure), base::Code::usage);
  EXPECT_EQ(code_of({base::Bytes(256, std::byte{7}), 10}, TestBeacon::allow_insecure), base::Code::usage);
  EXPECT_EQ(code_of({tutorial, 10}, TestBeacon::refuse), base::Code::refused);
  EXPECT_NO_THROW(require_unknown_beacon({tutorial, 10}, TestBeacon::allow_insecure));
  EXPECT_NO_THROW(require_unknown_beacon({good, 10}, TestBeacon::refuse));
}

TEST(Beacon, is_sha256_iterated_two_to_the_exponent_times) {
  const Beacon beacon{bytes("0102030405"), 10};
  base::Hash32 expected = hash::sha256(beacon.value);
  for (int i = 1; i < 1024; ++i) expected = hash::sha256(expected);
  EXPECT_EQ(run_beacon(beacon, base::silent_progress()), expected);
}

TEST(Beacon, all_steps_of_a_file_share_one_budget) {
  BeaconBudget budget(12);
  EXPECT_FALSE(budget.take(13));
  EXPECT_TRUE(budget.take(11));
  EXPECT_TRUE(budget.take(10));
  EXPECT_FALSE(budget.take(11));
  EXPECT_TRUE(budget.take(10));
  EXPECT_FALSE(budget.take(0));
  EXPECT_FALSE(BeaconBudget(255).take(41));
}

TEST(Beacon, names_are_plain_text) {
  require_plain_name("");
  require_plain_name("Alice \xc3\xa9");
  for (const std::string_view name : {"a\nb", "\x1b[1m", "\xff", "\xe2\x80\xae"})
    EXPECT_THROW(require_plain_name(name), base::Error);
}

}  // namespace
}  // namespace solemn::setup
