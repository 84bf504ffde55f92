#include "hash/noise.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/cpu.hpp"

namespace solemn::hash {
namespace {

TEST(Noise, rdseed_is_healthy_where_there_is_one) {
  if (!base::cpu_features().rdseed) GTEST_SKIP() << "this processor has no RDSEED";
  const Noise a = draw_rdseed(), b = draw_rdseed();
  ASSERT_EQ(std::min(a.n_bytes, b.n_bytes), Noise::kBytes);
  EXPECT_EQ(a.health, Health::good);
  EXPECT_NE(base::as_text(a.bytes()), base::as_text(b.bytes()));
}

TEST(Noise, a_device_that_is_not_there_is_not_available) {
  EXPECT_EQ(draw_hwrng("/nonexistent/hwrng").n_bytes, 0U);
  EXPECT_EQ(draw_hwrng("/dev/null").n_bytes, 0U);
}

TEST(Noise, a_stuck_device_is_found) {
  const Noise zero = draw_hwrng("/dev/zero");
  EXPECT_EQ(zero.n_bytes, Noise::kBytes);
  EXPECT_EQ(zero.health, Health::repeated);
}

TEST(Noise, a_device_like_the_real_one_is_healthy) { EXPECT_EQ(draw_hwrng("/dev/urandom").health, Health::good); }

}  // namespace
}  // namespace solemn::hash
