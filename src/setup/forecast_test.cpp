#include "setup/forecast.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace solemn::setup {
namespace {

using curve::CurveId;

constexpr double kFaultShare = 23.0 / 128;  // of the work of a check of others

// Everything takes a second but hashing, which takes nothing: what remains is the count.
Rates seconds() { return {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0}; }

TEST(Forecast, counts_the_work_of_each_step) {
  const Forecast two = forecast(seconds(), CurveId::bn254, 1, 1);  // 2 points: sections of 4 + 2 + 2 in G1, 2 in G2
  EXPECT_DOUBLE_EQ(two.verify, 8 + 2);
  EXPECT_DOUBLE_EQ(two.contribute, 10 + 10 * kFaultShare);
  // Lagrange points, counted up to the next power of two: 8 + 4 + 4 in G1, 4 in G2; and the powers.
  EXPECT_DOUBLE_EQ(two.verify_prepared, 10 + 16 + 4 + 10);
  EXPECT_DOUBLE_EQ(two.zkey_contribute, 4 + 8 * kFaultShare);
  EXPECT_DOUBLE_EQ(two.proof, 8 + 2);
}

TEST(Forecast, twice_the_points_take_twice_the_time_and_prepare_somewhat_more) {
  const Rates rates = seconds();
  for (const CurveId curve : {CurveId::bn254, CurveId::bls12_381}) {
    const Forecast small = forecast(rates, curve, 19, 2), large = forecast(rates, curve, 20, 2);
    EXPECT_DOUBLE_EQ(large.contribute, 2 * small.contribute);
    EXPECT_DOUBLE_EQ(large.verify, 2 * small.verify);
    EXPECT_DOUBLE_EQ(large.proof, 2 * small.proof);
    EXPECT_GT(large.prepare, 2 * small.prepare);
    EXPECT_LT(large.prepare, 2.3 * small.prepare);
  }
}

TEST(Forecast, no_step_is_faster_than_its_hash) {
  Rates rates;
  rates.hash_byte = 1;
  const double bytes = 1024 * (4 * 64 + 128);
  EXPECT_DOUBLE_EQ(forecast(rates, CurveId::bn254, 10, 8).verify, bytes);
  EXPECT_DOUBLE_EQ(forecast(rates, CurveId::bn254, 10, 8).contribute, 2.5 * bytes);
  rates.chain_g1 = 1e6;
  EXPECT_DOUBLE_EQ(forecast(rates, CurveId::bn254, 10, 8).verify, 4096 * 1e6 + bytes / 8);
}

TEST(Forecast, every_kernel_is_measured_and_takes_time) {
  base::Pool pool(2);
  const Context context{pool, base::silent_progress()};
  const Rates rates = measure_rates(CurveId::bn254, 0, context);
  for (const double rate :
       {rates.multiply_g1, rates.multiply_g2, rates.divide_g1, rates.transform_g1, rates.transform_g2, rates.chain_g1,
        rates.chain_g2, rates.combine_g1, rates.combine_g2, rates.msm_g1, rates.msm_g2, rates.hash_byte}) {
    EXPECT_GT(rate, 0);
    EXPECT_TRUE(std::isfinite(rate));
  }
}

}  // namespace
}  // namespace solemn::setup
