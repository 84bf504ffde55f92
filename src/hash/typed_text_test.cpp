#include "hash/typed_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace solemn::hash {
namespace {

std::vector<std::string> weaknesses(std::string_view text) { return weaknesses_of_typed_text(base::as_bytes(text)); }

bool said(std::string_view text, std::string_view what) {
  for (const std::string& sentence : weaknesses(text)) {
    if (sentence.find(what) != std::string::npos) return true;
  }
  return false;
}

TEST(TypedText, nothing_is_said_of_a_text_that_nobody_would_guess) {
  EXPECT_TRUE(weaknesses("vK3 xpq0 Zu!ejm2 9rw#tb yc5 nLhg").empty());
  EXPECT_TRUE(weaknesses("grommet vestibule 4417 quarry Janosch pebbledash").empty());
}

TEST(TypedText, a_word_of_the_published_name_is_known) {
  const auto told = [](std::string_view text, std::string_view name) {
    const auto said = weaknesses_of_typed_text(base::as_bytes(text), name);
    return std::ranges::any_of(said, [](const auto& s) { return s.find("your name") != std::string::npos; });
  };
  EXPECT_TRUE(told("grommet Alice vestibule 4417 quarry", "Org:Alice"));
  EXPECT_TRUE(told("grommetalic e vestibule 4417 quarry", "Alice"));
  EXPECT_TRUE(told("ACME vestibule 4417 quarry", "Acme, Inc."));
  EXPECT_FALSE(told("grommet vestibule 4417 quarry", "Org:Alice"));
  EXPECT_FALSE(told("organ bob grommet vestibule 4417 quarry", "Org:Bob"));  // too short to mean anything
  EXPECT_FALSE(told("grommet vestibule 4417 quarry", ""));
}

TEST(TypedText, what_tutorials_print_is_known) {
  EXPECT_TRUE(said("asdkfj3948fjdksl39485jfkdls9384jfkdls", "tutorial"));
  EXPECT_TRUE(said("Correct horse battery staple", "tutorial"));
  EXPECT_TRUE(said("mydog8392jumped0ver7the3fence2today", "tutorial"));
  EXPECT_TRUE(said("test_entropy_12345", "tutorial"));
  EXPECT_TRUE(said("Random text for entropy\n", "tutorial"));
  EXPECT_TRUE(said("some random text", "tutorial"));
}

TEST(TypedText, empty_short_repeated_sequential_and_common_texts_are_told) {
  EXPECT_TRUE(said("", "empty"));
  EXPECT_TRUE(said("   ", "short"));
  EXPECT_TRUE(said("x7Qp2", "short"));
  EXPECT_TRUE(said("aaaaaaaaaaaaaaaaaaaaaaaaa", "repeats"));
  EXPECT_TRUE(said("abz9abz9abz9abz9abz9abz9", "repeats"));
  EXPECT_TRUE(said("abcdefghijklmnopqrstuvwxyz", "sequence"));
  EXPECT_TRUE(said("qwertyuiopasdfghjkl", "sequence"));
  EXPECT_TRUE(said("98765432109876543210", "sequence"));
  EXPECT_TRUE(said("the quick brown fox jumps over the lazy dog", "common"));
  EXPECT_TRUE(said("this is my random secret entropy", "common"));
}

TEST(TypedText, no_sentence_quotes_the_text) {
  for (const std::string& sentence : weaknesses("zzqzzqzzq")) EXPECT_EQ(sentence.find("zq"), std::string::npos);
}

TEST(TypedText, any_bytes_are_read) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_TRUE(weaknesses(all).empty());
  EXPECT_NO_THROW((void)weaknesses(std::string(1U << 20, '\x80')));
}

TEST(TypedTexts, a_text_is_recognised_over_files) {
  TypedTexts first("");
  EXPECT_FALSE(first.seen_before(base::as_bytes("one")));
  EXPECT_FALSE(first.seen_before(base::as_bytes("two")));
  TypedTexts second(first.content());
  EXPECT_TRUE(second.seen_before(base::as_bytes("one")));
  EXPECT_TRUE(second.seen_before(base::as_bytes("two")));
  EXPECT_FALSE(second.seen_before(base::as_bytes("three")));
  EXPECT_TRUE(second.seen_before(base::as_bytes("three")));
}

TEST(TypedTexts, the_file_has_a_salt_of_its_own_and_no_text) {
  TypedTexts a(""), b("");
  (void)a.seen_before(base::as_bytes("geheim"));
  (void)b.seen_before(base::as_bytes("geheim"));
  EXPECT_NE(a.content(), b.content());
  EXPECT_EQ(a.content().find("geheim"), std::string::npos);
  TypedTexts c(b.content());
  EXPECT_EQ(c.content(), b.content());
}

TEST(TypedTexts, a_damaged_file_counts_as_empty) {
  TypedTexts good("");
  (void)good.seen_before(base::as_bytes("x"));
  const std::string content = good.content();
  for (std::size_t cut = 0; cut < content.size(); cut += 7) EXPECT_NO_THROW(TypedTexts(content.substr(0, cut)));
  EXPECT_FALSE(TypedTexts("garbage\n\n\n").seen_before(base::as_bytes("x")));
  EXPECT_FALSE(TypedTexts(content.substr(0, 30)).seen_before(base::as_bytes("x")));
}

}  // namespace
}  // namespace solemn::hash
