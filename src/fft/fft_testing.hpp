#pragma once
// What the tests of this folder share.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "base/cpu.hpp"
#include "field/fp.hpp"

namespace solemn::fft::testing {

/// Runs body once per usable backend, and puts the first one back.
template <class Body>
void on_every_backend(Body body) {
  const base::Backend before = base::backend();
  for (const base::Backend backend : base::usable_backends()) {
    SCOPED_TRACE(base::name(backend));
    base::override_backend_for_tests(backend);
    body();
  }
  base::override_backend_for_tests(before);
}

template <class F>
std::vector<F> random_scalars(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 rng(seed);
  std::vector<F> result(count);
  for (F& x : result) {
    typename F::Limbs limbs;
    for (std::uint64_t& limb : limbs) limb = rng();
    x = F::from_canonical_reduced(limbs);
  }
  return result;
}

/// sum_j coefficients[j] x^j.
template <class F>
F horner(const std::vector<F>& coefficients, const F& x) {
  F result = F::zero();
  for (std::size_t j = coefficients.size(); j-- > 0;) result = result * x + coefficients[j];
  return result;
}

}  // namespace solemn::fft::testing
