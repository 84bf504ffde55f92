#include "sharing/matrix.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "sharing/feldman.hpp"
#include "sharing/json_limits.hpp"

namespace solemn::sharing {

using base::Code;
using base::Error;
using base::Json;
using base::Verdict;

namespace {

constexpr std::string_view kSchema = "solemn.distribution-matrix/1";
constexpr std::size_t kMaxCustodians = 16, kMaxKeys = 64, kMaxName = 128;

/// Shares of this key in the hands of this group.
std::size_t shares_of(const KeyPlacement& key, std::span<const std::size_t> group) {
  return static_cast<std::size_t>(
      std::ranges::count_if(key.holders, [&](std::size_t h) { return std::ranges::find(group, h) != group.end(); }));
}

/// Every group of `size` custodians.
template <class Visit>
void each_group(std::size_t n, std::size_t size, Visit visit) {
  std::vector<std::size_t> group;
  for (std::uint32_t mask = 0; mask < (std::uint32_t{1} << n); ++mask) {
    group.clear();
    for (std::size_t i = 0; i < n; ++i)
      if ((mask >> i & 1) != 0) group.push_back(i);
    if (group.size() == size) visit(std::span<const std::size_t>(group));
  }
}

void append(std::string& list, const std::string& item) { list += (list.empty() ? "" : "; ") + item; }

void check_names(const Matrix& matrix, Verdict& verdict) {
  std::string wrong;
  const std::set<std::string> custodians(matrix.custodians.begin(), matrix.custodians.end());
  std::set<std::string> keys;
  if (custodians.size() != matrix.custodians.size()) append(wrong, "two custodians have one name");
  for (const KeyPlacement& key : matrix.keys)
    if (!is_key_name(key.key) || !keys.insert(key.key).second) append(wrong, "key '" + base::printable(key.key) + "'");
  verdict.add("matrix-names", wrong.empty() && !keys.empty(), wrong);
}

void check_single_holders(const Matrix& matrix, Verdict& verdict) {
  std::string two, own, few, lost;
  for (const KeyPlacement& key : matrix.keys) {
    std::set<std::size_t> seen;
    for (const std::size_t holder : key.holders) {
      if (!seen.insert(holder).second) append(two, matrix.custodians[holder] + " holds two shares of " + key.key);
      if (matrix.custodians[holder] == key.user) append(own, key.user + " holds a share of the own key " + key.key);
    }
    if (matrix.threshold < 2 || key.holders.size() < matrix.threshold)
      append(few, key.key + " has " + std::to_string(key.holders.size()) + " shares");
    else if (key.holders.size() == matrix.threshold)
      append(lost, key.key);
  }
  verdict.add("one-share-each", two.empty(), two);
  verdict.add("own-key", own.empty(), own);
  verdict.add("enough-shares", few.empty(), few);
  verdict.add("loss", lost.empty(), lost.empty() ? "one custodian may be lost" : "every share is needed of: " + lost);
}

void check_pairs(const Matrix& matrix, Verdict& verdict) {
  std::string pairs;
  each_group(matrix.custodians.size(), 2, [&](std::span<const std::size_t> group) {
    for (const std::size_t key : keys_of_group(matrix, group))
      append(pairs,
             matrix.custodians[group[0]] + " and " + matrix.custodians[group[1]] + " rebuild " + matrix.keys[key].key);
  });
  verdict.add("two-custodians", pairs.empty(), pairs.empty() ? "no two custodians rebuild a key" : pairs);
}

std::string name_in(const Json& text, const char* field) {
  if (!text.is_string()) base::malformed_field(field, "is not a string");
  const std::string& name = text.get_ref<const std::string&>();
  if (name.empty() || name.size() > kMaxName || base::printable(name) != name)
    base::malformed_field(field, "is not a short printable text");
  return name;
}

KeyPlacement parse_key(const Json& json, const std::vector<std::string>& custodians) {
  constexpr std::string_view kRequired[] = {"key", "holders"}, kOptional[] = {"user"};
  base::require_fields(json, kRequired, kOptional);
  KeyPlacement key{name_in(json.at("key"), "key"), "", {}};
  if (json.contains("user")) key.user = name_in(json.at("user"), "user");
  for (const Json& one : base::list_of(json, "holders", 1, kMaxShares)) {
    const auto found = std::ranges::find(custodians, name_in(one, "holders"));
    if (found == custodians.end()) base::malformed_field("holders", "names somebody who is no custodian");
    key.holders.push_back(static_cast<std::size_t>(found - custodians.begin()));
  }
  return key;
}

}  // namespace

Matrix cyclic_matrix(std::vector<std::string> custodians,
                     std::span<const std::pair<std::string, std::string>> keys_users, unsigned threshold,
                     unsigned count) {
  const std::size_t n = custodians.size();
  if (n > kMaxCustodians || count > n || threshold < 2 || threshold > count)
    throw Error(Code::usage,
                std::to_string(threshold) + " of " + std::to_string(count) + " shares among " + std::to_string(n) +
                    " custodians cannot be placed",
                "2 <= threshold <= shares <= custodians <= 16");
  Matrix matrix{threshold, std::move(custodians), {}};
  for (std::size_t k = 0; k < keys_users.size(); ++k) {
    KeyPlacement& key = matrix.keys.emplace_back(KeyPlacement{keys_users[k].first, keys_users[k].second, {}});
    const auto user = std::ranges::find(matrix.custodians, key.user);
    const std::size_t first =
        user == matrix.custodians.end() ? k : static_cast<std::size_t>(user - matrix.custodians.begin());
    for (std::size_t i = 1; i <= count; ++i) key.holders.push_back((first + i) % n);
  }
  return matrix;
}

Verdict check_matrix(const Matrix& matrix) {
  Verdict verdict;
  check_names(matrix, verdict);
  check_single_holders(matrix, verdict);
  check_pairs(matrix, verdict);
  return verdict;
}

std::vector<std::size_t> keys_of_group(const Matrix& matrix, std::span<const std::size_t> group) {
  std::vector<std::size_t> keys;
  for (std::size_t k = 0; k < matrix.keys.size(); ++k)
    if (shares_of(matrix.keys[k], group) >= matrix.threshold) keys.push_back(k);
  return keys;
}

std::vector<Coalition> coalitions(const Matrix& matrix) {
  std::vector<Coalition> table;
  for (std::size_t size = 1; size <= matrix.custodians.size(); ++size) {
    Coalition row{size, matrix.keys.size(), 0, {}};
    each_group(matrix.custodians.size(), size, [&](std::span<const std::size_t> group) {
      const std::size_t n_keys = keys_of_group(matrix, group).size();
      row.fewest = std::min(row.fewest, n_keys);
      if (row.strongest.empty() || n_keys > row.most) {
        row.most = n_keys;
        row.strongest.assign(group.begin(), group.end());
      }
    });
    table.push_back(std::move(row));
  }
  return table;
}

std::vector<std::vector<std::size_t>> groups_of(const Matrix& matrix, std::size_t size) {
  std::vector<std::vector<std::size_t>> groups;
  each_group(matrix.custodians.size(), size,
             [&](std::span<const std::size_t> group) { groups.emplace_back(group.begin(), group.end()); });
  return groups;
}

std::string write_matrix(const Matrix& matrix) {
  Json json{
      {"schema", kSchema}, {"threshold", matrix.threshold}, {"custodians", matrix.custodians}, {"keys", Json::array()}};
  for (const KeyPlacement& key : matrix.keys) {
    Json one{{"key", key.key}};
    if (!key.user.empty()) one["user"] = key.user;
    one["holders"] = Json::array();
    for (const std::size_t holder : key.holders) one["holders"].push_back(matrix.custodians[holder]);
    json["keys"].push_back(std::move(one));
  }
  return json.dump(2) + "\n";
}

Matrix parse_matrix(std::string_view text) {
  constexpr std::string_view kFields[] = {"schema", "threshold", "custodians", "keys"};
  const Json json = base::parse_object(text, kJsonLimits);
  base::require_fields(json, kFields, {});
  if (base::string_of(json, "schema") != kSchema) base::malformed_field("schema", "is not " + std::string(kSchema));
  Matrix matrix{static_cast<unsigned>(base::number_of(json, "threshold", 1, kMaxShares)), {}, {}};
  for (const Json& one : base::list_of(json, "custodians", 1, kMaxCustodians))
    matrix.custodians.push_back(name_in(one, "custodians"));
  for (const Json& one : base::list_of(json, "keys", 1, kMaxKeys))
    matrix.keys.push_back(parse_key(one, matrix.custodians));
  return matrix;
}

}  // namespace solemn::sharing
