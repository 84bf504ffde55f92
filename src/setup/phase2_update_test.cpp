// What a contribution does to the queries: each section in one sum.
#include "setup/phase2_update.hpp"

#include "setup/phase1_forgery.hpp"
#include "setup/phase2_chain.hpp"
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
  const auto failed = [&](const base::Path& path) {
    Verdict verdict;
    verify_queries_follow<C>(verdict, before, format::ZkeyReader<C>(path), workshop.context());
    return failed_rules(verdict);
  };
  const auto swapped = [&](std::initializer_list<std::uint32_t> sections) {
    EditedFile file(workshop / "2.zkey");
    for (const std::uint32_t section : sections) file.template swap_points<G1>(section, 3, 40);
    return file.save(workshop / "edited.zkey");
  };
  EXPECT_EQ(failed(workshop / "2.zkey"), "");
  EXPECT_EQ(failed(workshop / "1.zkey"), "");  // multiplied by 1
  EXPECT_EQ(failed(swapped({8})), "query-l");
  EXPECT_EQ(failed(swapped({9})), "query-h");
  EXPECT_EQ(failed(swapped({8, 9})), "query-l query-h");
  EXPECT_EQ(failed(workshop / "0.zkey"), "");
}

TYPED_TEST(Phase2Update, a_new_link_that_proves_nothing_is_named) {
  using C = TypeParam;
  KeyWorkshop workshop(C::kId, 4);
  const format::ZkeyReader<C> zkey(workshop / "2.zkey");
  const format::ZkeyChain<C> chain = zkey.read_chain(workshop.context().pool);
  const auto failed = [&](const format::ZkeyChain<C>& links) {
    Verdict verdict;
    verify_links<C>(verdict, links, 1, workshop.context());
    return failed_rules(verdict);
  };
  EXPECT_EQ(failed(chain), "");
  auto wrong = chain;
  wrong.contributions[1].g2_spx = chain.contributions[0].g2_spx;
  EXPECT_EQ(failed(wrong), "contribution-ratios");
  wrong = chain;
  wrong.contributions[1].delta_after = chain.contributions[0].g1_s;
  EXPECT_EQ(failed(wrong), "contribution-ratios");
  wrong = chain;
  wrong.contributions[1].transcript[0] ^= std::byte{1};
  EXPECT_EQ(failed(wrong), "contribution-transcripts contribution-ratios");
  wrong = chain;
  wrong.contributions[1].delta_after = chain.contributions[0].delta_after;
  EXPECT_EQ(failed(wrong), "contribution-not-trivial contribution-ratios");
}

}  // namespace
}  // namespace solemn::setup
