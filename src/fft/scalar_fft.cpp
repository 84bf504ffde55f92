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

constexpr unsigned kCacheLog2 = 13;         // a block of 2^13 scalars (256 KiB) is finished by one thread
constexpr unsigned kTwiddleTableLog2 = 20;  // 32 MiB; larger transforms multiply two entries
constexpr std::size_t kGrain =
    4096;  // REQUIRES: at most 2^(kCacheLog2 - 1), a quarter of the smallest block cut in parallel

unsigned log2_of(std::size_t size) {
  ASSERT(std::has_single_bit(size));
  return static_cast<unsigned>(std::countr_zero(size));
}

// Natural order -> bit-reversed order, without scaling. Two layers a pass over memory until the blocks fit a cache.
template <class F>
void transform(std::span<F> values, Direction direction, base::Pool& pool) {
  const unsigned log2 = log2_of(values.size());
  const ScalarKernels<F>& kernels = scalar_kernels<F>();
  const Twiddles<F> table(log2, direction, kTwiddleTableLog2, pool);
  const TwiddleView<F> twiddles = table.view();
  unsigned layer = 0;
  for (; log2 - layer > kCacheLog2; layer += 2) {
    const std::size_t block = values.size() >> layer;
    const std::size_t quarter = block / 4;
    pool.parallel_for(values.size() / 4, std::min(kGrain, quarter), [&](std::size_t begin, std::size_t end) {
      const std::size_t t = begin / quarter;  // the range lies in one block: the grain divides the quarter
      kernels.two_layers(values.subspan(t * block, block), t, begin - t * quarter, end - t * quarter, twiddles);
    });
  }
  const std::size_t block = values.size() >> layer;
  pool.parallel_for(std::size_t{1} << layer, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t t = begin; t < end; ++t) kernels.all_layers(values.subspan(t * block, block), t, twiddles);
  });
}

template <class F, class Kernel>
void by_powers(std::span<F> values, const F& start, const F& ratio, base::Pool& pool, Kernel kernel) {
  pool.parallel_for(values.size(), kGrain, [&](std::size_t begin, std::size_t end) {
    F first = start * power_of(ratio, begin);
    kernel(values.subspan(begin, end - begin), first, ratio);
    base::wipe(&first, sizeof(first));
  });
}

template <class F>
void scale(std::span<F> values, const F& factor, base::Pool& pool) {
  const auto kernel = scalar_kernels<F>().scale;
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
  by_powers(out, start, ratio, pool, scalar_kernels<F>().powers);
}

template <class F>
void scale_by_powers(std::span<F> values, const F& start, const F& ratio, base::Pool& pool) {
  by_powers(values, start, ratio, pool, scalar_kernels<F>().scale_by_powers);
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
template void to_coset(std::span<Bn254Fr>, const Bn254Fr&, base::Pool&);
template void to_coset(std::span<Bls12_381Fr>, const Bls12_381Fr&, base::Pool&);
template Bn254Fr odd_coset_factor<Bn254Fr>(unsigned);
template Bls12_381Fr odd_coset_factor<Bls12_381Fr>(unsigned);
template void to_odd_coset(std::span<Bn254Fr>, base::Pool&);
template void to_odd_coset(std::span<Bls12_381Fr>, base::Pool&);

}  // namespace solemn::fft
