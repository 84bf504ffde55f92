#include "hash/health.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace solemn::hash {
namespace {

base::Bytes random_bytes(std::size_t n, unsigned n_values = 256) {
  std::mt19937 rng(7);
  base::Bytes bytes(n);
  for (std::byte& b : bytes) b = static_cast<std::byte>(rng() % n_values);
  return bytes;
}

Health result_of(base::ByteSpan samples, HealthLimits limits) {
  HealthTest test(limits);
  test.feed(samples);
  return test.result();
}

// Smallest C with P[Binomial(512, 2^-H) >= C] <= 2^-30, computed from the definition.
unsigned critical_proportion(double h) {
  const double p = std::exp2(-h);
  double tail = 0;
  for (unsigned k = 512;; --k) {
    tail += std::exp(std::lgamma(513.0) - std::lgamma(k + 1.0) - std::lgamma(513.0 - k) + k * std::log(p) +
                     (512 - k) * std::log1p(-p));
    if (tail > std::exp2(-30)) return k + 1;
  }
}

TEST(Health, limits_are_those_of_sp_800_90b) {
  const std::pair<double, HealthLimits> all[] = {
      {8, kHealthLimits8}, {6, kHealthLimits6}, {4, kHealthLimits4}, {1, kHealthLimits1}};
  for (const auto& [h, limits] : all) {
    EXPECT_EQ(limits.repetition, 1 + static_cast<unsigned>(std::ceil(30 / h))) << h;
    EXPECT_EQ(limits.proportion, critical_proportion(h)) << h;
  }
}

TEST(Health, random_bytes_are_healthy) {
  EXPECT_EQ(result_of(random_bytes(1U << 20), kHealthLimits8), Health::good);
  EXPECT_EQ(result_of(random_bytes(1U << 16, 16), kHealthLimits4), Health::good);
}

TEST(Health, a_stuck_source_fails) {
  EXPECT_EQ(result_of(base::Bytes(2000), kHealthLimits8), Health::repeated);
  base::Bytes late = random_bytes(5000);
  for (std::size_t i = 4000; i < 4005; ++i) late[i] = std::byte{9};
  EXPECT_EQ(result_of(late, kHealthLimits8), Health::repeated);
  for (std::size_t i = 4000; i < 4005; i += 4) late[i] = static_cast<std::byte>(i);
  EXPECT_EQ(result_of(late, kHealthLimits8), Health::good);
}

TEST(Health, a_biased_source_fails) {
  base::Bytes biased = random_bytes(4096);
  for (std::size_t i = 0; i < biased.size(); i += 8) biased[i] = std::byte{};  // one byte in eight
  EXPECT_EQ(result_of(biased, kHealthLimits8), Health::one_value_too_often);
  EXPECT_NE(result_of(random_bytes(4096, 2), kHealthLimits8), Health::good);
}

TEST(Health, a_failure_is_not_forgotten) {
  HealthTest test(kHealthLimits8);
  test.feed(base::Bytes(10));
  test.feed(random_bytes(100000));
  EXPECT_EQ(test.result(), Health::repeated);
}

TEST(Health, start_up_needs_1024_samples) {
  EXPECT_EQ(result_of(random_bytes(1023), kHealthLimits8), Health::too_few_samples);
  EXPECT_EQ(result_of(random_bytes(1024), kHealthLimits8), Health::good);
  EXPECT_EQ(result_of({}, kHealthLimits8), Health::too_few_samples);
}

}  // namespace
}  // namespace solemn::hash
