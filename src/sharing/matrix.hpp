#pragma once
// Who holds which share, and what groups of custodians could do together.
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/verdict.hpp"

namespace solemn::sharing {

struct KeyPlacement {
  std::string key;
  std::string user;                  // whose key it is: a custodian's name, or empty
  std::vector<std::size_t> holders;  // of share 1, 2 ...: indices into custodians
};
struct Matrix {
  unsigned threshold = 0;
  std::vector<std::string> custodians;
  std::vector<KeyPlacement> keys;
};

/// A key goes to the custodians after its user, round the table: nobody gets a share of the own key. Key k (from 0)
/// that is nobody's goes to k+1 ... k+count. keys_users: name, and whose key it is or empty. Throws Error{usage} when
/// there are fewer custodians than shares.
Matrix cyclic_matrix(std::vector<std::string> custodians,
                     std::span<const std::pair<std::string, std::string>> keys_users, unsigned threshold,
                     unsigned count);

/// Rules: matrix-names (distinct), one-share-each (nobody holds two shares of one key), own-key (nobody holds a share
/// of the own key), enough-shares (as many as the threshold, which is 2 or more), loss (one custodian may be lost),
/// two-custodians (no two rebuild a key).
base::Verdict check_matrix(const Matrix& matrix);

/// Of all groups of `size` custodians: how many keys the weakest and the strongest can rebuild.
struct Coalition {
  std::size_t size = 0, fewest = 0, most = 0;
  std::vector<std::size_t> strongest;  // an example
};
/// For every size from 1 to all.
std::vector<Coalition> coalitions(const Matrix& matrix);
/// Which keys this group rebuilds: indices into keys.
std::vector<std::size_t> keys_of_group(const Matrix& matrix, std::span<const std::size_t> group);
/// Every group of `size` custodians: indices into custodians.
std::vector<std::vector<std::size_t>> groups_of(const Matrix& matrix, std::size_t size);

std::string write_matrix(const Matrix& matrix);  // JSON
Matrix parse_matrix(std::string_view json);      // strict; throws Error{malformed}

}  // namespace solemn::sharing
