// Shared inversions: the additions of each backend against the reference, and the vector lanes of the adx
// backend against the portable backend where coordinates are extreme.
#include "msm/batch_add.inc"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "base/cpu.hpp"
#include "msm/test_support.hpp"

namespace solemn::msm {
namespace {

template <class Point>
struct Pair {
  Point a, b;
};

/// The sums of all pairs by one call.
template <class K>
std::vector<typename K::Affine> sums(const std::vector<Pair<typename K::Affine>>& pairs) {
  std::vector<typename K::Affine> out(pairs.size());
  impl::BatchAdder<K> adder;
  adder.add(
      pairs.size(), [&](std::size_t i) -> const auto& { return pairs[i].a; },
      [&](std::size_t i) -> const auto& { return pairs[i].b; },
      [&](std::size_t i, const typename K::Affine& sum) { out[i] = sum; });
  return out;
}

template <class K>
class BatchAdd : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto usable = base::usable_backends();
    if (std::is_same_v<typename K::Curve::Backend, field::Adx> &&
        std::find(usable.begin(), usable.end(), base::Backend::adx) == usable.end()) {
      GTEST_SKIP() << "this processor has no ADX";
    }
  }
};

using Bn254 = curve::Bn254;
using Bls12_381 = curve::Bls12_381;
#if defined(__x86_64__)
using Groups = ::testing::Types<curve::G1<Bn254>, curve::G1<Bn254::With<field::Adx>>,
                                curve::G2<Bn254::With<field::Adx>>, curve::G1<Bls12_381::With<field::Adx>>>;
#else
using Groups = ::testing::Types<curve::G1<Bn254>, curve::G2<Bn254>, curve::G1<Bls12_381>>;
#endif
TYPED_TEST_SUITE(BatchAdd, Groups);

TYPED_TEST(BatchAdd, is_complete_at_every_size) {
  using K = TypeParam;
  using Affine = typename K::Affine;
  test::Random<K> random(1);
  const auto points = random.points(24);
  for (const std::size_t n : {std::size_t{1}, std::size_t{3}, std::size_t{15}, std::size_t{16}, std::size_t{17},
                              std::size_t{33}, std::size_t{1024}, std::size_t{1027}, std::size_t{2500}}) {
    for (const std::size_t odd_ones : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {  // none, some, all
      std::vector<Pair<Affine>> pairs(n);
      for (std::size_t i = 0; i < n; ++i) {
        const std::size_t first = random.below(points.size());
        const std::size_t second = (first + 1 + random.below(points.size() - 1)) % points.size();
        const Affine p = points[first], q = points[second], none = Affine::infinity();
        const std::array<Pair<Affine>, 5> odd = {{{p, p}, {p, -p}, {none, q}, {p, none}, {none, none}}};
        const bool is_odd = odd_ones == 2 || (odd_ones == 1 && random.below(3) == 0);
        pairs[i] = is_odd ? odd[random.below(odd.size())] : Pair<Affine>{p, q};
      }
      const auto out = sums<K>(pairs);
      for (std::size_t i = 0; i < n; ++i) {
        const auto expected = reference::add<K>(pairs[i].a, pairs[i].b);
        ASSERT_EQ(out[i], expected) << n << ": " << i;
      }
    }
  }
}

#if defined(__x86_64__)
/// Elements whose memory is at the ends of what it can be.
template <class F>
std::vector<F> extreme_elements() {
  using Limbs = typename F::Limbs;
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  Limbs top = F::Params::kModulus;
  std::vector<F> out = {F::zero(), std::bit_cast<F>(Limbs{1, 0, 0, 0}), F::one()};
  for (int less = 0; less < 3; ++less) {
    top[0] -= 1;
    out.push_back(std::bit_cast<F>(top));
  }
  out.push_back(std::bit_cast<F>(Limbs{kAll, kAll, kAll, top[3] - 1}));
  out.push_back(std::bit_cast<F>(Limbs{0, 0, 0, top[3]}));
  return out;
}

template <class G>
void expect_vector_agrees(const std::vector<typename G::Affine>& points) {
  using V = typename G::template With<field::Adx>;
  std::vector<Pair<typename G::Affine>> pairs;
  for (const auto& a : points) {
    for (const auto& b : points) pairs.push_back({a, b});
  }
  std::vector<Pair<typename V::Affine>> same(pairs.size());
  std::memcpy(static_cast<void*>(same.data()), pairs.data(), pairs.size() * sizeof pairs[0]);
  const auto expected = sums<G>(pairs);
  const auto out = sums<V>(same);
  for (std::size_t i = 0; i < pairs.size(); ++i) ASSERT_EQ(std::memcmp(&out[i], &expected[i], sizeof out[i]), 0) << i;
}

// The chord needs no curve: coordinates may be any elements.
TEST(BatchAddVector, agrees_with_the_portable_backend_on_extreme_coordinates) {
  if (!has_lockstep_avx2<Bn254>()) GTEST_SKIP() << "this processor has no AVX2";
  const auto edges = extreme_elements<Bn254::Fq>();
  std::vector<curve::G1<Bn254>::Affine> points1;
  std::vector<curve::G2<Bn254>::Affine> points2;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    for (std::size_t j = 0; j < edges.size(); ++j) {
      points1.push_back({edges[i], edges[j]});
      const auto& other = edges[(i + j) % edges.size()];
      points2.push_back({{edges[i], edges[j]}, {other, edges[(3 * i + j + 1) % edges.size()]}});
    }
  }
  expect_vector_agrees<curve::G1<Bn254>>(points1);
  expect_vector_agrees<curve::G2<Bn254>>(points2);
}
#endif

}  // namespace
}  // namespace solemn::msm
