// Cost of the bulk multiplications, per point, one thread. SOLEMN_BACKEND chooses the backend.
#include "msm/msm.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "hash/chacha.hpp"

namespace solemn {
namespace {

template <class G>
struct Data {
  std::vector<typename G::Affine> points, out;
  std::vector<typename G::Scalar> scalars;
  base::Pool pool{1};

  explicit Data(std::size_t n) : points(n), out(n), scalars(n) {
    const std::vector<std::byte> seed(32, std::byte{7});
    msm::random_coefficients(std::span(scalars), seed, 0);
    for (auto& k : scalars) k = k.square() * k;  // the whole field
    msm::mul_base_vartime<G>(points, G::generator(), scalars, pool);
    for (auto& k : scalars) k = k.square();
  }
  /// Data of one size are made once.
  static Data& get(std::size_t n) {
    static std::vector<std::unique_ptr<Data>> all;
    for (auto& d : all) {
      if (d->points.size() == n) return *d;
    }
    return *all.emplace_back(std::make_unique<Data>(n));
  }
};

/// The least number of cycles of the time-stamp counter that a run took.
std::uint64_t least_cycles = 0;
template <class Body>
void run(benchmark::State& state, const Body& body) {
  least_cycles = ~std::uint64_t{0};
  for (auto _ : state) {
#if defined(__x86_64__)
    const std::uint64_t start = __builtin_ia32_rdtsc();
    body();
    least_cycles = std::min<std::uint64_t>(least_cycles, __builtin_ia32_rdtsc() - start);
#else
    body();
#endif
  }
}

/// Reports microseconds of processor time, and cycles in the fastest run, for each of `per_run` items.
void report(benchmark::State& state, double per_run) {
#if defined(__x86_64__)
  state.counters["cycles/point"] = static_cast<double>(least_cycles) / per_run;
#endif
  state.counters["us/point"] =
      benchmark::Counter(per_run * 1e-6, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <class G>
void mul_each(benchmark::State& state) {
  auto& d = Data<G>::get(static_cast<std::size_t>(state.range(0)));
  run(state, [&] { msm::mul_each<G>(d.out, d.points, d.scalars, d.pool); });
  report(state, static_cast<double>(d.points.size()));
}
template <class G>
void mul_each_vartime(benchmark::State& state) {
  auto& d = Data<G>::get(static_cast<std::size_t>(state.range(0)));
  run(state, [&] { msm::mul_each_vartime<G>(d.out, d.points, d.scalars, d.pool); });
  report(state, static_cast<double>(d.points.size()));
}
template <class G>
void mul_all(benchmark::State& state) {
  auto& d = Data<G>::get(static_cast<std::size_t>(state.range(0)));
  run(state, [&] { msm::mul_all<G>(d.out, d.points, d.scalars[1], d.pool); });
  report(state, static_cast<double>(d.points.size()));
}
template <class G>
void mul_base_vartime(benchmark::State& state) {
  auto& d = Data<G>::get(static_cast<std::size_t>(state.range(0)));
  run(state, [&] { msm::mul_base_vartime<G>(d.out, d.points[0], d.scalars, d.pool); });
  report(state, static_cast<double>(d.points.size()));
}
template <class G>
void msm_vartime(benchmark::State& state) {
  auto& d = Data<G>::get(static_cast<std::size_t>(state.range(0)));
  run(state, [&] { benchmark::DoNotOptimize(msm::msm_vartime<G>(d.points, d.scalars, d.pool)); });
  report(state, static_cast<double>(d.points.size()));
}
template <class G>
void random_combination(benchmark::State& state) {
  auto& d = Data<G>::get(static_cast<std::size_t>(state.range(0)));
  const std::vector<std::byte> seed(32);
  run(state, [&] { benchmark::DoNotOptimize(msm::random_combination<G>(d.points, seed, 0, d.pool)); });
  report(state, static_cast<double>(d.points.size()));
}
template <class G>
void chain_check(benchmark::State& state) {
  auto& d = Data<G>::get(static_cast<std::size_t>(state.range(0)));
  const std::vector<std::byte> seed(32);
  run(state, [&] {
    msm::ChainCheck<G> check(seed, d.points.size(), d.pool);
    check.add(d.points);
    benchmark::DoNotOptimize(check.finish());
  });
  report(state, static_cast<double>(d.points.size()));
}
template <class G>
void add_each(benchmark::State& state) {
  auto& d = Data<G>::get(static_cast<std::size_t>(state.range(0)));
  const std::vector<typename G::Affine> reversed(d.points.rbegin(), d.points.rend());
  run(state, [&] { msm::add_each<G>(d.out, d.points, reversed, d.pool); });
  report(state, static_cast<double>(d.points.size()));
}
template <class G>
void butterfly_each(benchmark::State& state) {
  auto& d = Data<G>::get(static_cast<std::size_t>(state.range(0)));
  auto lo = d.points;
  std::vector<typename G::Affine> hi(d.points.rbegin(), d.points.rend());
  run(state, [&] { msm::butterfly_each<G>(lo, hi, d.pool); });
  report(state, static_cast<double>(d.points.size()));
}

/// Terms as in a circuit of Poseidon hashes after linear elimination: four full-size coefficients for each constraint,
/// taken from a thousand constants, and as many signals as constraints. us/point means each term.
template <class G>
void sparse_poseidon(benchmark::State& state) {
  const auto n = static_cast<std::uint32_t>(state.range(0));
  auto& d = Data<G>::get(n);
  std::vector<msm::Term<typename G::Scalar>> terms;
  hash::ChaChaRng rng(std::vector<std::byte>(32));
  for (std::uint32_t column = 0; column < n; ++column) {
    for (int i = 0; i < 4; ++i) terms.push_back({rng.next_u32() % n, column, d.scalars[rng.next_u32() % 1000]});
  }
  run(state, [&] { msm::sparse_combine<G>(d.out, terms, d.points, d.pool); });
  report(state, static_cast<double>(terms.size()));
}
/// Three coefficients 1 for each constraint.
template <class G>
void sparse_ones(benchmark::State& state) {
  const auto n = static_cast<std::uint32_t>(state.range(0));
  auto& d = Data<G>::get(n);
  std::vector<msm::Term<typename G::Scalar>> terms;
  hash::ChaChaRng rng(std::vector<std::byte>(32));
  for (std::uint32_t column = 0; column < n; ++column) {
    for (int i = 0; i < 3; ++i) terms.push_back({rng.next_u32() % n, column, G::Scalar::one()});
  }
  run(state, [&] { msm::sparse_combine<G>(d.out, terms, d.points, d.pool); });
  report(state, static_cast<double>(terms.size()));
}

template <class G>
void add_all(const std::string& group) {
  const auto add = [&](const char* name, void (*function)(benchmark::State&), std::int64_t n) {
    benchmark::RegisterBenchmark((group + "/" + name).c_str(), function)->Arg(n)->Unit(benchmark::kMillisecond);
  };
  add("mul_each", mul_each<G>, 8192);
  add("mul_each_vartime", mul_each_vartime<G>, 8192);
  add("mul_all", mul_all<G>, 8192);
  add("mul_base_vartime", mul_base_vartime<G>, 16384);
  add("msm_vartime", msm_vartime<G>, 1 << 16);
  add("random_combination", random_combination<G>, 1 << 16);
  add("chain_check", chain_check<G>, 1 << 18);
  add("add_each", add_each<G>, 1 << 16);
  add("butterfly_each", butterfly_each<G>, 1 << 16);
  add("sparse_poseidon", sparse_poseidon<G>, 16320);
  add("sparse_ones", sparse_ones<G>, 1 << 16);
}

}  // namespace
}  // namespace solemn

int main(int argc, char** argv) {
  using namespace solemn;
  add_all<curve::G1<curve::Bn254>>("bn254.G1");
  add_all<curve::G2<curve::Bn254>>("bn254.G2");
  add_all<curve::G1<curve::Bls12_381>>("bls12-381.G1");
  add_all<curve::G2<curve::Bls12_381>>("bls12-381.G2");
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
