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

TEST(Verdict, append_keeps_the_order_and_the_outcomes) {
  Verdict verdict, more;
  verdict.pass("a", "1");
  more.fail("b", "2");
  more.not_run("c", "3");
  verdict.append(more);
  verdict.append(Verdict());
  ASSERT_EQ(verdict.checks().size(), 3U);
  EXPECT_EQ(verdict.checks()[1].rule, "b");
  EXPECT_EQ(verdict.checks()[1].outcome, Outcome::failed);
  EXPECT_EQ(verdict.checks()[2].detail, "3");
  EXPECT_EQ(verdict.checks()[2].outcome, Outcome::not_run);
}

}  // namespace
}  // namespace solemn::base
