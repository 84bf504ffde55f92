#pragma once
// The coefficients of the fast comparison of Lagrange blocks with their powers (phase1_lagrange.hpp): independent
// 128-bit c_j on the side of the Lagrange points, where sum_j c_j L_j = sum_i (inverse transform of c)_i P_i.
//
// A wrong point passes with probability below 2^-127: fix all coefficients but its own. Half the additions of full-size
// coefficients on the longer side; memory grows with the block.
#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "fft/fft.hpp"
#include "format/ptau.hpp"
#include "msm/msm.hpp"
#include "setup/phase1_ratio.hpp"

namespace solemn::setup::phase1 {

template <class F>
class ShortCombination {
 public:
  /// Blocks first..last. Memory: two arrays of 2^last elements, one of them only in here.
  ShortCombination(unsigned first, unsigned last, base::Pool& pool) : coefficients_(std::size_t{1} << last) {
    std::vector<F> block;
    for (unsigned k = first; k <= last; ++k) {
      block.resize(std::size_t{1} << k);
      msm::random_coefficients<F>(block, seed_.bytes(), format::lagrange_block_offset(k));
      fft::inverse<F>(block, pool);
      std::transform(block.begin(), block.end(), coefficients_.begin(), coefficients_.begin(),
                     [](const F& a, const F& b) { return a + b; });
    }
  }

  /// Point i of the section counts as often as msm::random_combination with this seed and index i says.
  base::ByteSpan seed() const noexcept { return seed_.bytes(); }
  /// Minus the coefficients of powers [from, from + |out|).
  void powers_side(std::span<F> out, std::uint64_t from) const {
    ASSERT(from + out.size() <= coefficients_.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = -coefficients_[static_cast<std::size_t>(from) + i];
  }
  const F& power_coefficient(std::uint64_t j) const noexcept { return coefficients_[static_cast<std::size_t>(j)]; }

 private:
  FreshSeed seed_;
  std::vector<F> coefficients_;
};

}  // namespace solemn::setup::phase1
