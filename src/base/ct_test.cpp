#include "base/ct.hpp"

#include <gtest/gtest.h>

#include <array>

namespace solemn::ct {
namespace {

constexpr std::array<std::uint64_t, 8> kValues = {
    0, 1, 2, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFF00000000, 0x00000000FFFFFFFF};

static_assert(is_zero(0).reveal_vartime() && !is_zero(5).reveal_vartime());  // also in constant expressions

TEST(Ct, comparisons_agree_with_the_language) {
  for (const auto a : kValues) {
    EXPECT_EQ(is_zero(a).reveal_vartime(), a == 0) << a;
    for (const auto b : kValues) EXPECT_EQ(equal(a, b).reveal_vartime(), a == b) << a << " " << b;
  }
}

TEST(Ct, a_choice_is_all_ones_or_zero) {
  for (const auto a : kValues) {
    const std::uint64_t mask = is_zero(a).mask();
    EXPECT_TRUE(mask == 0 || mask == ~std::uint64_t{0});
  }
  EXPECT_EQ(Choice::from_bit(1).mask(), Choice::yes().mask());
  EXPECT_EQ(Choice::from_bit(0).mask(), Choice::no().mask());
}

TEST(Ct, select_takes_the_first_on_yes) {
  for (const auto a : kValues) {
    for (const auto b : kValues) {
      EXPECT_EQ(select(Choice::yes(), a, b), a);
      EXPECT_EQ(select(Choice::no(), a, b), b);
    }
  }
}

TEST(Ct, declassified_choices_keep_their_value) {
  EXPECT_TRUE(declassify(Choice::yes()));
  EXPECT_FALSE(declassify(Choice::no()));
}

TEST(Ct, choices_combine_as_bits) {
  for (const std::uint64_t a : {UINT64_C(0), UINT64_C(1)}) {
    for (const std::uint64_t b : {UINT64_C(0), UINT64_C(1)}) {
      const Choice x = Choice::from_bit(a);
      const Choice y = Choice::from_bit(b);
      EXPECT_EQ((x & y).reveal_vartime(), (a & b) != 0);
      EXPECT_EQ((x | y).reveal_vartime(), (a | b) != 0);
      EXPECT_EQ((x ^ y).reveal_vartime(), (a ^ b) != 0);
      EXPECT_EQ((!x).reveal_vartime(), a == 0);
    }
  }
}

}  // namespace
}  // namespace solemn::ct
