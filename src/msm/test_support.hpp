#pragma once
// Random and awkward inputs for the tests of this folder.
#include <cstdint>
#include <string>
#include <vector>

#include "hash/chacha.hpp"
#include "msm/reference.hpp"

namespace solemn::msm::test {

inline std::vector<std::byte> seed(std::uint64_t number) {
  std::vector<std::byte> out(32);
  base::store_le64(out, number);
  return out;
}

template <class G>
class Random {
 public:
  explicit Random(std::uint64_t number) : rng_(seed(number)) {}
  typename G::Scalar scalar() {
    std::vector<std::byte> bytes(64);
    for (std::size_t i = 0; i < 64; i += 8) base::store_le64(std::span(bytes).subspan(i), rng_.next_u64());
    return G::Scalar::from_wide_bytes(bytes);
  }
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(rng_.next_u64() % bound); }
  /// Points of the subgroup, by the reference.
  std::vector<typename G::Affine> points(std::size_t n) {
    std::vector<typename G::Affine> out;
    while (out.size() < n) out.push_back(reference::mul<G>(G::generator(), scalar()));
    return out;
  }

 private:
  hash::ChaChaRng rng_;
};

/// 0, small numbers and their opposites, powers of two and their neighbours, powers of the eigenvalues of phi and psi
/// and their neighbours.
template <class F>
std::vector<F> edge_scalars() {
  std::vector<F> out = {F::zero()};
  for (std::uint64_t k = 1; k <= 20; ++k) out.push_back(F::from_u64(k));
  F power = F::one();
  for (unsigned i = 0; i < F::kBits; ++i, power = power.dbl()) {
    if (i % 32 == 31 || i % 32 == 0 || i + 2 >= F::kBits) {
      out.push_back(power);
      out.push_back(power - F::one());
    }
  }
  constexpr bool kBn254 = F::Params::kModulus[0] == curve::Bn254::Fr::Params::kModulus[0];
  F lambda, psi;
  if constexpr (kBn254) {
    lambda = curve::phi_eigenvalue<curve::Bn254>();
    psi = curve::psi_eigenvalue<curve::Bn254>();
  } else {
    lambda = curve::phi_eigenvalue<curve::Bls12_381>();
    psi = curve::psi_eigenvalue<curve::Bls12_381>();
  }
  for (const F& base : {lambda, lambda.square(), psi, psi.square(), psi.square() * psi}) {
    for (const F& offset : {-F::one(), F::zero(), F::one()}) out.push_back(base + offset);
  }
  const std::size_t n = out.size();
  for (std::size_t i = 1; i < n; i += 2) out.push_back(-out[i]);
  return out;
}

}  // namespace solemn::msm::test
