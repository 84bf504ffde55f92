#include "fft/programs.hpp"

#include <vector>

#include "fft/group_kernels.hpp"
#include "fft/group_testing.hpp"

namespace solemn::fft {
namespace {

using testing::on_every_backend;

template <class G>
class ProgramsOf : public ::testing::Test {};
TYPED_TEST_SUITE(ProgramsOf, testing::Groups);

template <class F>
std::vector<F> interesting_scalars() {
  std::vector<F> scalars = testing::random_scalars<F>(2000, 4);
  for (std::uint64_t i = 0; i < 20; ++i) {
    scalars.push_back(F::from_u64(i));
    scalars.push_back(-F::from_u64(i));
  }
  for (unsigned k = 0; k <= F::kTwoAdicity; ++k) {
    scalars.push_back(F::root_of_unity(k));
    scalars.push_back(F::root_of_unity(k).inverse());
  }
  F power = F::one();
  for (unsigned bit = 0; bit < F::kBits; ++bit, power = power.dbl()) {
    scalars.push_back(power);
    scalars.push_back(-power - F::one());
  }
  return scalars;
}

template <class F>
F signed_value(Int128 value) {
  const bool negative = value < 0;
  const Uint128 magnitude = negative ? 0 - static_cast<Uint128>(value) : static_cast<Uint128>(value);
  const F result =
      F::from_canonical_reduced({static_cast<std::uint64_t>(magnitude), static_cast<std::uint64_t>(magnitude >> 64)});
  return negative ? -result : result;
}

template <class G>
typename G::Scalar eigenvalue() {
  if constexpr (G::kIndex == 1) return curve::phi_eigenvalue<typename G::Curve>();
  if constexpr (G::kIndex == 2) return curve::psi_eigenvalue<typename G::Curve>();
}

TYPED_TEST(ProgramsOf, parts_are_short_and_recombine) {
  using G = TypeParam;
  using F = typename G::Scalar;
  for (const F& k : interesting_scalars<F>()) {
    F sum = F::zero(), power = F::one();
    for (const Int128 part : decompose_vartime<G>(k)) {
      const Uint128 magnitude = part < 0 ? 0 - static_cast<Uint128>(part) : static_cast<Uint128>(part);
      ASSERT_TRUE(magnitude >> kPartBits<G> == 0);
      sum += power * signed_value<F>(part);
      power *= eigenvalue<G>();
    }
    ASSERT_EQ(sum, k);
  }
}

// A program run on scalars: entries are multiples by powers of the eigenvalue.
template <class G>
typename G::Scalar run_on_scalars(const Step* steps, const Program& program,
                                  const std::array<typename G::Scalar, 2>& points) {
  using F = typename G::Scalar;
  F sum = F::zero();
  for (std::uint32_t i = program.begin; i < program.end; ++i) {
    if (steps[i] == kDouble) {
      sum = sum.dbl();
      continue;
    }
    const unsigned power = entry_of(steps[i]) / kOddMultiples<G>, odd = 2 * (entry_of(steps[i]) % kOddMultiples<G>)+1;
    const F entry = points[term_of(steps[i])] * F::from_u64(odd) * eigenvalue<G>().pow_vartime(std::uint64_t{power});
    sum = is_negative(steps[i]) ? sum - entry : sum + entry;
  }
  return sum;
}

TYPED_TEST(ProgramsOf, programs_compute_their_scalars) {
  using G = TypeParam;
  using F = typename G::Scalar;
  const std::array<F, 2> points = {F::from_u64(1000003), F::from_u64(77)};
  const std::vector<F> scalars = interesting_scalars<F>();
  Programs<G> programs;
  for (std::size_t i = 0; i + 1 < scalars.size(); ++i) {
    const Program one = programs.append(scalars[i]);
    const Program two = programs.append(scalars[i], scalars[i + 1]);
    ASSERT_EQ(run_on_scalars<G>(programs.steps(), one, points), scalars[i] * points[0]);
    ASSERT_EQ(run_on_scalars<G>(programs.steps(), two, points), scalars[i] * points[0] + scalars[i + 1] * points[1]);
  }
}

TYPED_TEST(ProgramsOf, multiply_equals_the_reference) {
  using G = TypeParam;
  using F = typename G::Scalar;
  base::Pool pool(2);
  std::vector<F> scalars = interesting_scalars<F>();
  scalars.erase(scalars.begin(), scalars.begin() + 1990);
  scalars.resize(scalars.size() / 5 * 2);
  auto input = testing::points_of<G>(testing::awkward_scalars<F>(scalars.size(), 8), pool);
  std::vector<typename G::Affine> expected;
  for (std::size_t i = 0; i < input.size(); ++i)
    expected.push_back(curve::mul_reference<G>(input[i], scalars[i]).to_affine());
  on_every_backend([&] {
    auto points = input;
    group_kernels<G>().multiply(points, scalars);
    EXPECT_EQ(points, expected);
  });
}

}  // namespace
}  // namespace solemn::fft
