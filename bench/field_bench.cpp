// The fields, one thread: latency (each operation needs the one before) and throughput (16 independent elements), per
// backend.
#include <benchmark/benchmark.h>

#include <array>
#include <string>

#include "base/cpu.hpp"
#include "field/fp.hpp"

namespace {

using namespace solemn;
using namespace solemn::field;

template <class F>
F element(std::uint64_t seed) {
  return F::from_u64(seed).inverse();
}

template <class F, class Operation>
void latency(benchmark::State& state, Operation operation) {
  F a = element<F>(12345);
  const F b = element<F>(777);
  for (auto _ : state) {
    operation(a, b);
    benchmark::DoNotOptimize(a);
  }
}

template <class F, class Operation>
void throughput(benchmark::State& state, Operation operation) {
  std::array<F, 16> values{};
  for (std::uint64_t i = 0; i < values.size(); ++i) values[i] = element<F>(i + 3);
  const F b = element<F>(777);
  for (auto _ : state) {
    for (F& value : values) operation(value, b);
    benchmark::DoNotOptimize(values);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * values.size()));
}

template <class F>
void register_field(const std::string& backend) {
  const auto both = [&](const char* name, auto operation) {
    const std::string prefix = std::string(F::Params::kName) + "/" + backend + "/" + name;
    benchmark::RegisterBenchmark((prefix + "/latency").c_str(), latency<F, decltype(operation)>, operation);
    benchmark::RegisterBenchmark((prefix + "/16").c_str(), throughput<F, decltype(operation)>, operation);
  };
  both("mul", [](F& a, const F& b) { a *= b; });
  both("sqr", [](F& a, const F&) { a = a.square(); });
  both("add", [](F& a, const F& b) { a += b; });
  both("sub", [](F& a, const F& b) { a -= b; });
  both("neg", [](F& a, const F&) { a = -a; });
  const auto one = [&](const char* name, auto operation) {
    const std::string full = std::string(F::Params::kName) + "/" + backend + "/" + name;
    benchmark::RegisterBenchmark(full.c_str(), latency<F, decltype(operation)>, operation);
  };
  one("inverse", [](F& a, const F& b) { a = a.inverse() + b; });
  one("inverse_vartime", [](F& a, const F& b) { a = a.inverse_vartime() + b; });
  one("sqrt_vartime", [](F& a, const F& b) { a = a.square().sqrt_vartime().value_or(b) + b; });
  one("is_square_vartime", [](F& a, const F& b) { a = a.is_square_vartime() ? a + b : a - b; });
}

template <class P>
void register_prime() {
  register_field<Fp<P>>("portable");
  const base::CpuFeatures& cpu = base::cpu_features();
  if (cpu.adx && cpu.bmi2) register_field<Fp<P, Adx>>("adx");
}

}  // namespace

int main(int argc, char** argv) {
  register_prime<Bn254Fq>();
  register_prime<Bls12_381Fq>();
  register_prime<Bn254Fr>();
  register_prime<Bls12_381Fr>();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
