// Shared inversions: the additions of each backend against the reference, and against the portable backend where
// coordinates are extreme.
#include "msm/batch_add.inc"

#include <gtest/gtest.h>

#include <cstring>

#include "base/cpu.hpp"
#include "msm/test_support.hpp"

namespace solemn::msm {
namespace {

template <class Point>
struct Pair {
  Point a, b;
};
template <class G>
using Pairs = std::vector<Pair<typename G::Affine>>;

template <class G>
struct Results {
  std::vector<typename G::Affine> sums, both_sums, differences;  // the last two by add_and_subtract()
};

/// Of all pairs by one call each. K: G over the backend in use.
template <class G, class K>
Results<G> results_on(const Pairs<G>& pairs) {
  using Affine = typename K::Affine;
  Pairs<K> same(pairs.size());
  std::memcpy(static_cast<void*>(same.data()), pairs.data(), pairs.size() * sizeof pairs[0]);
  Results<G> out;
  const auto put = [](std::vector<typename G::Affine>& to, std::size_t i, const Affine& p) {
    std::memcpy(static_cast<void*>(&to[i]), &p, sizeof p);
  };
  for (auto* v : {&out.sums, &out.both_sums, &out.differences}) v->resize(pairs.size());
  impl::BatchAdder<K> adder;
  const auto a = [&](std::size_t i) -> const Affine& { return same[i].a; };
  const auto b = [&](std::size_t i) -> const Affine& { return same[i].b; };
  adder.add(pairs.size(), a, b, [&](std::size_t i, const Affine& sum) { put(out.sums, i, sum); });
  adder.add_and_subtract(pairs.size(), a, b, [&](std::size_t i, const Affine& sum, const Affine& difference) {
    put(out.both_sums, i, sum);
    put(out.differences, i, difference);
  });
  return out;
}

template <class G>
Results<G> results(base::Backend backend, const Pairs<G>& pairs) {
  base::override_backend_for_tests(backend);
  const bool portable = backend == base::Backend::portable;
  auto out = portable ? results_on<G, G>(pairs) : results_on<G, typename G::template With<field::Adx>>(pairs);
  base::override_backend_for_tests(base::usable_backends().front());
  return out;
}

template <class Group>
class BatchAdd : public ::testing::Test {};
using Bn254 = curve::Bn254;
using Bls12_381 = curve::Bls12_381;
using Groups = ::testing::Types<curve::G1<Bn254>, curve::G2<Bn254>, curve::G1<Bls12_381>, curve::G2<Bls12_381>>;
TYPED_TEST_SUITE(BatchAdd, Groups);

TYPED_TEST(BatchAdd, is_complete_at_every_size) {
  using G = TypeParam;
  using Affine = typename G::Affine;
  test::Random<G> random(1);
  const auto points = random.points(24);
  for (const std::size_t n : {std::size_t{1}, std::size_t{3}, std::size_t{15}, std::size_t{16}, std::size_t{17},
                              std::size_t{33}, std::size_t{1024}, std::size_t{1027}, std::size_t{2500}}) {
    for (const std::size_t odd_ones : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {  // none, some, all
      Pairs<G> pairs(n);
      for (std::size_t i = 0; i < n; ++i) {
        const std::size_t first = random.below(points.size());
        const std::size_t second = (first + 1 + random.below(points.size() - 1)) % points.size();
        const Affine p = points[first], q = points[second], none = Affine::infinity();
        const std::array<Pair<Affine>, 5> odd = {{{p, p}, {p, -p}, {none, q}, {p, none}, {none, none}}};
        const bool is_odd = odd_ones == 2 || (odd_ones == 1 && random.below(3) == 0);
        pairs[i] = is_odd ? odd[random.below(odd.size())] : Pair<Affine>{p, q};
      }
      for (const base::Backend backend : base::usable_backends()) {
        SCOPED_TRACE(std::string(base::name(backend)) + ", " + std::to_string(n));
        const auto out = results<G>(backend, pairs);
        for (std::size_t i = 0; i < n; ++i) {
          const auto sum = reference::add<G>(pairs[i].a, pairs[i].b);
          ASSERT_EQ(out.sums[i], sum) << i;
          ASSERT_EQ(out.both_sums[i], sum) << i;
          ASSERT_EQ(out.differences[i], reference::add<G>(pairs[i].a, -pairs[i].b)) << i;
        }
      }
    }
  }
}

/// Elements whose memory is at the ends of what it can be.
template <class F>
std::vector<F> extreme_elements() {
  using Limbs = typename F::Limbs;
  Limbs top = F::Params::kModulus, small{}, ones, high{};
  small[0] = 1;
  ones.fill(~std::uint64_t{0});
  ones.back() = high.back() = top.back();
  ones.back() -= 1;
  std::vector<F> out = {F::zero(), F::one()};
  for (const Limbs& x : {small, ones, high}) out.push_back(std::bit_cast<F>(x));
  for (int less = 0; less < 3; ++less) {
    top[0] -= 1;
    out.push_back(std::bit_cast<F>(top));
  }
  return out;
}

// Chords and tangents need no curve: coordinates may be any elements.
TYPED_TEST(BatchAdd, backends_agree_on_extreme_coordinates) {
  using G = TypeParam;
  using F = typename G::Curve::Fq;
  const auto edges = extreme_elements<F>();
  std::vector<typename G::Affine> points;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    for (std::size_t j = 0; j < edges.size(); ++j) {
      if constexpr (G::kIndex == 1) {
        points.push_back({edges[i], edges[j]});
      } else {
        const auto& other = edges[(i + j) % edges.size()];
        points.push_back({{edges[i], edges[j]}, {other, edges[(3 * i + j + 1) % edges.size()]}});
      }
    }
  }
  Pairs<G> pairs;
  for (const auto& a : points) {
    for (const auto& b : points) pairs.push_back({a, b});
  }
  for (int i = 0; i < 40; ++i) {  // tangents enough to fill lanes
    for (const auto& a : points) pairs.push_back({a, a});
  }
  const auto expected = results<G>(base::Backend::portable, pairs);
  for (const base::Backend backend : base::usable_backends()) {
    SCOPED_TRACE(base::name(backend));
    const auto out = results<G>(backend, pairs);
    const auto same = [](const auto& p, const auto& q) { return std::memcmp(&p, &q, sizeof p) == 0; };
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      ASSERT_TRUE(same(out.sums[i], expected.sums[i])) << i;
      ASSERT_TRUE(same(out.both_sums[i], expected.both_sums[i])) << i;
      ASSERT_TRUE(same(out.differences[i], expected.differences[i])) << i;
    }
  }
}

}  // namespace
}  // namespace solemn::msm
