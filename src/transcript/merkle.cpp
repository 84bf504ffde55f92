#include "transcript/merkle.hpp"

#include <bit>

#include "base/error.hpp"
#include "hash/sha256.hpp"

namespace solemn::transcript {

namespace {

// The largest power of two below n.  REQUIRES: n >= 2.
std::uint64_t split(std::uint64_t n) { return std::bit_floor(n - 1); }

void prefixed(hash::Sha256& hasher, std::byte prefix) { hasher.update(base::ByteSpan(&prefix, 1)); }

}  // namespace

Hash leaf_hash(base::ByteSpan entry) {
  hash::Sha256 hasher;
  prefixed(hasher, std::byte{0});
  hasher.update(entry);
  return hasher.finish();
}

Hash node_hash(const Hash& left, const Hash& right) {
  hash::Sha256 hasher;
  prefixed(hasher, std::byte{1});
  hasher.update(left);
  hasher.update(right);
  return hasher.finish();
}

Hash empty_root() { return hash::sha256({}); }

void Tree::append(const Hash& leaf) {
  Hash node = leaf;
  for (std::size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    Hashes& row = levels_[level];
    row.push_back(node);
    if (row.size() % 2 != 0) return;
    node = node_hash(row[row.size() - 2], row[row.size() - 1]);
  }
}

const Hash& Tree::leaf(std::uint64_t index) const {
  ASSERT(index < size());
  return levels_[0][index];
}

Hash Tree::range(std::uint64_t begin, std::uint64_t end) const {
  const std::uint64_t n = end - begin;
  if (std::has_single_bit(n)) return levels_[static_cast<std::size_t>(std::countr_zero(n))][begin / n];
  const std::uint64_t middle = begin + split(n);
  return node_hash(range(begin, middle), range(middle, end));
}

Hash Tree::root(std::uint64_t n_leaves) const {
  ASSERT(n_leaves <= size());
  return n_leaves == 0 ? empty_root() : range(0, n_leaves);
}

Hashes Tree::inclusion(std::uint64_t index, std::uint64_t n_leaves) const {
  ASSERT(index < n_leaves && n_leaves <= size());
  Hashes from_the_root;
  std::uint64_t begin = 0, end = n_leaves;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + split(end - begin);
    if (index < middle) {
      from_the_root.push_back(range(middle, end));
      end = middle;
    } else {
      from_the_root.push_back(range(begin, middle));
      begin = middle;
    }
  }
  return {from_the_root.rbegin(), from_the_root.rend()};
}

Hashes Tree::consistency(std::uint64_t old_size, std::uint64_t n_leaves) const {
  ASSERT(0 < old_size && old_size <= n_leaves && n_leaves <= size());
  Hashes from_the_root;
  std::uint64_t begin = 0, end = n_leaves;
  while (old_size != end) {
    const std::uint64_t middle = begin + split(end - begin);
    if (old_size <= middle) {
      from_the_root.push_back(range(middle, end));
      end = middle;
    } else {
      from_the_root.push_back(range(begin, middle));
      begin = middle;
    }
  }
  if (begin != 0) from_the_root.push_back(range(begin, end));  // otherwise it is the old root, which is known
  return {from_the_root.rbegin(), from_the_root.rend()};
}

bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t n_leaves, std::span<const Hash> proof,
                      const Hash& root) {
  if (index >= n_leaves) return false;
  std::uint64_t at = index, last = n_leaves - 1;
  Hash node = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return false;
    if (at % 2 != 0 || at == last) {
      node = node_hash(sibling, node);
      while (at != 0 && at % 2 == 0) at >>= 1, last >>= 1;
    } else {
      node = node_hash(node, sibling);
    }
    at >>= 1, last >>= 1;
  }
  return last == 0 && node == root;
}

bool verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t n_leaves, const Hash& root,
                        std::span<const Hash> proof) {
  if (old_size == 0 || old_size > n_leaves) return false;
  if (old_size == n_leaves) return proof.empty() && old_root == root;
  const bool old_is_complete = std::has_single_bit(old_size);
  if (proof.empty()) return false;
  Hash old_node = old_is_complete ? old_root : proof[0];
  Hash node = old_node;
  std::uint64_t at = old_size - 1, last = n_leaves - 1;
  while (at % 2 != 0) at >>= 1, last >>= 1;
  for (const Hash& sibling : proof.subspan(old_is_complete ? 0 : 1)) {
    if (last == 0) return false;
    if (at % 2 != 0 || at == last) {
      old_node = node_hash(sibling, old_node);
      node = node_hash(sibling, node);
      while (at != 0 && at % 2 == 0) at >>= 1, last >>= 1;
    } else {
      node = node_hash(node, sibling);
    }
    at >>= 1, last >>= 1;
  }
  return last == 0 && old_node == old_root && node == root;
}

}  // namespace solemn::transcript
