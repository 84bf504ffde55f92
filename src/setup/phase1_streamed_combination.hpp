#pragma once
// The coefficients of the comparison of Lagrange blocks with their powers (phase1_lagrange.hpp) that are computed where
// they are used: memory does not grow with the block.
//
// For a block of n points L_i that should be the inverse transform of P_0..P_(n-1), and a random rho:
//   sum_j rho^j P_j = sum_i c_i L_i  with  c_i = sum_j (rho w^i)^j = (rho^n - 1) / (rho w^i - 1).
// Both sides are polynomials in rho of degree < n over Fr, so wrong points pass with probability below n / r < 2^-220.
// The blocks of a section are added up with random weights into one sum that must be infinity.
#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "base/pool.hpp"
#include "fft/fft.hpp"
#include "hash/entropy.hpp"

namespace solemn::setup::phase1 {

/// Blocks first..last with a random weight each, at a random rho.
template <class F>
class StreamedCombination {
 public:
  StreamedCombination(unsigned first_block, unsigned last_block, unsigned two_adicity)
      : first_(first_block), last_(last_block), halves_log2_(two_adicity), rho_(random_scalar()) {
    weights_.resize(last_ + 2);
    for (F& weight : weights_) weight = random_scalar();
    weights_from_.resize(last_ + 2);
    for (unsigned k = last_ + 1; k-- > 0;) {
      weights_from_[k] = weights_from_[k + 1] + (in_halves(k) ? F::zero() : weights_[k]);
    }
    const F shift = F::quadratic_non_residue().square();
    rho_over_shift_ = rho_ * shift.inverse();
    F shift_to_m = shift;
    for (unsigned i = 0; i < halves_log2_; ++i) shift_to_m = shift_to_m.square();
    const F scale = (shift_to_m - F::one()).inverse();
    low_ = {weights_[last_] * shift_to_m * scale, -(weights_[last_ + 1] * scale)};
    high_ = {-(weights_[last_] * scale), weights_[last_ + 1] * scale};
  }

  bool in_halves(unsigned block) const noexcept { return block > halves_log2_; }

  /// Coefficients of points [from, from + |out|) of a block, on the side of the Lagrange points.
  void lagrange_side(std::span<F> out, unsigned block, std::uint64_t from, base::Pool& pool) const {
    if (!in_halves(block)) return fill_block(out, block, from, weights_[block], pool);
    const std::uint64_t half = std::uint64_t{1} << halves_log2_;
    const std::size_t in_first =
        from < half ? static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), half - from)) : 0;
    fill_block(out.first(in_first), halves_log2_, from, weights_[block], pool);
    fill_block(out.subspan(in_first), halves_log2_, from + in_first - half, weights_[block + 1], pool);
  }

  /// Minus the coefficients of powers [from, from + |out|).
  void powers_side(std::span<F> out, std::uint64_t from, base::Pool& pool) const {
    pool.parallel_for(out.size(), kGrain, [&](std::size_t begin, std::size_t end) {
      F rho_to_j = rho_.pow_vartime(from + begin);
      HalfPowers halves(*this, from + begin);
      for (std::size_t i = begin; i < end; ++i, rho_to_j *= rho_) {
        out[i] = -(rho_to_j * weight_of_whole_blocks(from + i) + halves.next());
      }
    });
  }
  F power_coefficient(std::uint64_t j) const {
    return rho_.pow_vartime(j) * weight_of_whole_blocks(j) + HalfPowers(*this, j).next();
  }

 private:
  static constexpr std::size_t kGrain = 2048;
  static F random_scalar() { return F::from_wide_bytes(hash::fresh_bytes<64>()); }
  struct Factors {
    F of_rho, of_rho_over_shift;
  };

  /// t0_i and t1_i of spec 3, weighted: what power i and power i + m count in the two halves, one after the other.
  class HalfPowers {
   public:
    HalfPowers(const StreamedCombination& all, std::uint64_t j) : all_(all), active_(all.in_halves(all.last_)), j_(j) {
      if (active_) start(j_ < half() ? j_ : j_ - half());
    }
    F next() {
      if (!active_) return F::zero();
      if (j_ == half()) start(0);
      const Factors& factors = j_ < half() ? all_.low_ : all_.high_;
      const F sum = factors.of_rho * rho_to_i_ + factors.of_rho_over_shift * other_to_i_;
      rho_to_i_ *= all_.rho_;
      other_to_i_ *= all_.rho_over_shift_;
      ++j_;
      return sum;
    }

   private:
    std::uint64_t half() const noexcept { return std::uint64_t{1} << all_.halves_log2_; }
    void start(std::uint64_t i) {
      rho_to_i_ = all_.rho_.pow_vartime(i);
      other_to_i_ = all_.rho_over_shift_.pow_vartime(i);
    }
    const StreamedCombination& all_;
    const bool active_;
    std::uint64_t j_;
    F rho_to_i_, other_to_i_;
  };

  void fill_block(std::span<F> out, unsigned log2_size, std::uint64_t from, const F& weight, base::Pool& pool) const {
    const fft::Domain<F> domain(log2_size);
    const F numerator = weight * (rho_.pow_vartime(domain.size()) - F::one());
    pool.parallel_for(out.size(), kGrain, [&](std::size_t begin, std::size_t end) {
      const std::span<F> range = out.subspan(begin, end - begin);
      std::vector<F> scratch(range.size());
      F rho_w = rho_ * domain.power(from + begin);
      for (F& value : range) {
        value = rho_w - F::one();
        rho_w *= domain.root();
      }
      field::batch_inverse<F>(range, scratch);
      for (F& value : range) value *= numerator;
    });
  }

  // Blocks of 2^k > j points have power j in them.
  const F& weight_of_whole_blocks(std::uint64_t j) const noexcept {
    return weights_from_[std::max(first_, static_cast<unsigned>(std::bit_width(j)))];
  }

  unsigned first_, last_, halves_log2_;
  F rho_, rho_over_shift_;
  std::vector<F> weights_;       // of block k; the second half of a block in halves has the one after
  std::vector<F> weights_from_;  // sum of the weights of whole blocks from k on
  Factors low_, high_;
};

}  // namespace solemn::setup::phase1
