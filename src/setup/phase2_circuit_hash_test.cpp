// The circuit's hash against its definition, whatever the number of threads and the size of the lists.
#include "setup/phase2_circuit_hash.hpp"

#include <gtest/gtest.h>

#include "format/samples.hpp"

namespace solemn::setup {
namespace {

using curve::InfinityFlag;

template <class C>
class Phase2CircuitHash : public testing::Test {};
using Curves = testing::Types<curve::Bn254, curve::Bls12_381>;
TYPED_TEST_SUITE(Phase2CircuitHash, Curves);

/// Point by point.
template <class G>
void absorb(hash::Blake2b& hasher, std::span<const typename G::Affine> points, InfinityFlag era) {
  base::Bytes bytes(G::kBytes);
  for (const auto& point : points) {
    curve::write_snarkjs_u<G>(bytes, point, era);
    hasher.update(bytes);
  }
}

TYPED_TEST(Phase2CircuitHash, is_that_of_all_parts_in_their_order) {
  using C = TypeParam;
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  const auto header = format::samples::zkey_header<C>();
  auto g1 = format::samples::multiples<G1>(5, 40000);  // three blocks
  auto g2 = format::samples::multiples<G2>(5, 30);
  g1[3] = G1::Affine::infinity();
  g2[7] = G2::Affine::infinity();
  const std::array setup_g1 = {header.alpha1, header.beta1};
  const std::array generator1 = {G1::generator()};
  const std::array setup_g2 = {header.beta2, G2::generator()};
  for (const unsigned n_threads : {1U, 2U, 5U}) {
    base::Pool pool(n_threads);
    CircuitHasher<C> hasher(header, {{InfinityFlag::zeros, Extra::none}, {InfinityFlag::flag_0x40, Extra::none}}, pool);
    hasher.count(40000);
    hasher.points(std::span<const typename G1::Affine>(g1));
    hasher.count(30);
    hasher.points(std::span<const typename G2::Affine>(g2));
    for (const CircuitHash& found : hasher.finish()) {
      hash::Blake2b expected;
      std::array<std::byte, 4> count{};
      absorb<G1>(expected, setup_g1, found.era);
      absorb<G2>(expected, setup_g2, found.era);
      absorb<G1>(expected, generator1, found.era);
      absorb<G2>(expected, std::span(setup_g2).last(1), found.era);
      base::store_be32(count, 40000);
      expected.update(count);
      absorb<G1>(expected, g1, found.era);
      base::store_be32(count, 30);
      expected.update(count);
      absorb<G2>(expected, g2, found.era);
      EXPECT_EQ(found.digest, expected.finish()) << n_threads << " " << found.describe();
    }
  }
}

}  // namespace
}  // namespace solemn::setup
