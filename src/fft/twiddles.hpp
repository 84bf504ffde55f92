#pragma once
// The twiddles of a transform with natural input and bit-reversed output. Layer l cuts the values into 2^l blocks;
// block t is a polynomial modulo x^m - c^2 and is cut into its remainders modulo x^(m/2) - c and x^(m/2) + c, with
//   c = T[t] = w[l+1]^(bit reversal of the l-bit number t) = product over the set bits j of t of w[j+2],
// which does not depend on l. So a whole block shares one twiddle, block 0 has twiddle 1, and position p ends with
// X_(bit reversal of p).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "base/pool.hpp"

namespace solemn::fft {

enum class Direction : std::uint8_t { forward, inverse };

/// T[t] for t < 2^(bits of low and high); borrowed from Twiddles.
template <class F>
struct TwiddleView {
  const F* low;
  const F* high;  // T[t << low_bits]
  unsigned low_bits;
  F at(std::uint64_t t) const noexcept {
    const std::uint64_t top = t >> low_bits;
    const F& bottom = low[t - (top << low_bits)];
    return top == 0 ? bottom : bottom * high[top];
  }
};

/// T as the product of two tables, 2^low_bits and n/2 / 2^low_bits long.
template <class F>
class Twiddles {
 public:
  /// REQUIRES: log2_size <= F::kTwoAdicity.
  Twiddles(unsigned log2_size, Direction direction, unsigned max_low_bits, base::Pool& pool) {
    ASSERT(log2_size <= F::kTwoAdicity);
    const unsigned bits = log2_size == 0 ? 0 : log2_size - 1;
    low_bits_ = std::min(bits, max_low_bits);
    low_ = table(0, low_bits_, direction, pool);
    high_ = table(low_bits_, bits - low_bits_, direction, pool);
  }
  TwiddleView<F> view() const noexcept { return {low_.data(), high_.data(), low_bits_}; }
  F at(std::uint64_t t) const noexcept { return view().at(t); }

 private:
  // T[t << shift] for t < 2^bits.
  static std::vector<F> table(unsigned shift, unsigned bits, Direction direction, base::Pool& pool) {
    std::vector<F> entries(std::size_t{1} << bits);
    entries[0] = F::one();
    for (unsigned j = 0; j < bits; ++j) {
      F root = F::root_of_unity(shift + j + 2);
      if (direction == Direction::inverse) root = root.inverse();
      const std::size_t half = std::size_t{1} << j;
      pool.parallel_for(half, 2048, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) entries[half + i] = entries[i] * root;
      });
    }
    return entries;
  }

  unsigned low_bits_ = 0;
  std::vector<F> low_, high_;
};

}  // namespace solemn::fft
