#include "base/progress.hpp"

#include <gtest/gtest.h>

namespace solemn::base {
namespace {

TEST(Progress, silence_accepts_everything_and_never_interrupts) {
  Progress& silent = silent_progress();
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  silent.phase("tau G1", 10, "points");
  silent.advance(20);
  EXPECT_NO_THROW(silent.check_interrupt());
  EXPECT_EQ(testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(&silent, &silent_progress());
}

}  // namespace
}  // namespace solemn::base
