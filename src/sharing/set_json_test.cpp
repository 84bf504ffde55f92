// The public file of a set: read back, strict; and sealed secrets.
#include "sharing/set_json.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "sharing/json_limits.hpp"
#include "sign/file_key.hpp"

namespace solemn::sharing {
namespace {

using base::Json;

class SetJson : public testing::Test {
 protected:
  Randomness random_;
  Scalar key_ = random_.scalar();
  Dealt dealt_ = deal("nostr", key_, 3, 5, Drill::no, random_);
  std::string text_ = write_set(set_file_of(dealt_));

  static std::string refusal(const std::string& text) {
    try {
      (void)parse_set(text);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::Code::malformed);
      return error.message();
    }
    return "none";
  }
  /// The file with one field changed.
  template <class Change>
  std::string with(Change change) const {
    Json json = Json::parse(text_);
    change(json);
    return json.dump();
  }
};

TEST_F(SetJson, is_read_back_to_the_same_bytes) {
  const SetFile file = parse_set(text_);
  EXPECT_EQ(file.set.id(), dealt_.set.id());
  EXPECT_EQ(file.file_name(), "nostr.set.json");
  EXPECT_EQ(file.share_commitments[2], dealt_.shares[2].commitment());
  EXPECT_EQ(write_set(file), text_);
}

TEST_F(SetJson, every_field_is_bound) {
  EXPECT_EQ(refusal(with([](Json& j) { j["drill"] = true; })), "the field 'set_id' is not that of the other fields");
  EXPECT_EQ(refusal(with([](Json& j) { j["shares"] = 6; })).substr(0, 18), "the field 'set_id'");
  EXPECT_EQ(refusal(with([](Json& j) { j["threshold"] = 2; })), "the field 'commitments' has 3 entries");
  EXPECT_EQ(refusal(with([](Json& j) { std::swap(j["commitments"][1], j["commitments"][2]); })).substr(0, 18),
            "the field 'set_id'");
  EXPECT_EQ(refusal(with([](Json& j) { j["public_key"] = j["commitments"][1]; })),
            "the field 'public_key' is not the first commitment");
}

TEST_F(SetJson, unknown_repeated_and_missing_fields_are_refused) {
  EXPECT_EQ(refusal(with([](Json& j) { j["private_key"] = "00"; })), "the field 'private_key' is not known");
  EXPECT_EQ(refusal(with([](Json& j) { j.erase("set_id"); })), "the field 'set_id' is missing");
  std::string twice = text_;
  twice.insert(1, "\"drill\": false,");
  EXPECT_EQ(refusal(twice), "the field 'drill' occurs twice");
  EXPECT_EQ(refusal("[]"), "not a JSON object");
}

TEST_F(SetJson, commitments_that_no_dealer_makes_are_refused) {
  ShareSet set = dealt_.set;  // f(1) G = infinity
  set.threshold = 2;
  const Scalar one = [] {
    Scalar k;
    k.expose()[31] = std::byte{1};
    return k;
  }();
  const auto g = public_key_of(one).bytes();
  auto minus_g = g;
  minus_g[0] ^= std::byte{1};
  set.commitments = {PublicKey::parse(g), PublicKey::parse(minus_g)};
  EXPECT_EQ(refusal(write_set({set, {}, {}, {}})).substr(0, 48), "the field 'commitments' is not of a real set: sh");
}

TEST_F(SetJson, points_off_the_curve_and_infinity_are_refused) {
  EXPECT_NE(refusal(with([](Json& j) { j["commitments"][1] = std::string(66, '0'); })), "none");
  EXPECT_NE(refusal(with([](Json& j) { j["commitments"][1] = "02" + std::string(62, '0') + "05"; })), "none");
}

TEST_F(SetJson, a_sealed_secret_opens_under_the_recovered_key_only) {
  const auto seed = base::Bytes(32, std::byte{7});
  DealtSecret dealt = deal_secret("anchor", SecretKind::ed25519, seed, 3, 5, Drill::no, random_);
  const SetFile file = parse_set(write_set(set_file_of(dealt)));
  const Scalar kek = recover(file.set, dealt.dealt.shares);
  EXPECT_TRUE(std::ranges::equal(open(kek, *file.sealed).expose(), seed));
  for (std::size_t i = 0; i < dealt.sealed.ciphertext.size(); ++i) {
    SealedSecret altered = dealt.sealed;
    altered.ciphertext[i] ^= std::byte{1};
    EXPECT_THROW((void)open(kek, altered), base::Error);
  }
  SealedSecret other = dealt.sealed;
  other.kind = SecretKind::other;
  EXPECT_THROW((void)open(kek, other), base::Error);
  other = dealt.sealed;
  other.public_half.back() ^= std::byte{1};
  EXPECT_THROW((void)open(kek, other), base::Error);
}

TEST_F(SetJson, what_is_sealed_is_bound_to_the_set_and_so_to_every_sheet) {
  const DealtSecret dealt = deal_secret("x", SecretKind::other, base::Bytes(9), 2, 3, Drill::no, random_);
  const std::string text = write_set(set_file_of(dealt));
  for (const char* member : {"kind", "public", "nonce", "ciphertext"}) {
    Json json = Json::parse(text);
    std::string value = json["sealed"][member];
    value = value == "other" ? "seed" : value.empty() ? "00" : (value[0] == '0' ? "1" : "0") + value.substr(1);
    json["sealed"][member] = value;
    EXPECT_EQ(refusal(json.dump()), "the field 'set_id' is not that of the other fields") << member;
  }
  Json without = Json::parse(text);
  without.erase("sealed");
  EXPECT_EQ(refusal(without.dump()), "the field 'set_id' is not that of the other fields");
  SealedSecret other = dealt.sealed;
  other.ciphertext.back() ^= std::byte{1};
  ShareSet set = dealt.dealt.set;
  set.sealed = other.digest();
  const std::string forged = write_set({set, {}, other, {}});  // whoever changes both has another set
  EXPECT_EQ(verify_share(parse_set(forged), dealt.dealt.shares[0]).find("share-set")->outcome, base::Outcome::failed);
  EXPECT_THROW((void)set_of("x", dealt.dealt.shares), base::Error)
      << "without the set file nobody knows what they open";
}

TEST_F(SetJson, new_shares_open_what_the_old_ones_opened) {
  const DealtSecret dealt = deal_secret("x", SecretKind::other, base::Bytes(9), 2, 3, Drill::no, random_);
  const Dealt fresh = reshare(dealt.dealt.set, dealt.dealt.shares, 3, 4, random_);
  EXPECT_NE(fresh.set.id(), dealt.dealt.set.id());
  EXPECT_EQ(open(recover(fresh.set, fresh.shares), dealt.sealed).size(), 9U);
  SetFile file = set_file_of(fresh);
  file.sealed = dealt.sealed;
  EXPECT_EQ(parse_set(write_set(file)).set.id(), fresh.set.id());
}

TEST_F(SetJson, all_kinds_of_secrets_are_sealed_and_opened) {
  const auto p256 = sign::generate_key(sign::KeyType::p256);
  for (const auto& [kind, secret] : {std::pair{SecretKind::seed, base::Bytes(32, std::byte{1})},
                                     {SecretKind::seed, base::Bytes(64, std::byte{2})},
                                     {SecretKind::other, base::Bytes(1, std::byte{3})},
                                     {SecretKind::pkcs8, base::Bytes(p256.expose().begin(), p256.expose().end())}}) {
    const DealtSecret dealt = deal_secret("x", kind, secret, 2, 3, Drill::yes, random_);
    const Scalar kek = recover(dealt.dealt.set, dealt.dealt.shares);
    EXPECT_TRUE(std::ranges::equal(open(kek, dealt.sealed).expose(), secret));
  }
  EXPECT_THROW((void)deal_secret("x", SecretKind::ed25519, base::Bytes(31), 2, 3, Drill::no, random_), base::Error);
  EXPECT_THROW((void)deal_secret("x", SecretKind::other, {}, 2, 3, Drill::no, random_), base::Error);
}

}  // namespace
}  // namespace solemn::sharing
