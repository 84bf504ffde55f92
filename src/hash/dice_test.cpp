#include "hash/dice.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/error.hpp"

namespace solemn::hash {
namespace {

std::string throws(std::size_t n, unsigned faces = 6) {
  std::mt19937 rng(3);
  std::string text;
  for (std::size_t i = 0; i < n; ++i) text += static_cast<char>('1' + rng() % faces);
  return text;
}

base::Code code_of(std::string_view text) {
  try {
    const DiceThrows dice(base::as_bytes(text));
  } catch (const base::Error& error) {
    EXPECT_FALSE(error.hint().empty());
    return error.code();
  }
  return base::Code::internal;
}

TEST(Dice, faces_are_kept_as_typed) {
  const DiceThrows dice(base::as_bytes("11 23\n456\r\n\t1"));
  EXPECT_EQ(base::as_text(dice.faces()), "11234561");
  EXPECT_EQ(dice.size(), 8U);
}

// printf 1123456 | sha512sum
TEST(Dice, the_digest_is_what_sha512sum_prints) {
  EXPECT_EQ(base::to_hex(DiceThrows(base::as_bytes("112 3456")).digest().expose()),
            "d2160e670a6261bcd5164a5b2164a89e98a34b54ccd59944ccc68fcc725f12ce3746367919d55fa43101e0d2e1f2ff1c1c82449962"
            "2e0643024f9d77bfebcbd2");
}

TEST(Dice, anything_but_faces_is_refused) {
  for (const char* text : {"", "  \n", "0", "7", "12a", "1,2", "-1", "\xef\xbc\x91"}) {
    EXPECT_EQ(code_of(text), base::Code::usage) << text;
  }
  EXPECT_EQ(code_of(std::string(DiceThrows::kMaxThrows + 1, '1')), base::Code::usage);
}

TEST(Dice, oddities_are_told) {
  EXPECT_TRUE(DiceThrows(base::as_bytes(throws(100))).oddities().empty());
  EXPECT_EQ(DiceThrows(base::as_bytes(throws(99))).oddities().size(), 1U);
  EXPECT_EQ(DiceThrows(base::as_bytes(throws(200, 5))).oddities().size(), 1U);
  EXPECT_EQ(DiceThrows(base::as_bytes(throws(200) + "11111111")).oddities().size(), 1U);
}

}  // namespace
}  // namespace solemn::hash
