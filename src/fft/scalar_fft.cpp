#include "fft/scalar_fft.hpp"

#include <algorithm>
#include <bit>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "fft/bit_reverse.hpp"
#include "fft/scalar_kernels.hpp"
#include "fft/twiddles.hpp"
#include "field/fp.hpp"

namespace solemn::fft {

template <class F>
F power_of(F x, std::uint64_t exponent) noexcept {
  F result = F::one();
  for (; exponent != 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result *= x;
    x = x.square();
  }
  base::wipe(&x, sizeof(x));
  return result;
}

namespace {

constexpr unsigned kTwiddleTableLog2 = 20;  // 32 MiB; larger transforms multiply two entries
constexpr std::size_t kGrain = 4096;        // values of a task

unsigned log2_of(std::size_t size) {
  ASSERT(std::has_single_bit(size));
  return static_cast<unsigned>(std::countr_zero(size));
}

// Blocks that fit a cache, and as many tasks of them as there are threads, unless they would be too small.
template <class F>
unsigned block_log2_of(const ScalarKernels<F>& kernels, unsigned log2, const base::Pool& pool) {
  constexpr unsigned kLeast = 6;
  const unsigned most = log2 - kernels.together_log2, share = static_cast<unsigned>(std::bit_width(pool.size() - 1));
  return std::min({kernels.block_log2, most, std::max(most, share + kLeast) - share});
}

// Natural order -> bit-reversed order, without scaling. Some layers a pass over memory until the blocks are small.
template <class F>
void transform(std::span<F> values, Direction direction, base::Pool& pool) {
  const unsigned log2 = log2_of(values.size());
  const ScalarKernels<F>& kernels = scalar_kernels<F>(values.size());
  const Twiddles<F> table(log2, direction, kTwiddleTableLog2, pool, kernels.twiddle_one);
  const TwiddleView<F> twiddles = table.view();
  const unsigned block_log2 = block_log2_of(kernels, log2, pool);
  unsigned layer = 0;
  while (log2 - layer > block_log2) {
    const unsigned left = log2 - layer - block_log2, n_passes = (left - 1) / kernels.layers_at_once + 1;
    const unsigned n_layers = (left - 1) / n_passes + 1;
    const std::size_t block = values.size() >> layer, n_columns = block >> n_layers;
    const std::size_t grain = std::clamp(kGrain >> n_layers, kernels.width, n_columns);
    pool.parallel_for(values.size() >> n_layers, grain, [&](std::size_t begin, std::size_t end) {
      const std::size_t t = begin / n_columns;  // the range lies in one block: the grain divides its columns
      kernels.columns(values.subspan(t * block, block), t, n_layers, begin - t * n_columns, end - t * n_columns,
                      twiddles);
    });
    layer += n_layers;
  }
  const std::size_t together = std::size_t{1} << kernels.together_log2, task = (values.size() >> layer) * together;
  pool.parallel_for(values.size() / task, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t t = begin; t < end; ++t) kernels.blocks(values.subspan(t * task, task), t * together, twiddles);
  });
}

template <class F, class Kernel>
void by_powers(std::span<F> values, const F& start, const F& ratio, base::Pool& pool, Kernel kernel) {
  pool.parallel_for(values.size(), kGrain, [&](std::size_t begin, std::size_t end) {
    F first = start * power_of(ratio, begin);
    kernel(values.subspan(begin, end - begin), first, ratio);
    base::wipe(&first, sizeof(first));
    base::wipe_stack();  // what the kernel has spilled
  });
}

template <class F>
void scale(std::span<F> values, const F& factor, base::Pool& pool) {
  const auto kernel = scalar_kernels<F>(values.size()).scale;
  pool.parallel_for(values.size(), kGrain,
                    [&](std::size_t begin, std::size_t end) { kernel(values.subspan(begin, end - begin), factor); });
}

}  // namespace

template <class F>
Domain<F>::Domain(unsigned log2_size) : log2_size_(log2_size) {
  ASSERT(log2_size <= F::kTwoAdicity);
  root_ = F::root_of_unity(log2_size);
  root_inverse_ = root_.inverse();
  size_inverse_ = F::from_u64(size()).inverse();
}

template <class F>
F Domain<F>::power(std::uint64_t exponent) const noexcept {
  return power_of(root_, exponent);
}

template <class F>
void forward(std::span<F> values, base::Pool& pool) {
  transform(values, Direction::forward, pool);
  bit_reverse(values, pool);
}

template <class F>
void inverse(std::span<F> values, base::Pool& pool) {
  transform(values, Direction::inverse, pool);
  bit_reverse(values, pool);
  scale(values, Domain<F>(log2_of(values.size())).size_inverse(), pool);
}

template <class F>
std::vector<F> forward_reference(std::span<const F> values) {
  const F root = F::root_of_unity(log2_of(values.size()));
  std::vector<F> result(values.size());
  F step = F::one();  // w^i
  for (F& sum : result) {
    F power = F::one();
    for (const F& x : values) {
      sum += power * x;
      power *= step;
    }
    step *= root;
  }
  return result;
}

template <class F>
void powers(std::span<F> out, const F& start, const F& ratio, base::Pool& pool) {
  by_powers(out, start, ratio, pool, scalar_kernels<F>(out.size()).powers);
}

template <class F>
void scale_by_powers(std::span<F> values, const F& start, const F& ratio, base::Pool& pool) {
  by_powers(values, start, ratio, pool, scalar_kernels<F>(values.size()).scale_by_powers);
}

template <class F>
void scale(std::span<F> values, const F& factor) {
  scalar_kernels<F>(values.size()).scale(values, factor);
}

template <class F>
void to_coset(std::span<F> values, const F& factor, base::Pool& pool) {
  transform(values, Direction::inverse, pool);
  bit_reverse(values, pool);
  scale_by_powers(values, Domain<F>(log2_of(values.size())).size_inverse(), factor, pool);
  forward(values, pool);
}

template <class F>
F odd_coset_factor(unsigned log2_size) {
  ASSERT(log2_size <= F::kTwoAdicity);
  return log2_size < F::kTwoAdicity ? F::root_of_unity(log2_size + 1) : F::quadratic_non_residue().square();
}

template <class F>
void to_odd_coset(std::span<F> values, base::Pool& pool) {
  to_coset(values, odd_coset_factor<F>(log2_of(values.size())), pool);
}

using Bn254Fr = field::Fp<field::Bn254Fr>;
using Bls12_381Fr = field::Fp<field::Bls12_381Fr>;

template Bn254Fr power_of(Bn254Fr, std::uint64_t) noexcept;
template Bls12_381Fr power_of(Bls12_381Fr, std::uint64_t) noexcept;
template class Domain<Bn254Fr>;
template class Domain<Bls12_381Fr>;
template void forward(std::span<Bn254Fr>, base::Pool&);
template void forward(std::span<Bls12_381Fr>, base::Pool&);
template void inverse(std::span<Bn254Fr>, base::Pool&);
template void inverse(std::span<Bls12_381Fr>, base::Pool&);
template std::vector<Bn254Fr> forward_reference(std::span<const Bn254Fr>);
template std::vector<Bls12_381Fr> forward_reference(std::span<const Bls12_381Fr>);
template void powers(std::span<Bn254Fr>, const Bn254Fr&, const Bn254Fr&, base::Pool&);
template void powers(std::span<Bls12_381Fr>, const Bls12_381Fr&, const Bls12_381Fr&, base::Pool&);
template void scale_by_powers(std::span<Bn254Fr>, const Bn254Fr&, const Bn254Fr&, base::Pool&);
template void scale_by_powers(std::span<Bls12_381Fr>, const Bls12_381Fr&, const Bls12_381Fr&, base::Pool&);
template void scale(std::span<Bn254Fr>, const Bn254Fr&);
template void scale(std::span<Bls12_381Fr>, const Bls12_381Fr&);
template void to_coset(std::span<Bn254Fr>, const Bn254Fr&, base::Pool&);
template void to_coset(std::span<Bls12_381Fr>, const Bls12_381Fr&, base::Pool&);
template Bn254Fr odd_coset_factor<Bn254Fr>(unsigned);
template Bls12_381Fr odd_coset_factor<Bls12_381Fr>(unsigned);
template void to_odd_coset(std::span<Bn254Fr>, base::Pool&);
template void to_odd_coset(std::span<Bls12_381Fr>, base::Pool&);

}  // namespace solemn::fft
