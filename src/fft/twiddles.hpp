#pragma once
// The twiddles of a transform with natural input and bit-reversed output. Layer l cuts the values into 2^l blocks;
// block t is a polynomial modulo x^m - c^2 and is cut into its remainders modulo x^(m/2) - c and x^(m/2) + c, with
//   c = T[t] = w[l+1]^(bit reversal of the l-bit number t) = product over the set bits j of t of w[j+2],
// which does not depend on l. So a whole block shares one twiddle, block 0 has twiddle 1, and position p ends with
// X_(bit reversal of p).
#include <cstddef>
#include <cstdint>
#include <vector>

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
  /// one: T[0], for kernels whose form of a twiddle is not that of memory; `at` is then theirs.
  ///
  /// REQUIRES: log2_size <= F::kTwoAdicity.
  Twiddles(unsigned log2_size, Direction direction, unsigned max_low_bits, base::Pool& pool, const F& one = F::one());
  TwiddleView<F> view() const noexcept { return {low_.data(), high_.data(), low_bits_}; }
  F at(std::uint64_t t) const noexcept { return view().at(t); }

 private:
  unsigned low_bits_ = 0;
  std::vector<F> low_, high_;
};

}  // namespace solemn::fft
