#include "curve/sampling.hpp"

#include <gtest/gtest.h>

#include "base/cpu.hpp"
#include "curve/bulk.hpp"
#include "curve/test_points.hpp"
#include "curve/test_vectors.hpp"
#include "hash/blake2b.hpp"

namespace solemn::curve {
namespace {

using namespace testing_points;

template <class C>
class Sampling : public testing::Test {};
TYPED_TEST_SUITE(Sampling, Curves);

template <class G>
std::string u_form(const typename G::Affine& p) {
  base::Bytes out(G::kBytes);
  write_snarkjs_u<G>(out, p);
  return base::to_hex(out);
}

template <class F>
std::string memory_hex(const F& value) {
  base::Bytes memory(sizeof value);
  std::memcpy(memory.data(), &value, sizeof value);
  return base::to_hex(memory);
}

base::Hash64 digest(unsigned seed) {
  base::Hash64 out;
  for (unsigned i = 0; i < 64; ++i) out[i] = static_cast<std::byte>((17 * i + 59 * seed + 3) & 0xff);
  return out;
}

TYPED_TEST(Sampling, draws_are_those_of_snarkjs_in_its_order) {
  using C = TypeParam;
  using Facts = vectors::Of<C::kId>;
  base::Bytes seed(32);
  for (unsigned i = 0; i < 8; ++i) seed[4 * i + 3] = static_cast<std::byte>(i + 1);
  hash::ChaChaRng source(seed);
  EXPECT_EQ(memory_hex(field_from_rng<typename C::Fr>(source)), Facts::kDrawnFr);
  for (const auto expected : Facts::kDrawnG1) EXPECT_EQ(u_form<G1<C>>(point_from_rng<G1<C>>(source)), expected);
  EXPECT_EQ(u_form<G2<C>>(point_from_rng<G2<C>>(source)), Facts::kDrawnG2);
  EXPECT_EQ(memory_hex(field_from_rng<typename C::Fr>(source)), Facts::kDrawnFrLast);
}

TYPED_TEST(Sampling, hashes_are_those_of_snarkjs) {
  using C = TypeParam;
  for (const auto& fact : vectors::Of<C::kId>::kHashes) {
    EXPECT_EQ(u_form<G2<C>>(hash_to_g2<C>(digest(fact.seed))), fact.u);
  }
}

TYPED_TEST(Sampling, key_points_are_those_of_snarkjs) {
  using C = TypeParam;
  base::Bytes input(1 + 64 + 2 * G1<C>::kBytes);
  input[0] = std::byte{2};
  for (unsigned i = 0; i < 64; ++i) input[1 + i] = static_cast<std::byte>(i);
  write_snarkjs_u<G1<C>>(base::MutableByteSpan(input).subspan(65, G1<C>::kBytes), multiple<G1<C>>(5));
  write_snarkjs_u<G1<C>>(base::MutableByteSpan(input).subspan(65 + G1<C>::kBytes), multiple<G1<C>>(35));
  EXPECT_EQ(u_form<G2<C>>(hash_to_g2<C>(hash::blake2b(input))), vectors::Of<C::kId>::kKeyHash);
}

TYPED_TEST(Sampling, many_hashes_are_the_single_ones_on_every_backend) {
  using C = TypeParam;
  std::vector<base::Hash64> digests;
  for (unsigned i = 0; i < 70; ++i) digests.push_back(digest(i));
  std::vector<typename G2<C>::Affine> expected;
  for (const auto& d : digests) expected.push_back(hash_to_g2<C>(d));
  for (const auto backend : base::usable_backends()) {
    base::override_backend_for_tests(backend);
    for (const unsigned n_threads : {1U, 3U}) {
      base::Pool pool(n_threads);
      std::vector<typename G2<C>::Affine> out(digests.size());
      hash_to_g2_each<C>(out, digests, pool);
      EXPECT_EQ(out, expected);
    }
  }
  base::override_backend_for_tests(base::usable_backends().front());
}

TYPED_TEST(Sampling, secret_scalars_differ_and_are_neither_zero_nor_one) {
  using F = typename TypeParam::Fr;
  std::vector<F> seen;
  for (int i = 0; i < 32; ++i) {
    const auto scalar = random_secret_scalar<F>();
    const F& k = scalar.expose();
    EXPECT_TRUE(k.is_reduced_vartime());
    EXPECT_NE(k, F::zero());
    EXPECT_NE(k, F::one());
    for (const F& other : seen) EXPECT_NE(k, other);
    seen.push_back(k);
  }
}

}  // namespace
}  // namespace solemn::curve
