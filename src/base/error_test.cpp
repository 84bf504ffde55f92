#include "base/error.hpp"

#include <gtest/gtest.h>

namespace solemn::base {
namespace {

TEST(Error, keeps_what_it_was_given) {
  const Error error(Code::malformed, "point 17 is not on the curve", "fetch the file again");
  EXPECT_EQ(error.code(), Code::malformed);
  EXPECT_STREQ(error.what(), "point 17 is not on the curve");
  EXPECT_EQ(error.hint(), "fetch the file again");
}

TEST(Error, context_goes_in_front_and_the_rest_stays) {
  const Error inner(Code::device, "no answer", "plug it in");
  const Error outer = inner.with_context("'a.ptau'");
  EXPECT_EQ(outer.message(), "'a.ptau': no answer");
  EXPECT_EQ(outer.code(), Code::device);
  EXPECT_EQ(outer.hint(), "plug it in");
  EXPECT_EQ(inner.message(), "no answer");
}

TEST(ErrorDeathTest, a_broken_assertion_names_its_place) {
  EXPECT_DEATH(ASSERT(1 + 1 == 3), "error_test.cpp:[0-9]+: not true: 1 \\+ 1 == 3");
  ASSERT(1 + 1 == 2);
}

}  // namespace
}  // namespace solemn::base
