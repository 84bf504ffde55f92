#include "transcript/merkle.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.hpp"
#include "hash/sha256.hpp"
#include "sign/base64.hpp"

namespace solemn::transcript {
namespace {

constexpr std::uint64_t kSizes = 65;

Hash leaf_of(std::uint64_t i) { return leaf_hash(base::as_bytes("leaf " + std::to_string(i))); }

const Tree& big_tree() {
  static const Tree tree = [] {
    Tree made;
    for (std::uint64_t i = 0; i < kSizes; ++i) made.append(leaf_of(i));
    return made;
  }();
  return tree;
}

// RFC 6962 2.1, word for word: MTH, PATH, SUBPROOF over lists.
std::uint64_t split_slowly(std::size_t n) {
  std::uint64_t k = 1;
  while (2 * k < n) k *= 2;
  return k;
}
Hash slow_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return hash::sha256({});
  if (leaves.size() == 1) return leaves[0];
  const auto k = split_slowly(leaves.size());
  return node_hash(slow_root(leaves.first(k)), slow_root(leaves.subspan(k)));
}
Hashes joined(Hashes a, const Hash& b) {
  a.push_back(b);
  return a;
}
Hashes slow_path(std::uint64_t m, std::span<const Hash> leaves) {
  if (leaves.size() == 1) return {};
  const auto k = split_slowly(leaves.size());
  if (m < k) return joined(slow_path(m, leaves.first(k)), slow_root(leaves.subspan(k)));
  return joined(slow_path(m - k, leaves.subspan(k)), slow_root(leaves.first(k)));
}
Hashes slow_subproof(std::uint64_t m, std::span<const Hash> leaves, bool is_known) {
  if (m == leaves.size()) return is_known ? Hashes{} : Hashes{slow_root(leaves)};
  const auto k = split_slowly(leaves.size());
  if (m <= k) return joined(slow_subproof(m, leaves.first(k), is_known), slow_root(leaves.subspan(k)));
  return joined(slow_subproof(m - k, leaves.subspan(k), false), slow_root(leaves.first(k)));
}

Hashes first_leaves(std::uint64_t n) {
  Hashes leaves;
  for (std::uint64_t i = 0; i < n; ++i) leaves.push_back(leaf_of(i));
  return leaves;
}

TEST(Merkle, roots_and_proofs_equal_the_definition_at_all_sizes) {
  EXPECT_EQ(big_tree().root(0), slow_root({}));
  for (std::uint64_t n = 1; n <= kSizes; ++n) {
    const Hashes leaves = first_leaves(n);
    ASSERT_EQ(big_tree().root(n), slow_root(leaves)) << n;
    for (std::uint64_t m = 0; m < n; ++m) ASSERT_EQ(big_tree().inclusion(m, n), slow_path(m, leaves)) << m << " " << n;
    for (std::uint64_t m = 1; m <= n; ++m)
      ASSERT_EQ(big_tree().consistency(m, n), slow_subproof(m, leaves, true)) << m << " " << n;
  }
}

// Every proof is taken where it belongs, and at no other place, size, root or length.
TEST(Merkle, an_inclusion_proof_holds_for_one_place_only) {
  for (std::uint64_t n = 1; n <= kSizes; ++n) {
    const Hash root = big_tree().root(n);
    for (std::uint64_t m = 0; m < n; ++m) {
      Hashes proof = big_tree().inclusion(m, n);
      ASSERT_TRUE(verify_inclusion(leaf_of(m), m, n, proof, root)) << m << " of " << n;
      for (std::uint64_t other = 0; other < n; ++other) {
        ASSERT_EQ(verify_inclusion(leaf_of(m), other, n, proof, root), other == m);
        ASSERT_EQ(verify_inclusion(leaf_of(other), m, n, proof, root), other == m);
      }
      ASSERT_FALSE(verify_inclusion(leaf_of(m), m, n, proof, big_tree().root(n - 1)));
      ASSERT_FALSE(verify_inclusion(leaf_of(m), n, n, proof, root));
      proof.push_back(root);
      ASSERT_FALSE(verify_inclusion(leaf_of(m), m, n, proof, root));
      proof.pop_back();
      if (proof.empty()) continue;
      proof.pop_back();
      ASSERT_FALSE(verify_inclusion(leaf_of(m), m, n, proof, root));
    }
  }
}

TEST(Merkle, a_consistency_proof_holds_for_its_two_trees_only) {
  for (std::uint64_t n = 1; n <= kSizes; ++n) {
    for (std::uint64_t m = 1; m <= n; ++m) {
      Hashes proof = big_tree().consistency(m, n);
      const Hash old_root = big_tree().root(m), root = big_tree().root(n);
      ASSERT_TRUE(verify_consistency(m, old_root, n, root, proof)) << m << " " << n;
      ASSERT_FALSE(verify_consistency(m, old_root, n, old_root, proof) && m != n);
      ASSERT_FALSE(verify_consistency(m, root, n, root, proof) && m != n);
      ASSERT_FALSE(verify_consistency(0, empty_root(), n, root, proof));
      ASSERT_FALSE(verify_consistency(n + 1, old_root, n, root, proof));
      for (Hash& hash : proof) {
        hash[7] ^= std::byte{1};
        ASSERT_FALSE(verify_consistency(m, old_root, n, root, proof)) << m << " " << n;
        hash[7] ^= std::byte{1};
      }
      proof.push_back(root);
      ASSERT_FALSE(verify_consistency(m, old_root, n, root, proof));
      proof.resize(proof.size() - 1);
      if (proof.empty()) continue;
      proof.pop_back();
      ASSERT_FALSE(verify_consistency(m, old_root, n, root, proof));
    }
  }
}

// transparency-dev/merkle testdata (tests/vectors/merkle).
using Case = nlohmann::json;

// nullopt for hashes of another length, which some cases have.
std::optional<Hash> hash_field(const Case& json) {
  const auto bytes = sign::from_base64(json.is_null() ? "" : json.get<std::string>());
  if (!bytes || bytes->size() != 32) return std::nullopt;
  Hash hash;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

std::optional<Hashes> proof_field(const Case& json) {
  Hashes proof;
  for (const auto& item : json) {
    const auto hash = hash_field(item);
    if (!hash) return std::nullopt;
    proof.push_back(*hash);
  }
  return proof;
}

void for_each_case(const char* kind, const std::function<bool(const Case&)>& accepts) {
  const base::Path file = base::Path(SOLEMN_TEST_VECTORS) / "merkle" / (std::string(kind) + ".jsonl");
  std::istringstream lines{std::string(base::as_text(base::read_file(file, 1 << 20)))};
  std::size_t n_good = 0, n_bad = 0;
  for (std::string line; std::getline(lines, line);) {
    const Case json = Case::parse(line);
    const bool wanted = !json["wantErr"].get<bool>();
    EXPECT_EQ(accepts(json), wanted) << json["file"] << ": " << json["desc"];
    ++(wanted ? n_good : n_bad);
  }
  EXPECT_GT(n_good, 4U);
  EXPECT_GT(n_bad, 50U);
}

TEST(MerkleVectors, inclusion) {
  for_each_case("inclusion", [](const Case& json) {
    const auto leaf = hash_field(json["leafHash"]), root = hash_field(json["root"]);
    const auto proof = proof_field(json["proof"]);
    return leaf && root && proof &&
           verify_inclusion(*leaf, json["leafIdx"].get<std::uint64_t>(), json["treeSize"].get<std::uint64_t>(), *proof,
                            *root);
  });
}

TEST(MerkleVectors, consistency) {
  for_each_case("consistency", [](const Case& json) {
    auto old_root = hash_field(json["root1"]), root = hash_field(json["root2"]);
    // Two equal trees with roots "don't care": any hash stands for them.
    if (!root && json["root1"] == json["root2"]) old_root = root = Hash{};
    const auto proof = proof_field(json["proof"]);
    return old_root && root && proof &&
           verify_consistency(json["size1"].get<std::uint64_t>(), *old_root, json["size2"].get<std::uint64_t>(), *root,
                              *proof);
  });
}

}  // namespace
}  // namespace solemn::transcript
