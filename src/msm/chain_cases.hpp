#pragma once
// Chains for the tests of ChainCheck.
#include <gtest/gtest.h>

#include <vector>

#include "msm/msm.hpp"
#include "msm/reference.hpp"
#include "msm/test_support.hpp"

namespace solemn::msm::chain_cases {

using Groups = testing::Types<curve::G1<curve::Bn254>, curve::G2<curve::Bn254>, curve::G1<curve::Bls12_381>,
                              curve::G2<curve::Bls12_381>>;

/// first * tau^i
template <class G>
std::vector<typename G::Affine> powers(std::size_t n, const typename G::Scalar& first, const typename G::Scalar& tau,
                                       base::Pool& pool) {
  std::vector<typename G::Scalar> logs(n);
  auto power = first;
  for (auto& log : logs) {
    log = power;
    power *= tau;
  }
  std::vector<typename G::Affine> out(n);
  mul_base_vartime<G>(out, G::generator(), logs, pool);
  return out;
}

template <class G>
bool holds(const typename ChainCheck<G>::Sums& sums, const typename G::Scalar& tau) {
  return reference::mul<G>(sums.left, tau) == sums.right;
}

/// Two chains, cut into blocks of the given size.
template <class G>
typename ChainCheck<G>::Sums check(const std::vector<std::vector<typename G::Affine>>& chains, std::size_t block,
                                   std::uint64_t seed, base::Pool& pool, std::uint64_t expected_points = 100,
                                   unsigned bits = kSoundBits) {
  ChainCheck<G> checker(test::seed(seed), expected_points, pool, bits);
  for (const auto& chain : chains) {
    checker.start_chain();
    for (std::size_t i = 0; i < chain.size(); i += block) {
      checker.add(std::span(chain).subspan(i, std::min(block, chain.size() - i)));
    }
  }
  return checker.finish();
}

/// A point of the curve that is not in the subgroup of order r.
template <class G>
typename G::Affine outside_point() {
  for (std::uint64_t x = 1;; ++x) {
    const auto fx = G::Field::from_u64(x);
    if (const auto y = (fx.square() * fx + G::b()).sqrt_vartime()) {
      const typename G::Affine p{fx, *y};
      if (!curve::is_in_subgroup_reference<G>(p)) return p;
    }
  }
}

}  // namespace solemn::msm::chain_cases
