#include "paper/scan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "paper/converter.hpp"
#include "paper/qr.hpp"
#include "paper/wiped_heap.hpp"

namespace solemn::paper {
namespace {

using base::Code;
using base::Error;

/// Codes below each other, as a P5 file.
base::Bytes pnm_of(std::initializer_list<std::string_view> texts, unsigned module = 4) {
  std::vector<QrCode> codes;
  unsigned side = 0;
  for (const std::string_view text : texts) {
    codes.push_back(qr(text, QrLevel::quartile));
    side = std::max(side, (codes.back().side + 8) * module);
  }
  const std::string head =
      "P5\n# a comment\n" + std::to_string(side) + " " + std::to_string(side * texts.size()) + "\n255\n";
  base::Bytes file(head.size() + std::size_t{side} * side * texts.size(), std::byte{255});
  std::ranges::copy(base::as_bytes(head), file.begin());
  for (std::size_t i = 0; i < codes.size(); ++i)
    for (unsigned y = 0; y < codes[i].side * module; ++y)
      for (unsigned x = 0; x < codes[i].side * module; ++x)
        if (codes[i].dark(x / module, y / module))
          file[head.size() + (i * side + y + 4 * module) * side + x + 4 * module] = std::byte{0};
  return file;
}

std::vector<std::string> texts_in(base::ByteSpan file) {
  std::vector<std::string> texts;
  for (const Scanned& one : scan_file(file)) texts.emplace_back(base::as_text(one.expose()));
  return texts;
}

Code code_of(base::ByteSpan file) {
  try {
    (void)scan_file(file);
  } catch (const Error& error) { return error.code(); }
  return Code::internal;
}

TEST(Qr, every_level_and_character_is_read_back) {
  for (const QrLevel level : {QrLevel::low, QrLevel::medium, QrLevel::quartile, QrLevel::high})
    EXPECT_EQ(qr("0123456789", level).side, 21U);
  EXPECT_EQ(texts_in(pnm_of({"ABCXYZ0189 $%*+-./:"})), std::vector<std::string>{"ABCXYZ0189 $%*+-./:"});
}

TEST(Qr, other_characters_and_lengths_are_refused) {
  for (const std::string& text : {std::string(), std::string("abc"), std::string("\xc3\x84"), std::string(1001, 'A')})
    EXPECT_THROW((void)qr(text, QrLevel::low), Error) << text;
  EXPECT_THROW((void)qr(std::string("A\0", 2), QrLevel::low), Error);
  EXPECT_NO_THROW((void)qr(std::string(kMaxQrCharacters, 'A'), QrLevel::quartile));
}

TEST(Scan, codes_come_from_top_to_bottom) {
  EXPECT_EQ(texts_in(pnm_of({"ONE", "TWO", "THREE"})), (std::vector<std::string>{"ONE", "TWO", "THREE"}));
}

TEST(Scan, an_empty_page_has_none) {
  const std::string head = "P5 40 40 255\n";
  base::Bytes file(head.size() + 1600, std::byte{255});
  std::ranges::copy(base::as_bytes(head), file.begin());
  EXPECT_TRUE(texts_in(file).empty());
}

TEST(Scan, pictures_in_a_row_are_pages) {
  base::Bytes file = pnm_of({"ONE"});
  const base::Bytes second = pnm_of({"TWO"});
  file.insert(file.end(), second.begin(), second.end());
  EXPECT_EQ(texts_in(file), (std::vector<std::string>{"ONE", "TWO"}));
}

TEST(Pnm, all_three_kinds_give_the_same_grey) {
  const Picture bits = parse_pnm(base::as_bytes(std::string_view("P4\n3 2\n\x40\xa0", 9)));
  const Picture grey = parse_pnm(base::as_bytes(std::string_view("P5 3 2 255\n\xff\0\xff\0\xff\0", 17)));
  const Picture colour =
      parse_pnm(base::as_bytes(std::string_view("P6 3 2 1\n\1\1\1\0\0\0\1\1\1\0\0\0\1\1\1\0\0\0", 27)));
  EXPECT_TRUE(std::ranges::equal(bits.pixels.expose(), grey.pixels.expose()));
  EXPECT_TRUE(std::ranges::equal(colour.pixels.expose(), grey.pixels.expose()));
}

TEST(Pnm, wrong_heads_and_sizes_are_malformed) {
  for (const std::string_view file :
       {"", "P", "P5", "P3 1 1 255\n0", "P5 0 1 255\n", "P5 1 1 256\n0", "P5 1 1 0\n0", "P5 20001 1 255\n",
        "P5 9 9 255\n12345678", "P5 20000 20000 255\n", "P5 1 1 255", "P5 1 1 255#", "P5 -1 1 255\n0",
        "P5 99999999999999999999 1 255\n", "P5 #", "P6 1 1 255\n12", "P4 9 2\n123"})
    EXPECT_EQ(code_of(base::as_bytes(file)), Code::malformed) << file;
}

TEST(Pnm, every_cut_is_malformed) {
  const base::Bytes whole = pnm_of({"A"}, 1);
  for (std::size_t n = 0; n < whole.size(); ++n)
    EXPECT_EQ(code_of(base::ByteSpan(whole).first(n)), Code::malformed) << n;
}

TEST(Scan, broken_files_of_other_formats_are_malformed) {
  for (const std::string_view file :
       {std::string_view("%PDF-1.7\nnothing"), std::string_view("\x89PNG\r\n\x1a\n and then nothing"),
        std::string_view("\xff\xd8\xff\xe0 nothing"), std::string_view("II*\0 nothing", 12),
        std::string_view("GIF89a")})
    EXPECT_EQ(code_of(base::as_bytes(file)), Code::malformed) << file;
}

TEST(Compare, each_rule_fails_by_name) {
  const std::vector<Meant> meant{{"the sheet of Alice", "ONE"}, {"the sheet of Bob", "TWO"}};
  const auto verdict_of = [&](std::initializer_list<std::string_view> texts) {
    return compare(scan_file(pnm_of(texts)), meant);
  };
  EXPECT_TRUE(verdict_of({"ONE", "TWO"}).accepted());
  EXPECT_EQ(verdict_of({"ONE"}).find("qr-readable")->outcome, base::Outcome::failed);
  EXPECT_EQ(verdict_of({"ONE", "TWX"}).find("qr-text")->detail, "code 2 has another text");
  EXPECT_EQ(verdict_of({"TWO", "ONE"}).find("qr-order")->detail,
            "code 1 is that of the sheet of Bob; code 2 is that of the sheet of Alice");
  EXPECT_FALSE(compare({}, {}).accepted());
}

TEST(Converter, a_missing_program_names_its_package) {
  try {
    (void)convert({"no-such-program", "its-package", {}}, {}, 10);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::usage);
    EXPECT_EQ(error.hint(), "apt-get install its-package");
  }
}

TEST(Converter, output_is_bounded_and_nothing_can_be_written_to_disk) {
  const std::string input(5000, 'x');
  EXPECT_EQ(convert({"cat", "coreutils", {}}, base::as_bytes(input), 5000).output.size(), 5000U);
  EXPECT_THROW((void)convert({"cat", "coreutils", {}}, base::as_bytes(input), 4999), Error);
  const std::string file = testing::TempDir() + "solemn-converter-test";
  EXPECT_THROW((void)convert({"cp", "coreutils", {"/dev/stdin", file}}, base::as_bytes(input), 10), Error);
  EXPECT_EQ(convert({"env", "coreutils", {}}, {}, 100).output.size(), 9U);  // LC_ALL=C and nothing else
  EXPECT_EQ(convert({"false", "coreutils", {}}, {}, 10).status, 1);
}

TEST(WipedHeap, what_zxing_frees_is_wiped) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
  constexpr std::string_view kText = "SOLEMN SHARE 1:QPZRY9X8GF2TVDW0S3JN54KHCE6MUA";
  const std::size_t before = WipedHeap::wiped_bytes();
  (void)qr(kText, QrLevel::quartile);
  EXPECT_GT(WipedHeap::wiped_bytes(), before + kText.size());
  const base::Bytes file = pnm_of({kText});
  const std::size_t at_rest = WipedHeap::wiped_bytes();
  EXPECT_EQ(WipedHeap::wiped_bytes(), at_rest);  // nothing is wiped outside
  (void)scan_file(file);
  EXPECT_GT(WipedHeap::wiped_bytes(), at_rest + file.size() / 8);
#else
  GTEST_SKIP() << "sanitizers have their own operators new and delete";
#endif
}

}  // namespace
}  // namespace solemn::paper
