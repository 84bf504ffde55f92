#pragma once
// The Merkle tree of RFC 6962 section 2.1 over SHA-256: root, inclusion and consistency proofs.
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace solemn::transcript {

using Hash = base::Hash32;
using Hashes = std::vector<Hash>;

Hash leaf_hash(base::ByteSpan entry);                   // SHA-256(0x00 || entry)
Hash node_hash(const Hash& left, const Hash& right);    // SHA-256(0x01 || left || right)
Hash empty_root();                                      // SHA-256("")
inline constexpr std::size_t kMaxProofHashes = 63 + 1;  // of any tree whose size fits in 63 bits

/// A growing tree that keeps every complete subtree: 64 bytes a leaf.
class Tree {
 public:
  void append(const Hash& leaf);
  std::uint64_t size() const noexcept { return levels_.empty() ? 0 : levels_[0].size(); }
  /// REQUIRES: index < size().
  const Hash& leaf(std::uint64_t index) const;
  /// The root of the first `n_leaves`.  REQUIRES: n_leaves <= size().  Cost: O(log^2 n).
  Hash root(std::uint64_t n_leaves) const;
  Hash root() const { return root(size()); }
  /// From the leaf's sibling up (RFC 6962 2.1.1).  REQUIRES: index < n_leaves <= size().
  Hashes inclusion(std::uint64_t index, std::uint64_t n_leaves) const;
  /// RFC 6962 2.1.2; empty when the sizes are equal.  REQUIRES: 0 < old_size <= n_leaves <= size().
  Hashes consistency(std::uint64_t old_size, std::uint64_t n_leaves) const;

 private:
  Hash range(std::uint64_t begin, std::uint64_t end) const;
  std::vector<Hashes> levels_;  // levels_[k][i]: leaves [i 2^k, (i+1) 2^k)
};

/// RFC 9162 2.1.3.2: the leaf is at `index` of the tree of that size and root. A proof of another length is no proof.
[[nodiscard]] bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t n_leaves,
                                    std::span<const Hash> proof, const Hash& root);
/// RFC 9162 2.1.4.2: the first old_size leaves of the tree (n_leaves, root) are the tree (old_size, old_root). Trees of
/// the same size: the same root and no proof. Nothing is shown about the empty tree: false for old_size = 0.
[[nodiscard]] bool verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t n_leaves,
                                      const Hash& root, std::span<const Hash> proof);

}  // namespace solemn::transcript
