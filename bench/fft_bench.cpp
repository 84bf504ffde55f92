// Transforms: scalars by size, points by size and group. The counter "per_mul" is the time of one twiddle
// multiplication with everything around it, all threads together.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "base/pool.hpp"
#include "curve/curves.hpp"
#include "fft/fft.hpp"
#include "field/fp.hpp"
#include "msm/msm.hpp"

namespace solemn {
namespace {

template <class F>
std::vector<F> random_scalars(std::size_t count) {
  std::mt19937_64 rng(1);
  std::vector<F> result(count);
  for (F& x : result) {
    typename F::Limbs limbs;
    for (std::uint64_t& limb : limbs) limb = rng();
    x = F::from_canonical_reduced(limbs);
  }
  return result;
}

template <class F>
void scalar_forward(benchmark::State& state) {
  base::Pool pool;
  std::vector<F> values = random_scalars<F>(std::size_t{1} << state.range(0));
  for (auto _ : state) fft::forward<F>(values, pool);
  state.counters["threads"] = pool.size();
}

template <class F>
void scalar_to_odd_coset(benchmark::State& state) {
  base::Pool pool;
  std::vector<F> values = random_scalars<F>(std::size_t{1} << state.range(0));
  for (auto _ : state) fft::to_odd_coset<F>(values, pool);
  state.counters["threads"] = pool.size();
}

template <class G>
void group_inverse(benchmark::State& state) {
  base::Pool pool;
  const auto log2 = static_cast<unsigned>(state.range(0));
  std::vector<typename G::Affine> points(std::size_t{1} << log2);
  msm::mul_base_vartime<G>(points, G::generator(), random_scalars<typename G::Scalar>(points.size()), pool);
  for (auto _ : state) fft::inverse<G>(points, pool, base::silent_progress());
  state.counters["threads"] = pool.size();
  state.counters["per_mul"] =
      benchmark::Counter(static_cast<double>(fft::group_transform_cost(log2)),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

using Bn254 = curve::Bn254;
using Bls12_381 = curve::Bls12_381;
BENCHMARK(scalar_forward<Bn254::Fr>)
    ->Arg(10)
    ->Arg(12)
    ->Arg(14)
    ->Arg(16)
    ->Arg(20)
    ->Arg(24)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(scalar_forward<Bls12_381::Fr>)->Arg(14)->Arg(16)->Arg(20)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(scalar_to_odd_coset<Bn254::Fr>)->Arg(14)->Arg(20)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(group_inverse<curve::G1<Bn254>>)->Arg(12)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(group_inverse<curve::G2<Bn254>>)->Arg(12)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(group_inverse<curve::G1<Bls12_381>>)->Arg(12)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(group_inverse<curve::G2<Bls12_381>>)->Arg(12)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace solemn

BENCHMARK_MAIN();
