// The placement of shares, and what groups could do.
#include "sharing/matrix.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"

namespace solemn::sharing {
namespace {

Matrix seven() {
  std::vector<std::string> custodians;
  std::vector<std::pair<std::string, std::string>> keys;
  for (char c = 'A'; c <= 'G'; ++c) {
    custodians.emplace_back(1, c);
    keys.emplace_back("maintainer-" + std::to_string(c - 'A' + 1), std::string(1, c));
  }
  return cyclic_matrix(std::move(custodians), keys, 3, 5);
}

base::Outcome outcome(const Matrix& matrix, std::string_view rule) { return check_matrix(matrix).find(rule)->outcome; }

TEST(Matrix, the_cyclic_placement_is_safe_and_everybody_holds_five) {
  const Matrix matrix = seven();
  EXPECT_TRUE(check_matrix(matrix).accepted());
  for (std::size_t custodian = 0; custodian < 7; ++custodian) {
    std::size_t n = 0;
    for (const KeyPlacement& key : matrix.keys)
      n += static_cast<std::size_t>(std::ranges::count(key.holders, custodian));
    EXPECT_EQ(n, 5U);
  }
}

TEST(Matrix, a_key_of_nobody_before_the_others_moves_no_share_into_its_users_own_hands) {
  const std::vector<std::pair<std::string, std::string>> keys = {{"seed", ""}, {"one", "A"}, {"two", "B"}, {"all", ""}};
  const Matrix matrix = cyclic_matrix({"A", "B", "C", "D", "E"}, keys, 3, 4);
  EXPECT_TRUE(check_matrix(matrix).accepted());
  EXPECT_EQ(matrix.keys[1].holders, (std::vector<std::size_t>{1, 2, 3, 4}));
}

TEST(Matrix, the_coalition_table_of_seven_custodians) {
  const std::vector<Coalition> table = coalitions(seven());
  const std::pair<std::size_t, std::size_t> expected[] = {{0, 0}, {0, 0}, {1, 3}, {4, 6}, {7, 7}, {7, 7}, {7, 7}};
  ASSERT_EQ(table.size(), 7U);
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(table[i].size, i + 1);
    EXPECT_EQ(std::pair(table[i].fewest, table[i].most), expected[i]);
    EXPECT_EQ(keys_of_group(seven(), table[i].strongest).size(), table[i].most);
  }
}

TEST(Matrix, each_unsafe_placement_fails_by_name) {
  Matrix matrix = seven();
  matrix.keys[0].holders[0] = 0;
  EXPECT_EQ(outcome(matrix, "own-key"), base::Outcome::failed);
  matrix = seven();
  matrix.keys[2].holders[1] = matrix.keys[2].holders[0];
  EXPECT_EQ(outcome(matrix, "one-share-each"), base::Outcome::failed);
  EXPECT_EQ(outcome(matrix, "two-custodians"), base::Outcome::failed);
  matrix = seven();
  matrix.threshold = 2;
  EXPECT_EQ(outcome(matrix, "two-custodians"), base::Outcome::failed);
  matrix = seven();
  matrix.keys[1].holders.resize(3);
  EXPECT_EQ(outcome(matrix, "loss"), base::Outcome::failed);
  matrix.keys[1].holders.resize(2);
  EXPECT_EQ(outcome(matrix, "enough-shares"), base::Outcome::failed);
  matrix = seven();
  matrix.keys[1].key = matrix.keys[0].key;
  EXPECT_EQ(outcome(matrix, "matrix-names"), base::Outcome::failed);
  matrix = seven();
  matrix.custodians[1] = "A";
  EXPECT_EQ(outcome(matrix, "matrix-names"), base::Outcome::failed);
}

TEST(Matrix, is_read_back_and_read_strictly) {
  const std::string text = write_matrix(seven());
  EXPECT_EQ(write_matrix(parse_matrix(text)), text);
  std::string wrong = text;
  wrong.replace(wrong.find("\"A\""), 3, "\"Z\"");
  EXPECT_THROW((void)parse_matrix(wrong), base::Error);
  EXPECT_THROW((void)parse_matrix("{}"), base::Error);
}

TEST(Matrix, more_shares_than_custodians_cannot_be_placed) {
  const std::pair<std::string, std::string> keys[] = {{"k", ""}};
  EXPECT_THROW((void)cyclic_matrix({"A", "B", "C"}, keys, 3, 5), base::Error);
  EXPECT_THROW((void)cyclic_matrix({"A", "B", "C"}, keys, 1, 3), base::Error);
}

}  // namespace
}  // namespace solemn::sharing
