// What a contribution does to the queries, as its maker checks it: both sections in one sum, and which one is wrong.
#include "setup/phase2_update.hpp"
#include "setup/phase1_forgery.hpp"
#include "setup/phase2_testing.hpp"

namespace solemn::setup {
namespace {

template <class C>
class Phase2Update : public testing::Test {};
using Curves = testing::Types<curve::Bn254, curve::Bls12_381>;
TYPED_TEST_SUITE(Phase2Update, Curves);

TYPED_TEST(Phase2Update, queries_that_do_not_follow_are_named) {
  using C = TypeParam;
  using G1 = curve::G1<C>;
  KeyWorkshop workshop(C::kId, 6);
  const format::ZkeyReader<C> before(workshop / "1.zkey");
  const auto failed = [&](const base::Path& path, Origin origin) {
    Verdict verdict;
    verify_queries_follow<C>(verdict, before, format::ZkeyReader<C>(path), origin, workshop.context());
    return failed_rules(verdict);
  };
  const auto swapped = [&](std::initializer_list<std::uint32_t> sections) {
    EditedFile file(workshop / "2.zkey");
    for (const std::uint32_t section : sections) file.template swap_points<G1>(section, 3, 40);
    return file.save(workshop / "edited.zkey");
  };
  for (const Origin origin : {Origin::here, Origin::elsewhere}) {
    EXPECT_EQ(failed(workshop / "2.zkey", origin), "");
    EXPECT_EQ(failed(workshop / "1.zkey", origin), "");  // multiplied by 1
    EXPECT_EQ(failed(swapped({8}), origin), "query-l");
    EXPECT_EQ(failed(swapped({9}), origin), "query-h");
    EXPECT_EQ(failed(swapped({8, 9}), origin), "query-l query-h");
    EXPECT_EQ(failed(workshop / "0.zkey", origin), "");
  }
}

}  // namespace
}  // namespace solemn::setup
