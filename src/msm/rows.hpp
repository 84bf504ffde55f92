#pragma once
// Buckets of several rows of 16-bit digits, kept over a stream of points.
#include <cstddef>
#include <vector>

#include "curve/group.hpp"

namespace solemn::msm {

/// Digits are signed, nonzero, of absolute value 1 .. 2^15.
inline constexpr std::size_t kRowBuckets = std::size_t{1} << 15;

/// bucket[row * kRowBuckets + |digit| - 1]
template <class G>
struct RowBuckets {
  explicit RowBuckets(std::size_t rows) : n_rows(rows), buckets(rows * kRowBuckets) {}
  std::size_t n_rows;
  std::vector<typename G::Affine> buckets;  // all infinity at first
};

}  // namespace solemn::msm
