// The printed form: read back, and every kind of typing error is found.
#include "sharing/share_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include <random>

#include "base/error.hpp"

namespace solemn::sharing {
namespace {

class ShareText : public testing::Test {
 protected:
  Randomness random_;
  Dealt dealt_ = deal("maintainer-1", random_.scalar(), 3, 5, Drill::no, random_);
  const Share& share_ = dealt_.shares[1];
  std::string text_{base::as_text(share_text("maintainer-1", share_).expose())};

  std::string line(unsigned number) const {
    const std::size_t at = text_.find("\n" + std::to_string(number) + "  ");
    return text_.substr(at + 4, 35);
  }
  static std::string refusal(std::string_view text) {
    try {
      (void)parse_share(base::as_bytes(text));
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::Code::malformed);
      return error.message();
    }
    return "none";
  }
  void expect_same(const Share& read) const {
    EXPECT_EQ(read.set, share_.set);
    EXPECT_EQ(read.index, 2U);
    EXPECT_EQ(read.threshold, 3U);
    EXPECT_EQ(read.count, 5U);
    EXPECT_EQ(read.drill, share_.drill);
    EXPECT_EQ(read.value.expose(), share_.value.expose());
    EXPECT_EQ(read.salt, share_.salt);
    EXPECT_EQ(read.commitment(), share_.commitment());
  }
};

TEST_F(ShareText, looks_as_documented) {
  EXPECT_TRUE(text_.starts_with("solemn share 1\nmaintainer-1: share 2 of 5, any 3 rebuild it\nset "));
  EXPECT_EQ(std::ranges::count(text_, '\n'), 8);
  EXPECT_EQ(line(5).size(), 35U);
}

TEST_F(ShareText, is_read_back_with_header_without_it_and_as_qr) {
  expect_same(parse_share(base::as_bytes(text_)));
  std::string bare;
  for (unsigned i = 1; i <= kShareLines; ++i) bare += line(i) + "\n";
  expect_same(parse_share(base::as_bytes(bare)));
  const auto qr = share_qr_text(share_);
  const std::string_view characters = base::as_text(qr.expose());
  EXPECT_EQ(characters.size(), 165U);
  EXPECT_EQ(characters.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"), std::string_view::npos);
  expect_same(parse_share(qr.expose()));
}

TEST_F(ShareText, case_blanks_and_confused_letters_do_not_matter) {
  std::string typed;
  for (unsigned i = 1; i <= kShareLines; ++i) {
    for (char c : line(i)) {
      if (c == '0') c = 'o';
      if (c == 'L') c = i % 2 == 0 ? '1' : 'I';
      typed += c == ' ' ? std::string(i, '-') : std::string(1, static_cast<char>(std::tolower(c)));
    }
    typed += "\r\n\n";
  }
  expect_same(parse_share(base::as_bytes(typed)));
}

TEST_F(ShareText, one_wrong_character_is_found_and_located_wherever_it_is) {
  for (unsigned number = 1; number <= kShareLines; ++number) {
    std::string typed = line(number);
    std::erase(typed, ' ');
    for (unsigned i = 0; i < typed.size(); ++i) {
      std::string wrong = typed;
      wrong[i] = wrong[i] == 'Q' ? 'P' : 'Q';
      const LineFinding finding = check_share_line(number, base::as_bytes(wrong));
      EXPECT_EQ(finding.what, LineFinding::What::wrong_checksum);
      EXPECT_EQ(finding.position, i + 1);
    }
    EXPECT_EQ(check_share_line(number, base::as_bytes(typed)).what, LineFinding::What::ok);
  }
}

TEST_F(ShareText, up_to_four_wrong_characters_are_always_found) {
  constexpr std::string_view kAlphabet = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
  std::mt19937 engine(42);  // NOLINT: the same errors each time
  for (int i = 0; i < 3000; ++i) {
    std::string wrong = line(3);
    std::erase(wrong, ' ');
    const std::string right = wrong;
    for (int k = 0; k < 1 + i % 4; ++k) wrong[engine() % 30] = kAlphabet[engine() % 32];
    if (wrong == right) continue;
    EXPECT_NE(check_share_line(3, base::as_bytes(wrong)).what, LineFinding::What::ok);
  }
}

TEST_F(ShareText, lines_out_of_place_are_found) {
  EXPECT_EQ(check_share_line(2, base::as_bytes(line(3))).what, LineFinding::What::wrong_checksum);
  EXPECT_EQ(check_share_line(3, base::as_bytes("3  " + line(3))).what, LineFinding::What::ok);
  EXPECT_EQ(check_share_line(3, base::as_bytes("4  " + line(3))).what, LineFinding::What::too_long);
  std::string swapped = text_;
  swapped[swapped.find("\n3  ") + 1] = '4';
  EXPECT_EQ(refusal(swapped), "not a share: line 3 is missing or not in its place");
}

TEST_F(ShareText, lines_of_two_shares_do_not_make_one) {
  const std::string other(base::as_text(share_text("maintainer-1", dealt_.shares[2]).expose()));
  const std::size_t at = text_.find("\n3  "), end = text_.find("\n4  ");
  EXPECT_EQ(refusal(text_.substr(0, at) + other.substr(at, end - at) + text_.substr(end)),
            "not a share: its lines do not belong together");
}

TEST_F(ShareText, wrong_lengths_and_characters_are_named) {
  EXPECT_EQ(refusal(""), "not a share: nothing was given");
  EXPECT_EQ(refusal("solemn share 1\n"), "not a share: it ends after its header");
  EXPECT_EQ(refusal(line(1) + "\n" + line(2)), "not a share: 2 lines of characters, not 5");
  EXPECT_EQ(refusal(std::string(5000, 'q')), "not a share: more than 4 KiB");
  std::string typed = line(4);
  typed[2] = 'b';
  EXPECT_EQ(check_share_line(4, base::as_bytes(typed)).text(), "character 3 is none that a share has");
  EXPECT_EQ(check_share_line(4, base::as_bytes(line(4).substr(0, 34))).text(), "fewer than 30 characters");
  EXPECT_EQ(check_share_line(4, base::as_bytes(line(4) + "q")).text(), "more than 30 characters");
}

TEST_F(ShareText, a_header_that_says_something_else_is_refused) {
  std::string other = text_;
  other.replace(other.find("share 2 of 5"), 12, "share 3 of 5");
  EXPECT_NE(refusal(other).find("its header says something else"), std::string::npos);
  other = text_;
  other[other.find("\nset ") + 5] ^= 1;
  EXPECT_NE(refusal(other).find("another set"), std::string::npos);
}

TEST_F(ShareText, a_drill_is_stamped_in_the_header_and_inside) {
  const Dealt drill = deal("maintainer-1", random_.scalar(), 3, 5, Drill::yes, random_);
  std::string text(base::as_text(share_text("maintainer-1", drill.shares[0]).expose()));
  EXPECT_NE(text.find("\nDRILL maintainer-1: share 1 of 5"), std::string::npos);
  EXPECT_EQ(parse_share(base::as_bytes(text)).drill, Drill::yes);
  text.erase(text.find("DRILL "), 6);
  EXPECT_NE(refusal(text).find("its header says something else"), std::string::npos);
}

TEST_F(ShareText, nothing_of_the_value_is_in_a_message) {
  std::string typed = text_;
  typed[typed.find("\n3  ") + 8] = '!';
  EXPECT_EQ(refusal(typed), "not a share: line 3: character 5 is none that a share has");
}

}  // namespace
}  // namespace solemn::sharing
