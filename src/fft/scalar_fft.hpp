#pragma once
// Transforms of scalars, streams of powers, and the shift to the odd coset that the Groth16 prover needs.
//
// Nothing here branches or looks up by a scalar's value: which operations are done depends on sizes alone.
#include <cstdint>
#include <span>
#include <vector>

#include "base/pool.hpp"

namespace solemn::fft {

/// The subgroup of order n = 2^log2_size: w[k] and what goes with it.
template <class F>
class Domain {
 public:
  explicit Domain(unsigned log2_size);  // REQUIRES: log2_size <= F::kTwoAdicity
  unsigned log2_size() const noexcept { return log2_size_; }
  std::uint64_t size() const noexcept { return std::uint64_t{1} << log2_size_; }
  const F& root() const noexcept { return root_; }  // w[k]
  const F& root_inverse() const noexcept { return root_inverse_; }
  const F& size_inverse() const noexcept { return size_inverse_; }  // 1/n
  /// w[k]^exponent. Variable time in the exponent.
  F power(std::uint64_t exponent) const noexcept;

 private:
  unsigned log2_size_;
  F root_, root_inverse_, size_inverse_;
};

/// values in natural order -> natural order, in place: X_i = sum_j w^(ij) x_j.
///
/// Shape: |values| = n, a power of two, n <= 2^F::kTwoAdicity.
///
/// Cost: n/2 log2 n multiplications; a table of at most n/2 twiddles, never more than 32 MiB.
///
/// Errors: none (the table's allocation apart).
template <class F>
void forward(std::span<F> values, base::Pool& pool);
/// x_j = (1/n) sum_i w^(-ij) X_i: the inverse of forward(). n more multiplications.
template <class F>
void inverse(std::span<F> values, base::Pool& pool);
/// O(n^2), by the definition: for the tests.
template <class F>
std::vector<F> forward_reference(std::span<const F> values);

/// x^exponent. Constant time in x, not in the exponent.
template <class F>
F power_of(F x, std::uint64_t exponent) noexcept;

/// out[i] = start * ratio^i. Constant time in start and ratio; temporaries are wiped.
/// Cost: one multiplication an element.
template <class F>
void powers(std::span<F> out, const F& start, const F& ratio, base::Pool& pool);
/// values[i] *= start * ratio^i, in place. Constant time as above. Cost: two multiplications an element.
template <class F>
void scale_by_powers(std::span<F> values, const F& start, const F& ratio, base::Pool& pool);
/// values[i] *= factor, in place, in the calling thread. Constant time. Cost: one multiplication an element.
template <class F>
void scale(std::span<F> values, const F& factor);

/// From the values of a polynomial of degree < n on the domain of size n to its values on factor * domain, in place:
/// inverse(), coefficient j times factor^j, forward().
template <class F>
void to_coset(std::span<F> values, const F& factor, base::Pool& pool);
/// The factor of the Groth16 prover and of the H points: w[k+1], so that the coset is the odd half of the domain of
/// size 2n; where that root does not exist (k = two-adicity) nqr^2. Spec 8 "Prover", spec 1.3 "shift".
template <class F>
F odd_coset_factor(unsigned log2_size);  // REQUIRES: log2_size <= F::kTwoAdicity
/// to_coset() with that factor.
template <class F>
void to_odd_coset(std::span<F> values, base::Pool& pool);

}  // namespace solemn::fft
