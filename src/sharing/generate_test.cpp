// Keys: made from what was gathered, checked, imported.
#include "sharing/generate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "hash/noise.hpp"
#include "sharing/entropy_gathering.hpp"
#include "sharing/first_valid.hpp"
#include "sign/file_key.hpp"

namespace solemn::sharing {
namespace {

std::string hundred_throws() {
  std::string faces;
  for (int i = 0; i < 100; ++i) faces += static_cast<char>('1' + i * i % 6);
  return faces;
}

TEST(SelfTest, every_known_answer) {
  const base::Verdict verdict = self_test();
  for (const base::Check& check : verdict.checks())
    EXPECT_EQ(check.outcome, base::Outcome::passed) << check.rule << ": " << check.detail;
  EXPECT_EQ(verdict.checks().size(), 8U);
}

TEST(Entropy, dice_are_committed_to_as_sha512sum_shows_it_and_the_digest_is_not_what_is_mixed) {
  EntropyGathering gathering;
  const base::Hash64 shown = gathering.commit_dice(hash::DiceThrows(base::as_bytes("123456" + std::string(94, '1'))));
  // printf 123456111... | sha512sum
  EXPECT_EQ(base::to_hex(shown),
            "a95fb38f93a24104ce5c8f27c3d5f1bd2b30b027c35efadbc53ef5f00baf54a392b90c5f25e5f3c2f42ae1b563c8a6a3e6b7b6d473"
            "f569402686247123e7c9f1");
  gathering.draw_devices();
  ASSERT_GE(gathering.sources().size(), 2U);
  EXPECT_EQ(gathering.sources()[1].name, "dice");
  EXPECT_EQ(gathering.sources()[1].n_bytes, 100U);
  EXPECT_TRUE(gathering.sources()[1].counted);
}

TEST(Entropy, fewer_throws_than_a_hundred_are_refused) {
  EntropyGathering gathering;
  EXPECT_THROW((void)gathering.commit_dice(hash::DiceThrows(base::as_bytes(std::string(99, '3')))), base::Error);
}

TEST(Entropy, two_sources_must_count) {
  EntropyGathering with_dice;
  (void)with_dice.commit_dice(hash::DiceThrows(base::as_bytes(hundred_throws())));
  with_dice.draw_devices();
  EXPECT_GE(with_dice.n_counted(), 2U);
  EXPECT_NO_THROW((void)with_dice.finish());
  EntropyGathering alone;
  alone.draw_devices();
  if (alone.n_counted() >= 2) return;  // this machine has a noise source of its own
  EXPECT_THROW((void)alone.finish(), base::Error);
}

TEST(Entropy, a_source_that_is_not_counted_does_not_make_two) {
  EntropyGathering gathering;
  gathering.draw_devices();
  const std::size_t before = gathering.n_counted();
  gathering.add("typed text", base::as_bytes("abc"), hash::Counted::no);
  EXPECT_EQ(gathering.n_counted(), before);
  gathering.add("token", base::as_bytes("abc"), hash::Counted::yes);
  EXPECT_EQ(gathering.n_counted(), before + 1);
}

TEST(Randomness, does_not_repeat_across_calls_of_any_size) {
  base::Secret<base::Hash64> seed;
  Randomness a(seed), b(seed);
  std::array<std::byte, 200> one{}, two{};
  a.fill(std::span(one).first(1));
  a.fill(std::span(one).subspan(1, 64));
  a.fill(std::span(one).subspan(65, 135));
  b.fill(std::span(two).first(1));
  b.fill(std::span(two).subspan(1, 64));
  b.fill(std::span(two).subspan(65, 135));
  EXPECT_EQ(one, two);  // the same seed
  std::set<base::Hash32> seen;
  for (int i = 0; i < 500; ++i) seen.insert(a.scalar().expose());
  EXPECT_EQ(seen.size(), 500U);
}

TEST(Keys, seven_independent_keys_are_distinct_and_valid) {
  Randomness random;
  std::vector<NewKey> keys;
  for (int i = 1; i <= 7; ++i) keys.push_back(independent_key("maintainer-" + std::to_string(i), random));
  EXPECT_TRUE(check_keys(keys).accepted());
}

TEST(Keys, seven_derived_keys_are_distinct_repeatable_and_name_their_path) {
  const base::Bytes seed(32, std::byte{5});
  std::vector<NewKey> keys;
  for (std::uint32_t i = 0; i < 7; ++i)
    keys.push_back(derived_key("k" + std::to_string(i), seed, 1, Role::maintainer, i));
  EXPECT_TRUE(check_keys(keys).accepted());
  EXPECT_EQ(keys[6].path, "m/45210'/1'/0'/6'");
  EXPECT_EQ(derived_key("again", seed, 1, Role::maintainer, 6).public_key, keys[6].public_key);
  EXPECT_NE(derived_key("other", seed, 1, Role::emergency, 6).public_key, keys[6].public_key);
}

TEST(Keys, a_key_that_is_there_twice_or_is_another_than_it_says_is_named) {
  Randomness random;
  std::vector<NewKey> keys;
  keys.push_back(independent_key("one", random));
  keys.push_back(independent_key("two", random));
  keys.push_back({"three", copy(keys[0].key), keys[0].public_key, "", {}});
  keys[1].public_key = keys[0].public_key;
  const base::Verdict verdict = check_keys(keys);
  EXPECT_EQ(verdict.find("keys-distinct")->detail, "one and two, one and three");
  EXPECT_EQ(verdict.find("key-second-library")->detail, "two");
  keys[2].key.expose() = {};
  EXPECT_EQ(check_keys(keys).find("key-range")->detail, "three");
  EXPECT_FALSE(check_keys({}).accepted());
}

TEST(Keys, an_index_without_a_valid_key_is_passed_over_and_noted) {
  std::vector<std::string> notes;
  const auto make = [](std::uint32_t index) {
    if (index < 5) throw base::Error(base::Code::rejected, "no valid key");
    return index;
  };
  EXPECT_EQ(first_valid(3, make, notes), 5U);
  EXPECT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0], "index 3 gave no valid key and was passed over");
  const auto never = [](std::uint32_t) -> int { throw base::Error(base::Code::rejected, "no valid key"); };
  EXPECT_THROW((void)first_valid(0, never, notes), base::Error);
  const auto broken = [](std::uint32_t) -> int { throw base::Error(base::Code::usage, "x"); };
  EXPECT_THROW((void)first_valid(0, broken, notes), base::Error);
}

TEST(Rsa, is_made_and_sealed_and_other_sizes_are_refused) {
  Randomness random;
  const auto rsa = new_rsa(2048, random);
  EXPECT_EQ(sign::signer_from_pkcs8(sign::secret_copy(rsa.expose()))->public_key().algorithm(),
            sign::Algorithm::rsa_pss_sha256);
  EXPECT_EQ(github_fingerprint(public_half_of(SecretKind::pkcs8, rsa.expose())).size(), 7U + 44U);
  EXPECT_THROW((void)new_rsa(1024, random), base::Error);
}

TEST(Pem, what_is_no_private_key_is_refused) {
  for (const char* text : {"", "no PEM", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
                           "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
                           "-----BEGIN PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----\n"})
    EXPECT_THROW((void)import_pem(base::as_bytes(text)), base::Error) << text;
}

}  // namespace
}  // namespace solemn::sharing
