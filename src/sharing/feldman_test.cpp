// Sharing: what fits passes, what does not fails by name.
#include "sharing/feldman.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "sharing/feldman_internal.hpp"

namespace solemn::sharing {
namespace {

class Feldman : public testing::Test {
 protected:
  Randomness random_;
  Scalar key_ = random_.scalar();
  Dealt dealt_ = deal("maintainer-1", key_, 3, 5, Drill::no, random_);

  std::vector<Share> some(std::initializer_list<unsigned> indices) const {
    std::vector<Share> out;
    for (const unsigned i : indices) out.push_back(copy(dealt_.shares[i - 1]));
    return out;
  }
  /// The first check that recover() names.
  std::string refusal(std::span<const Share> shares) const {
    try {
      (void)recover(dealt_.set, shares);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::Code::rejected);
      return error.message();
    }
    return "none";
  }
};

TEST_F(Feldman, the_first_commitment_is_the_public_key) {
  EXPECT_EQ(dealt_.set.public_key(), public_key_by_openssl(key_));
}

TEST_F(Feldman, each_share_is_verified_alone) {
  for (const Share& share : dealt_.shares) EXPECT_TRUE(verify_share(dealt_.set, share).accepted());
}

TEST_F(Feldman, every_subset_rebuilds_the_key_and_the_rehearsal_says_so) {
  const base::Verdict verdict = rehearse(dealt_.set, dealt_.shares);
  EXPECT_TRUE(verdict.accepted());
  EXPECT_EQ(verdict.find("rehearsal")->detail, "10 of 10 subsets of 3 shares rebuild the key");
  for (const auto& subset : {some({1, 2, 3}), some({5, 3, 1}), some({2, 4, 5}), some({1, 2, 3, 4, 5})})
    EXPECT_EQ(recover(dealt_.set, subset).expose(), key_.expose());
}

TEST_F(Feldman, every_threshold_and_count_up_to_sixteen) {
  for (const auto& [threshold, count] : {std::pair{2U, 2U}, {2U, 3U}, {4U, 7U}, {7U, 7U}, {16U, 16U}, {2U, 16U}}) {
    const Dealt dealt = deal("k", key_, threshold, count, Drill::no, random_);
    EXPECT_EQ(recover(dealt.set, dealt.shares).expose(), key_.expose());
    EXPECT_EQ(set_of("k", dealt.shares).id(), dealt.set.id());
  }
}

TEST_F(Feldman, an_altered_share_is_named_by_itself_and_in_recovery) {
  for (const unsigned bit : {0U, 7U, 130U, 255U}) {
    auto shares = some({1, 2, 4});
    shares[1].value.expose()[bit / 8] ^= std::byte{1} << (bit % 8);
    EXPECT_EQ(verify_share(dealt_.set, shares[1]).find("share-value")->outcome, base::Outcome::failed);
    EXPECT_TRUE(refusal(shares).starts_with("share-value: share 2: "));
  }
}

TEST_F(Feldman, a_share_under_another_index_is_refused) {
  auto shares = some({1, 2, 3});
  shares[2].index = 4;
  EXPECT_TRUE(refusal(shares).starts_with("share-value: share 4"));
}

TEST_F(Feldman, index_zero_and_beyond_the_count_are_refused) {
  for (const unsigned index : {0U, 6U, 255U}) {
    auto shares = some({1, 2, 3});
    shares[0].index = index;
    EXPECT_TRUE(refusal(shares).starts_with("share-index: share " + std::to_string(index)));
    EXPECT_THROW((void)set_of("k", shares), base::Error);
  }
}

TEST_F(Feldman, a_duplicate_is_refused_even_with_enough_others) {
  EXPECT_TRUE(refusal(some({1, 2, 2})).starts_with("share-duplicates: share 2"));
  EXPECT_TRUE(refusal(some({1, 2, 3, 2})).starts_with("share-duplicates: share 2"));
}

TEST_F(Feldman, too_few_are_refused) {
  EXPECT_TRUE(refusal(some({1, 5})).starts_with("share-quorum: 2 good, 3 needed"));
  EXPECT_TRUE(refusal({}).starts_with("share-quorum"));
}

TEST_F(Feldman, a_share_of_another_set_is_refused) {
  const Dealt other = deal("maintainer-1", key_, 3, 5, Drill::no, random_);  // the same key, even
  auto shares = some({1, 2});
  shares.push_back(copy(other.shares[2]));
  EXPECT_TRUE(refusal(shares).starts_with("share-set: share 3"));
  shares[2].set = dealt_.set.prefix();  // and when it claims to be of this one
  EXPECT_TRUE(refusal(shares).starts_with("share-value: share 3"));
}

TEST_F(Feldman, drills_and_real_sets_do_not_mix) {
  ShareSet drill = dealt_.set;
  drill.drill = Drill::yes;
  EXPECT_NE(drill.id(), dealt_.set.id());
  auto shares = some({1, 2, 3});
  shares[0].drill = Drill::yes;
  EXPECT_TRUE(refusal(shares).starts_with("share-drill: share 1"));
}

TEST_F(Feldman, the_set_comes_back_from_shares_alone_and_finds_past_a_bad_one) {
  EXPECT_EQ(set_of("maintainer-1", some({5, 1, 2})).id(), dealt_.set.id());
  auto shares = some({1, 2, 3, 4});
  shares[0].value.expose()[9] ^= std::byte{4};
  const ShareSet set = set_of("maintainer-1", shares);
  EXPECT_EQ(set.id(), dealt_.set.id());
  EXPECT_EQ(check_shares(set, shares).find("share-value")->detail.substr(0, 8), "share 1:");
  shares.pop_back();
  EXPECT_THROW((void)set_of("maintainer-1", shares), base::Error);
}

TEST_F(Feldman, coefficients_are_not_repeated_and_not_related) {
  const Dealt again = deal("maintainer-1", key_, 3, 5, Drill::no, random_);
  std::vector<PublicKey> all(dealt_.set.commitments.begin() + 1, dealt_.set.commitments.end());
  all.insert(all.end(), again.set.commitments.begin() + 1, again.set.commitments.end());
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
}

TEST_F(Feldman, resharing_keeps_the_key_and_nothing_else) {
  const Dealt fresh = reshare(dealt_.set, some({2, 3, 5}), 4, 7, random_);
  EXPECT_EQ(fresh.set.public_key(), dealt_.set.public_key());
  EXPECT_NE(fresh.set.id(), dealt_.set.id());
  EXPECT_EQ(fresh.shares.size(), 7U);
  EXPECT_EQ(recover(fresh.set, fresh.shares).expose(), key_.expose());
  EXPECT_TRUE(rehearse(fresh.set, fresh.shares).accepted());
  EXPECT_FALSE(verify_share(fresh.set, dealt_.shares[0]).accepted());
  auto mixed = some({1});
  for (unsigned i = 1; i < 4; ++i) mixed.push_back(copy(fresh.shares[i]));
  EXPECT_THROW((void)recover(fresh.set, mixed), base::Error);
}

TEST_F(Feldman, resharing_with_a_bad_share_names_it) {
  auto shares = some({1, 2, 3});
  shares[1].value.expose()[0] ^= std::byte{1};
  try {
    (void)reshare(dealt_.set, shares, 3, 5, random_);
    FAIL();
  } catch (const base::Error& error) { EXPECT_TRUE(error.message().starts_with("share-value: share 2")); }
}

TEST_F(Feldman, possession_is_proven_for_one_share_one_challenge_one_set) {
  const auto challenge = base::as_bytes("audit of 2026-11-26");
  const Dealt other = deal("maintainer-1", key_, 3, 5, Drill::no, random_);
  for (const Share& share : dealt_.shares) {
    const CompactSignature proof = prove_possession(dealt_.set, share, challenge, random_);
    EXPECT_TRUE(verify_possession(dealt_.set, share.index, challenge, proof));
    EXPECT_FALSE(verify_possession(dealt_.set, share.index % 5 + 1, challenge, proof));
    EXPECT_FALSE(verify_possession(dealt_.set, share.index, base::as_bytes("another"), proof));
    EXPECT_FALSE(verify_possession(other.set, share.index, challenge, proof));
    EXPECT_FALSE(verify_possession(dealt_.set, 0, challenge, proof));
  }
  EXPECT_THROW((void)prove_possession(other.set, dealt_.shares[0], challenge, random_), base::Error);
  EXPECT_THROW((void)prove_possession(dealt_.set, dealt_.shares[0], {}, random_), base::Error);
}

TEST_F(Feldman, commitments_of_a_share_depend_on_all_of_it) {
  Share share = copy(dealt_.shares[0]);
  const base::Hash32 before = share.commitment();
  share.salt[0] ^= std::byte{1};
  EXPECT_NE(share.commitment(), before);
  share.salt[0] ^= std::byte{1};
  share.value.expose()[31] ^= std::byte{1};
  EXPECT_NE(share.commitment(), before);
}

TEST_F(Feldman, names_thresholds_and_counts_out_of_range_are_usage_errors) {
  for (const auto& [threshold, count] : {std::pair{1U, 5U}, {0U, 5U}, {6U, 5U}, {3U, 17U}})
    EXPECT_THROW((void)deal("k", key_, threshold, count, Drill::no, random_), base::Error);
  for (const char* name : {"", ".hidden", "a/b", "two words", "nul\n"})
    EXPECT_THROW((void)deal(name, key_, 3, 5, Drill::no, random_), base::Error);
}

TEST(NextChoice, visits_every_subset_once) {
  std::vector<std::size_t> chosen = {0, 1, 2};
  std::size_t n = 1;
  while (next_choice(chosen, 5)) ++n;
  EXPECT_EQ(n, 10U);
  EXPECT_EQ(chosen, (std::vector<std::size_t>{2, 3, 4}));
}

}  // namespace
}  // namespace solemn::sharing
