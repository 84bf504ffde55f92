#pragma once
// What adding a point to one of many buckets costs, for the choice of the width of digits.
#include <algorithm>
#include <cmath>
#include <cstddef>

namespace solemn::msm {

/// Of so few buckets all may wait: nearly every point is put aside and summed with those of the same bucket.
inline constexpr std::size_t kFewBuckets = 64;

/// Additions that wait for each other and share an inversion (BucketFiller), all to different buckets. More of them
/// share it among more, but then more points meet a bucket that waits already.
constexpr std::size_t waiting_additions(std::size_t n_buckets) noexcept {
  constexpr std::size_t kMost = 1024;
  if (n_buckets <= kFewBuckets) return kMost;
  return std::clamp<std::size_t>(n_buckets / 4, std::min<std::size_t>(n_buckets / 2, 128), kMost);
}

/// In additions, for points that meet random buckets. Measured (BN254 G1 with the ifma backend; the others are less
/// sensitive): a point that is put aside costs 1.2 additions more, an inversion 64.
inline double cost_of_addition(std::size_t n_buckets) noexcept {
  constexpr double kAside = 1.2, kInversion = 64;
  if (n_buckets <= kFewBuckets) return 1 + kAside;
  const auto batch = static_cast<double>(waiting_additions(n_buckets));
  const double filled = batch / static_cast<double>(n_buckets);
  const double met = -std::log1p(-filled) / filled;  // points that come until a batch is full, for each of it
  return 1 + kAside * (1 - 1 / met) + kInversion / batch;
}

/// Of a window of n_points with so many buckets, in additions.
inline double cost_of_row(double n_points, std::size_t n_buckets) noexcept {
  return n_points * cost_of_addition(n_buckets) + 2 * static_cast<double>(n_buckets);
}

}  // namespace solemn::msm
