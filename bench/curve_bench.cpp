// Group operations, pairings and hashing to G2, on one thread, for every backend and curve.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "base/cpu.hpp"
#include "curve/kernels.inc"

namespace {

using namespace solemn;
using namespace solemn::curve;

hash::ChaChaRng rng() {
  const std::array<std::byte, 32> seed{};
  return hash::ChaChaRng(seed);
}

template <class C>
void fp2_mul(benchmark::State& state) {
  auto source = rng();
  auto a = field_from_rng<typename C::Fq2>(source);
  const auto b = field_from_rng<typename C::Fq2>(source);
  for (auto _ : state) benchmark::DoNotOptimize(a = a * b);
}

template <class G>
void doubling(benchmark::State& state) {
  auto source = rng();
  auto p = G::Jacobian::from(point_from_rng<G>(source));
  for (auto _ : state) benchmark::DoNotOptimize(p = p.dbl());
}

template <class G>
void mixed_addition(benchmark::State& state) {
  auto source = rng();
  auto p = G::Jacobian::from(point_from_rng<G>(source));
  const auto q = point_from_rng<G>(source);
  for (auto _ : state) benchmark::DoNotOptimize(p = add_vartime(p, q));
}

template <class G>
void subgroup_test(benchmark::State& state) {
  auto source = rng();
  const auto p = point_from_rng<G>(source);
  for (auto _ : state) benchmark::DoNotOptimize(is_in_subgroup<G>(p));
}

template <class C>
void miller_loop(benchmark::State& state) {
  auto source = rng();
  const PairingInput<C> pair = {point_from_rng<G1<C>>(source), point_from_rng<G2<C>>(source)};
  const std::vector<PairingInput<C>> pairs(static_cast<std::size_t>(state.range(0)), pair);
  for (auto _ : state) benchmark::DoNotOptimize(miller_product<C>(pairs));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class C>
void final_exponentiation_of_a_pairing(benchmark::State& state) {
  const PairingInput<C> pair = {G1<C>::generator(), G2<C>::generator()};
  const auto f = miller_product<C>(std::span(&pair, 1));
  for (auto _ : state) benchmark::DoNotOptimize(final_exponentiation<C>(f));
}

template <class C>
void hash_to_g2_of_many(benchmark::State& state) {
  base::Hash64 digest{};
  unsigned count = 0;
  for (auto _ : state) {
    digest[0] = static_cast<std::byte>(count++ & 0xff);
    benchmark::DoNotOptimize(hash_to_g2<C>(digest));
  }
}

template <class C>
void all_of(const std::string& name) {
  benchmark::RegisterBenchmark((name + "/fp2_mul").c_str(), fp2_mul<C>);
  benchmark::RegisterBenchmark((name + "/g1_double").c_str(), doubling<G1<C>>);
  benchmark::RegisterBenchmark((name + "/g1_add_mixed").c_str(), mixed_addition<G1<C>>);
  benchmark::RegisterBenchmark((name + "/g2_double").c_str(), doubling<G2<C>>);
  benchmark::RegisterBenchmark((name + "/g2_add_mixed").c_str(), mixed_addition<G2<C>>);
  benchmark::RegisterBenchmark((name + "/g1_in_subgroup").c_str(), subgroup_test<G1<C>>);
  benchmark::RegisterBenchmark((name + "/g2_in_subgroup").c_str(), subgroup_test<G2<C>>);
  benchmark::RegisterBenchmark((name + "/miller").c_str(), miller_loop<C>)->Arg(1)->Arg(16);
  benchmark::RegisterBenchmark((name + "/final_exponentiation").c_str(), final_exponentiation_of_a_pairing<C>);
  benchmark::RegisterBenchmark((name + "/hash_to_g2").c_str(), hash_to_g2_of_many<C>);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (base::cpu_features().adx && base::cpu_features().bmi2) {
    all_of<Bn254With<field::Adx>>("bn254/adx");
    all_of<Bls12_381With<field::Adx>>("bls12-381/adx");
  }
  all_of<Bn254>("bn254/portable");
  all_of<Bls12_381>("bls12-381/portable");
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
