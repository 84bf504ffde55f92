#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "base/error.hpp"

namespace solemn::base {
namespace {

const Bytes kCounting = [] {
  Bytes bytes(16);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i + 1);
  return bytes;
}();

TEST(Bytes, loads_read_the_named_order) {
  EXPECT_EQ(load_le32(kCounting), 0x04030201U);
  EXPECT_EQ(load_be32(kCounting), 0x01020304U);
  EXPECT_EQ(load_le64(kCounting), 0x0807060504030201U);
  EXPECT_EQ(load_be64(kCounting), 0x0102030405060708U);
}

TEST(Bytes, stores_are_read_back_and_touch_nothing_else) {
  Bytes out(12, std::byte{0xEE});
  store_le64(out, 0x8182838485868788);
  EXPECT_EQ(load_le64(out), 0x8182838485868788U);
  EXPECT_EQ(to_hex(out), "8887868584838281eeeeeeee");
  store_be64(out, 0x8182838485868788);
  EXPECT_EQ(to_hex(out), "8182838485868788eeeeeeee");
  store_le32(out, 0xF1F2F3F4);
  EXPECT_EQ(to_hex(out), "f4f3f2f185868788eeeeeeee");
  store_be32(out, 0xF1F2F3F4);
  EXPECT_EQ(to_hex(out), "f1f2f3f485868788eeeeeeee");
}

TEST(BytesDeathTest, a_load_beyond_the_end_is_a_bug) {
  EXPECT_DEATH((void)load_le64(ByteSpan(kCounting).first(7)), "not true");
}

TEST(Bytes, hex_goes_both_ways) {
  EXPECT_EQ(to_hex({}), "");
  EXPECT_EQ(from_hex(""), Bytes{});
  Bytes all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::byte>(i);
  EXPECT_EQ(from_hex(to_hex(all)), all);
  EXPECT_EQ(from_hex("aBCd"), from_hex("ABcD"));
}

TEST(Bytes, hex_is_strict) {
  for (const char* bad : {"a", "0x12", " 12", "12 ", "1g", "+1", "/0", ":0", "@0", "G0", "`0", "g0", "é"}) {
    EXPECT_EQ(from_hex(bad), std::nullopt) << bad;
  }
}

TEST(Bytes, grouped_hex_has_four_groups_a_line) {
  Bytes bytes(20, std::byte{0xAB});
  EXPECT_EQ(grouped_hex(bytes, "  "), "  abababab abababab abababab abababab\n  abababab");
  EXPECT_EQ(grouped_hex(std::span(bytes).first(16), ""), "abababab abababab abababab abababab");
  EXPECT_EQ(grouped_hex({}), "");
}

TEST(Bytes, printable_keeps_honest_text) {
  for (const char* text : {"", "plain", "Zürich — 東京 ✔ 🎉", "a b"}) EXPECT_EQ(printable(text), text);
}

TEST(Bytes, printable_shows_what_would_deceive) {
  EXPECT_EQ(printable("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(printable("a\nb\tc\x7f"), "a\\x0ab\\x09c\\x7f");
  EXPECT_EQ(printable("\xC2\x9B"), "\\xc2\\x9b");               // C1: the one-byte escape
  EXPECT_EQ(printable("x\xE2\x80\xAEy"), "x\\xe2\\x80\\xaey");  // right-to-left override
  EXPECT_EQ(printable("x\xE2\x81\xA6y"), "x\\xe2\\x81\\xa6y");  // isolate
  EXPECT_EQ(printable("x\xE2\x80\x8By"), "x\\xe2\\x80\\x8by");  // zero width
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(Bytes, printable_shows_bytes_that_are_not_utf8) {
  EXPECT_EQ(printable("\xFF"), "\\xff");
  EXPECT_EQ(printable("\xC0\x80"), "\\xc0\\x80");                    // overlong
  EXPECT_EQ(printable("\xE0\x80\x80"), "\\xe0\\x80\\x80");           // overlong
  EXPECT_EQ(printable("\xED\xA0\x80"), "\\xed\\xa0\\x80");           // surrogate
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
  EXPECT_EQ(printable("\xE2\x82"), "\\xe2\\x82");                    // cut
  EXPECT_EQ(printable("\xE2(\xA1"), "\\xe2(\\xa1");
}

TEST(Bytes, sums_and_products_do_not_wrap) {
  EXPECT_EQ(checked_add(UINT64_MAX - 1, 1), UINT64_MAX);
  EXPECT_EQ(checked_mul(UINT64_C(1) << 32, UINT32_MAX), UINT64_C(0xFFFFFFFF00000000));
  EXPECT_THROW((void)checked_add(UINT64_MAX, 1), Error);
  EXPECT_THROW((void)checked_mul(UINT64_C(1) << 32, UINT64_C(1) << 32), Error);
}

TEST(Bytes, sizes_are_said_as_people_say_them) {
  EXPECT_EQ(human_bytes(0), "0 bytes");
  EXPECT_EQ(human_bytes(1), "1 byte");
  EXPECT_EQ(human_bytes(1023), "1023 bytes");
  EXPECT_EQ(human_bytes(1024), "1.0 KiB");
  EXPECT_EQ(human_bytes(1536UL << 20), "1.5 GiB");
  EXPECT_EQ(human_bytes((UINT64_C(1) << 20) - 1), "1.0 MiB");
  EXPECT_EQ(human_bytes(UINT64_MAX), "16.0 EiB");
}

TEST(Bytes, shell_word_is_quoted_only_where_a_shell_would_see_something) {
  EXPECT_EQ(shell_word("pot_0001.ptau"), "pot_0001.ptau");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("my file"), "'my file'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  for (const char special : std::string("$`\\\"*?;&|<>(){}[]!#~")) {
    const std::string word(1, special);
    EXPECT_EQ(shell_word(word), "'" + word + "'");
  }
  EXPECT_EQ(shell_word("a\n\x1b'b"), "$'a\\x0a\\x1b\\'b'");
}

}  // namespace
}  // namespace solemn::base
