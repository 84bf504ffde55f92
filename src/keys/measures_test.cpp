#include "keys/measures.hpp"

#include <gtest/gtest.h>

namespace solemn::keys {
namespace {

const std::string kSoftware = "solemn 0.1.0 (abc), SHA-256 0123456789abcdef" + std::string(48, '7');

TEST(Measures, a_wall_clock_is_a_date_and_a_time) {
  EXPECT_EQ(measure_objection("wall-clock", "2027-03-01 14:05", kSoftware), "");
  for (const char* wrong : {"q", "as read aloud", "14:05", "2027-03-01", "2027-13-01 14:05", "2027-03-01 24:05",
                            "2027-02-30 14:05", "2027-03-01T14:05", "2027-03-01 14:05 "})
    EXPECT_NE(measure_objection("wall-clock", wrong, kSoftware), "") << wrong;
}

TEST(Measures, the_digest_is_the_one_of_the_program) {
  EXPECT_EQ(measure_objection("program-sha256", "01234567", kSoftware), "");
  EXPECT_EQ(measure_objection("program-sha256", "0123456789abcdef", kSoftware), "");
  for (const char* wrong : {"", "0123456", "01234568", "123456789", "as read aloud"})
    EXPECT_NE(measure_objection("program-sha256", wrong, kSoftware), "") << wrong;
  EXPECT_NE(measure_objection("program-sha256", "01234567", "another program"), "");
}

TEST(Measures, others_take_any_text) { EXPECT_EQ(measure_objection("seal", "A 17", kSoftware), ""); }

}  // namespace
}  // namespace solemn::keys
