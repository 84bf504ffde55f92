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
  // Only in G2 of BN254 do the rows say something about the subgroup (chain.cpp).
  constexpr bool kRowsProveSubgroup = G::Curve::kId == curve::CurveId::bn254 && G::kIndex == 2;
  typename G::Affine outside{};
  if constexpr (kRowsProveSubgroup) outside = outside_point<G>();
  for (std::uint64_t i = 0; i < 1000; ++i) {
    auto wrong = right;
    auto& chain = wrong[random.below(2)];
    auto& point = chain[random.below(chain.size())];
    const std::array<typename G::Affine, 5> values = {
        others[random.below(others.size())], -point, G::Affine::infinity(), chain[random.below(chain.size())],
        kRowsProveSubgroup ? add_vartime(G::Jacobian::from(outside), point).to_affine() : others[0]};
    const auto& value = values[random.below(values.size())];
    if (value == point) continue;
    point = value;
    const auto sums = check<G>(wrong, 1 + random.below(16), 1000 + i, pool);
    EXPECT_FALSE(holds<G>(sums, tau) && sums.rows_in_subgroup) << i;
  }
}

}  // namespace
}  // namespace solemn::msm
