// One wrong point in a thousand random places: the mutation test of ChainCheck.
#include <array>

#include "msm/chain_cases.hpp"

namespace solemn::msm {
namespace {

using namespace chain_cases;

template <class G>
class ChainPlacements : public testing::Test {};
TYPED_TEST_SUITE(ChainPlacements, Groups);

// Each with fresh digits: one survivor in 1,000 would be a check of ten bits, not 128.
TYPED_TEST(ChainPlacements, one_wrong_point_is_found_in_every_one_of_1000) {
  using G = TypeParam;
  test::Random<G> random(16);
  const auto tau = random.scalar();
  base::Pool pool(1);
  const std::vector<std::vector<typename G::Affine>> right = {powers<G>(13, G::Scalar::one(), tau, pool),
                                                              powers<G>(7, random.scalar(), tau, pool)};
  const auto others = random.points(20);
  typename G::Affine outside{};
  if constexpr (kRowsProveSubgroup<G>) outside = outside_point<G>();
  for (std::uint64_t i = 0; i < 1000; ++i) {
    auto wrong = right;
    auto& chain = wrong[random.below(2)];
    auto& point = chain[random.below(chain.size())];
    const std::array<typename G::Affine, 5> values = {
        others[random.below(others.size())], -point, G::Affine::infinity(), chain[random.below(chain.size())],
        kRowsProveSubgroup<G> ? add_vartime(G::Jacobian::from(outside), point).to_affine() : others[0]};
    const auto& value = values[random.below(values.size())];
    if (value == point) continue;
    point = value;
    const auto sums = check<G>(wrong, 1 + random.below(16), 1000 + i, pool);
    EXPECT_FALSE(holds<G>(sums, tau) && sums.rows_in_subgroup) << i;
  }
}

// The same for RowCombination: errors are what it is given, all infinity but one or two neighbours.
TYPED_TEST(ChainPlacements, a_row_combination_of_errors_is_never_infinity) {
  using G = TypeParam;
  test::Random<G> random(17);
  base::Pool pool(1);
  constexpr std::size_t kPoints = 19;
  const auto others = random.points(20);
  typename G::Affine outside{};
  if constexpr (kRowsProveSubgroup<G>) outside = outside_point<G>();
  for (std::uint64_t i = 0; i < 1000; ++i) {
    std::vector<typename G::Affine> errors(kPoints, G::Affine::infinity());
    const std::size_t at = random.below(kPoints - 1);
    errors[at] = others[random.below(others.size())];
    const bool is_outside = kRowsProveSubgroup<G> && i % 3 == 0;
    if (is_outside) {
      errors[at] = add_vartime(G::Jacobian::from(outside), errors[at]).to_affine();
    } else if (i % 3 == 1) {
      auto multiple = G::Jacobian::from(-errors[at]);
      for (std::uint64_t bit = 0; bit < 1 + i % 17; ++bit) multiple = multiple.dbl();
      errors[at + 1] = multiple.to_affine();
    }
    RowCombination<G> combination(test::seed(5000 + i), i % 2 == 0 ? kPoints : 100'000, pool);
    combination.add(std::span(errors).first(7));
    combination.add(std::span(errors).subspan(7));
    const auto result = combination.finish();
    EXPECT_FALSE(result.rows_in_subgroup && result.sum.is_infinity_vartime()) << i;
    EXPECT_EQ(result.rows_in_subgroup, !is_outside) << i;
  }
}

// Weights that are powers of the radix W would let three errors e, -(W + 1) e, W e cancel once in W^2: here four times.
TEST(RowCombination, has_weights_that_are_no_powers_of_the_radix) {
  using G = curve::G1<curve::Bn254>;
  base::Pool pool(1);
  constexpr std::uint64_t kWidth = 7, kRadix = std::uint64_t{1} << kWidth;  // the best for so few points
  const auto factor = G::Scalar::from_u64(kRadix);
  std::array<G::Scalar, 3> c;
  for (std::uint64_t i = 0; i < 4 * kRadix * kRadix; ++i) {
    RowCombination<G>(test::seed(i), 3, pool).coefficients(c, 0);
    ASSERT_FALSE(c[0] - (factor + G::Scalar::one()) * c[1] + factor * c[2] == G::Scalar::zero()) << i;
  }
}

}  // namespace
}  // namespace solemn::msm
