#include "fft/twiddles.hpp"

#include <algorithm>
#include <span>

#include "base/error.hpp"
#include "fft/scalar_kernels.hpp"
#include "field/fp.hpp"

namespace solemn::fft {
namespace {

// T[t << shift] for t < 2^bits.
template <class F>
std::vector<F> table(unsigned shift, unsigned bits, Direction direction, base::Pool& pool, const F& one) {
  std::vector<F> roots(bits);  // w[shift + j + 2]
  for (unsigned j = bits; j-- > 0;) {
    if (j + 1 < bits) {
      roots[j] = roots[j + 1].square();
    } else {
      roots[j] = F::root_of_unity(shift + j + 2);
      if (direction == Direction::inverse) roots[j] = roots[j].inverse_vartime();
    }
  }
  std::vector<F> entries(std::size_t{1} << bits);
  entries[0] = one;
  for (unsigned j = 0; j < bits; ++j) {
    const std::size_t half = std::size_t{1} << j;
    pool.parallel_for(half, 2048, [&](std::size_t begin, std::size_t end) {
      const std::span<F> part = std::span(entries).subspan(half + begin, end - begin);
      std::copy_n(entries.begin() + static_cast<std::ptrdiff_t>(begin), part.size(), part.begin());
      scalar_kernels<F>(part.size()).scale(part, roots[j]);
    });
  }
  return entries;
}

}  // namespace

template <class F>
Twiddles<F>::Twiddles(unsigned log2_size, Direction direction, unsigned max_low_bits, base::Pool& pool, const F& one) {
  ASSERT(log2_size <= F::kTwoAdicity);
  const unsigned bits = log2_size == 0 ? 0 : log2_size - 1;
  low_bits_ = std::min(bits, max_low_bits);
  low_ = table(0, low_bits_, direction, pool, one);
  high_ = table(low_bits_, bits - low_bits_, direction, pool, one);
}

template class Twiddles<field::Fp<field::Bn254Fr>>;
template class Twiddles<field::Fp<field::Bls12_381Fr>>;

}  // namespace solemn::fft
