#pragma once
// The coefficients of the fast comparison of Lagrange blocks with their powers (phase1_lagrange.hpp): those of
// msm::RowCombination, c_j, on the side of the Lagrange points, where sum_j c_j L_j = sum_i (inverse transform of c)_i
// P_i.
//
// Wrong points pass with probability below 2^-126 each time that it is asked: sum_j c_j (L_j - what it should be) is a
// row combination of the errors. Its rows are digits of at most 16 bits, half the additions of full-size coefficients
// on the longer side, and in BN254 G2 they prove the subgroup at the same time; memory grows with the block.
#include "base/error.hpp"
#include "base/untouched.hpp"
#include "fft/fft.hpp"
#include "format/ptau.hpp"
#include "msm/msm.hpp"

namespace solemn::setup::phase1 {

template <class G>
class KeptCombination {
 public:
  using Scalar = typename G::Scalar;
  /// Blocks first..last of a section, the points first_index, ... of the rows. Memory: an array of 2^last elements, and
  /// another of half as many in here.
  KeptCombination(const msm::RowCombination<G>& rows, std::uint64_t first_index, unsigned first, unsigned last,
                  base::Pool& pool)
      : coefficients_(std::size_t{1} << last) {
    const auto transformed = [&](std::span<Scalar> block, unsigned k) {
      rows.coefficients(block, first_index + format::lagrange_block_offset(k) - format::lagrange_block_offset(first));
      fft::inverse<Scalar>(block, pool);
    };
    transformed(coefficients_.all(), last);
    base::UntouchedArray<Scalar> scratch(first < last ? coefficients_.size() / 2 : 0);
    for (unsigned k = first; k < last; ++k) {
      const auto block = scratch.all().first(std::size_t{1} << k);
      transformed(block, k);
      pool.parallel_for(block.size(), kGrain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) coefficients_[i] += block[i];
      });
    }
  }

  /// Minus the coefficients of powers [from, from + |out|).
  void powers_side(std::span<Scalar> out, std::uint64_t from, base::Pool& pool) const {
    ASSERT(from + out.size() <= coefficients_.size());
    pool.parallel_for(out.size(), kGrain, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) out[i] = -coefficients_[static_cast<std::size_t>(from) + i];
    });
  }
  const Scalar& power_coefficient(std::uint64_t j) const noexcept { return coefficients_[static_cast<std::size_t>(j)]; }

 private:
  static constexpr std::size_t kGrain = std::size_t{1} << 13;
  base::UntouchedArray<Scalar> coefficients_;
};

}  // namespace solemn::setup::phase1
