#pragma once
// Points for the tests of this folder.
#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "base/bytes.hpp"
#include "curve/group.hpp"
#include "curve/sampling.hpp"

namespace solemn::curve::testing_points {

inline hash::ChaChaRng rng(unsigned seed) {
  std::array<std::byte, 32> bytes{};
  bytes[0] = static_cast<std::byte>(seed & 0xff);
  bytes[1] = static_cast<std::byte>(seed >> 8 & 0xff);
  return hash::ChaChaRng(bytes);
}

/// k * generator
template <class G>
typename G::Affine multiple(std::uint64_t k) {
  const std::array<std::uint64_t, 1> limbs = {k};
  return mul_integer_vartime<G>(G::generator(), limbs).to_affine();
}

/// Any point of the curve, the cofactor not cleared.
template <class G>
typename G::Affine any_point(hash::ChaChaRng& rng) {
  for (;;) {
    const auto x = field_from_rng<typename G::Field>(rng);
    if (const auto y = (x.square() * x + G::b()).sqrt_vartime()) return {x, *y};
  }
}

inline base::Bytes bytes_of(std::string_view hex) { return base::from_hex(hex).value(); }

using Groups = ::testing::Types<G1<Bn254>, G2<Bn254>, G1<Bls12_381>, G2<Bls12_381>>;
using Curves = ::testing::Types<Bn254, Bls12_381>;

}  // namespace solemn::curve::testing_points
