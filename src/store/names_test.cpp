#include "store/names.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "hash/sha256.hpp"

namespace solemn::store {
namespace {

using base::Code;
using base::Hash32;

Hash32 digest_of(std::string_view text) { return hash::sha256(base::as_bytes(text)); }

std::string three_lines() {
  std::string text;
  Hash32 head{};
  for (const char* name : {"pot.ptau", "logs/0001.json", "a+b@c=d,e-f_g"}) {
    const std::string line = write_line(head, {digest_of(name), 7, 1'700'000'000, name});
    head = *parse_digest(std::string_view(line).substr(0, 64));
    text += line + "\n";
  }
  return text;
}

std::string refusal(std::string_view text) {
  try {
    (void)parse_names(text);
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), Code::malformed);
    return error.message();
  }
  return "accepted";
}

TEST(Names, what_is_written_is_read) {
  const std::string text = three_lines();
  const Names names = parse_names(text);
  ASSERT_EQ(names.objects.size(), 3U);
  EXPECT_EQ(names.objects[1].name, "logs/0001.json");
  EXPECT_EQ(names.find(digest_of("pot.ptau")), &names.objects[0]);
  EXPECT_EQ(names.find("other"), nullptr);
  EXPECT_EQ(names.whole_bytes, text.size());
  EXPECT_EQ(write_names(names), text);
  EXPECT_TRUE(names.contains_head(names.heads[0]) && names.contains_head(Hash32{}));
  EXPECT_FALSE(names.contains_head(digest_of("x")));
}

/// The chain value by its definition in docs/store.md, not by write_line().
TEST(Names, the_chain_value_is_as_documented) {
  const std::string rest = base::to_hex(digest_of("x")) + " 1 2023-11-14T22:13:20Z x";
  base::Bytes covered(32, std::byte{0});
  covered.insert(covered.end(), base::as_bytes(rest).begin(), base::as_bytes(rest).end());
  EXPECT_EQ(write_line({}, {digest_of("x"), 1, 1'700'000'000, "x"}), base::to_hex(hash::sha256(covered)) + " " + rest);
}

TEST(Names, an_unfinished_line_is_not_read) {
  const std::string text = three_lines();
  for (std::size_t size = text.rfind('\n', text.size() - 2) + 1; size < text.size(); ++size)
    EXPECT_EQ(parse_names(std::string_view(text).substr(0, size)).objects.size(), 2U);
}

TEST(Names, every_changed_bit_is_seen) {
  const std::string text = three_lines();
  for (std::size_t i = 0; i < text.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      if (i == text.size() - 1) continue;  // the last newline: an unfinished line
      EXPECT_NE(refusal(changed), "accepted") << "byte " << i << " bit " << bit;
    }
}

TEST(Names, a_line_dropped_from_the_middle_is_seen) {
  const std::string text = three_lines();
  const std::size_t first = text.find('\n') + 1, second = text.find('\n', first) + 1;
  EXPECT_NE(refusal(text.substr(0, first) + text.substr(second)).find("does not follow"), std::string::npos);
  EXPECT_NE(refusal(text.substr(first)).find("line 1"), std::string::npos);
}

TEST(Names, a_name_given_twice_and_a_content_with_two_sizes_are_refused) {
  const std::string first = write_line({}, {digest_of("a"), 1, 0, "a"}), head = first.substr(0, 64);
  const std::string again = write_line(*parse_digest(head), {digest_of("b"), 1, 0, "a"});
  EXPECT_NE(refusal(first + "\n" + again + "\n").find("a second time"), std::string::npos);
  const std::string longer = write_line(*parse_digest(head), {digest_of("a"), 2, 0, "b"});
  EXPECT_NE(refusal(first + "\n" + longer + "\n").find("two sizes"), std::string::npos);
}

TEST(Names, no_name_leads_out_of_a_folder) {
  for (const char* bad :
       {"",     "/",   "/etc/passwd", "../x", "a/../b", "a/..", "a//b",  "a/",  ".",     "..", ".hidden",
        "a/.b", "-rf", "a b",         "a\nb", "a\\b",   "a:b",  "a\x80", "~/x", "a%2fb", "a?b"})
    EXPECT_FALSE(is_good_name(bad)) << bad;
  EXPECT_FALSE(is_good_name(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_good_name(std::string(kMaxNameBytes + 1, 'a')));
  EXPECT_TRUE(is_good_name(std::string(kMaxNameBytes, 'a')));
  EXPECT_TRUE(is_good_name("pot/pot14_0003.ptau"));
}

TEST(Names, digests_are_64_hex_digits) {
  EXPECT_TRUE(parse_digest(std::string(64, 'A')));
  EXPECT_FALSE(parse_digest(std::string(63, 'a')));
  EXPECT_FALSE(parse_digest(std::string(66, 'a')));
  EXPECT_FALSE(parse_digest(std::string(63, 'a') + "g"));
  EXPECT_EQ(object_place(*parse_digest(std::string(64, 'A'))), "objects/aa/" + std::string(64, 'a'));
}

}  // namespace
}  // namespace solemn::store
