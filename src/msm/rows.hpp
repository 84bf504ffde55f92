#pragma once
// Buckets of several rows of signed digits, kept over a stream of points.
#include <cstddef>

#include "base/lines.hpp"
#include "curve/group.hpp"

namespace solemn::msm {

/// Digits of `width` bits are signed, nonzero, of absolute value 1 .. 2^(width-1): 2^width values.
inline constexpr unsigned kMaxDigitBits = 16;

/// How many rows of digits of `width` bits a check takes.
struct RowShape {
  unsigned width;
  std::size_t n_rows;
  std::size_t row_size() const noexcept { return std::size_t{1} << (width - 1); }
};

/// bucket[row * row_size() + |digit| - 1]
template <class G>
struct RowBuckets {
  explicit RowBuckets(const RowShape& rows) : shape(rows), buckets(rows.n_rows * rows.row_size()) {}
  RowShape shape;
  base::LineVector<typename G::Affine> buckets;  // all infinity at first
};

}  // namespace solemn::msm
