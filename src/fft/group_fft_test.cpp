#include "fft/group_fft.hpp"

#include <span>
#include <vector>

#include "base/error.hpp"
#include "fft/group_testing.hpp"
#include "fft/scalar_fft.hpp"

namespace solemn::fft {
namespace {

using testing::awkward_scalars;
using testing::Counter;
using testing::on_every_backend;
using testing::points_of;

template <class G>
class GroupFft : public ::testing::Test {
 protected:
  base::Pool pool_{2};
};
TYPED_TEST_SUITE(GroupFft, testing::Groups);

// By the definition, with the slow reference multiplication and complete additions only.
TYPED_TEST(GroupFft, forward_equals_the_definition) {
  using G = TypeParam;
  using F = typename G::Scalar;
  const std::size_t n = 8;
  const std::vector<F> x = awkward_scalars<F>(n, 1);
  const auto input = points_of<G>(x, this->pool_);
  const Domain<F> domain(3);
  on_every_backend([&] {
    auto points = input;
    forward<G>(points, this->pool_, base::silent_progress());
    for (std::size_t i = 0; i < n; ++i) {
      auto sum = G::Jacobian::infinity();
      for (std::size_t j = 0; j < n; ++j) {
        sum = add_vartime(sum, curve::mul_reference<G>(input[j], domain.power(i * j)));
      }
      EXPECT_EQ(points[i], sum.to_affine()) << i;
    }
  });
}

TYPED_TEST(GroupFft, inverse_transforms_logarithms) {
  using G = TypeParam;
  using F = typename G::Scalar;
  on_every_backend([&] {
    for (unsigned k = 0; k <= 7; ++k) {
      std::vector<F> x = awkward_scalars<F>(std::size_t{1} << k, k);
      auto points = points_of<G>(x, this->pool_);
      inverse<G>(points, this->pool_, base::silent_progress());
      inverse<F>(std::span(x), this->pool_);
      EXPECT_EQ(points, points_of<G>(x, this->pool_)) << k;
    }
  });
}

TYPED_TEST(GroupFft, forward_undoes_inverse) {
  using G = TypeParam;
  using F = typename G::Scalar;
  const auto original = points_of<G>(awkward_scalars<F>(64, 9), this->pool_);
  auto points = original;
  inverse<G>(points, this->pool_, base::silent_progress());
  EXPECT_NE(points, original);
  forward<G>(points, this->pool_, base::silent_progress());
  EXPECT_EQ(points, original);
}

// A fresh ceremony file has every point equal to the generator: L_0 = G and the others are infinity.
TYPED_TEST(GroupFft, equal_points_collapse_to_the_first_output) {
  using G = TypeParam;
  for (const std::size_t n : {std::size_t{1}, std::size_t{2}, std::size_t{32}}) {
    std::vector<typename G::Affine> points(n, G::generator());
    inverse<G>(points, this->pool_, base::silent_progress());
    EXPECT_EQ(points[0], G::generator());
    for (std::size_t i = 1; i < n; ++i) EXPECT_TRUE(points[i].is_infinity_vartime()) << i;
  }
}

TYPED_TEST(GroupFft, does_not_depend_on_the_number_of_threads) {
  using G = TypeParam;
  using F = typename G::Scalar;
  const auto input = points_of<G>(awkward_scalars<F>(128, 12), this->pool_);
  base::Pool one(1), five(5);
  auto a = input, b = input;
  inverse<G>(a, one, base::silent_progress());
  inverse<G>(b, five, base::silent_progress());
  EXPECT_EQ(a, b);
}

TYPED_TEST(GroupFft, reports_exactly_the_announced_cost) {
  using G = TypeParam;
  using F = typename G::Scalar;
  for (unsigned k = 0; k <= 6; ++k) {
    auto points = points_of<G>(awkward_scalars<F>(std::size_t{1} << k, k), this->pool_);
    Counter counter;
    inverse<G>(points, this->pool_, counter);
    EXPECT_EQ(counter.units, group_transform_cost(k));
    EXPECT_GE(counter.checks, k);
    Counter forward_counter;
    forward<G>(points, this->pool_, forward_counter);
    EXPECT_EQ(forward_counter.units, forward_transform_cost(k));
  }
}

TEST(GroupFftInterrupt, stops_between_chunks) {
  using G = curve::G1<curve::Bn254>;
  class Interrupting final : public base::Progress {
   public:
    void phase(std::string_view, std::uint64_t, std::string_view) override {}
    void advance(std::uint64_t) override {}
    void check_interrupt() override {
      if (++calls == 3) throw base::Error(base::Code::interrupted, "interrupted");
    }
    int calls = 0;
  };
  base::Pool pool(2);
  std::vector<G::Affine> points(64, G::generator());
  Interrupting progress;
  EXPECT_THROW(inverse<G>(points, pool, progress), base::Error);
  EXPECT_EQ(progress.calls, 3);
}

}  // namespace
}  // namespace solemn::fft
