#include "base/verdict.hpp"

#include <gtest/gtest.h>

namespace solemn::base {
namespace {

TEST(Verdict, empty_is_neither_accepted_nor_rejected) {
  const Verdict verdict;
  EXPECT_FALSE(verdict.accepted());
  EXPECT_FALSE(verdict.rejected());
}

TEST(Verdict, accepted_only_when_every_check_passed) {
  Verdict verdict;
  verdict.pass("a");
  EXPECT_TRUE(verdict.accepted());
  verdict.not_run("b", "no input");
  EXPECT_FALSE(verdict.accepted());
  EXPECT_FALSE(verdict.rejected());
  verdict.fail("c", "index 3");
  EXPECT_TRUE(verdict.rejected());
  EXPECT_EQ(verdict.count(Outcome::passed), 1U);
}

TEST(Verdict, find_prefers_the_failed_check_of_that_name) {
  Verdict verdict;
  verdict.add("a", true, "first");
  verdict.add("a", false, "second");
  ASSERT_NE(verdict.find("a"), nullptr);
  EXPECT_EQ(verdict.find("a")->detail, "second");
  EXPECT_EQ(verdict.find("b"), nullptr);
}

}  // namespace
}  // namespace solemn::base
