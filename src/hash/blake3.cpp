#include "hash/blake3.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace solemn::hash {
namespace {

using Words = std::array<std::uint32_t, 8>;
using Block = std::array<std::uint32_t, 16>;

enum Flag : std::uint32_t {
  kChunkStart = 1,
  kChunkEnd = 2,
  kParent = 4,
  kRoot = 8,
  kKeyedHash = 16,
  kDeriveKeyContext = 32,
  kDeriveKeyMaterial = 64,
};

constexpr Words kIv = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
constexpr std::array<std::uint8_t, 16> kPermutation = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};

void mix(Block& v, unsigned a, unsigned b, unsigned c, unsigned d, std::uint32_t x, std::uint32_t y) noexcept {
  v[a] = v[a] + v[b] + x;
  v[d] = std::rotr(v[d] ^ v[a], 16);
  v[c] = v[c] + v[d];
  v[b] = std::rotr(v[b] ^ v[c], 12);
  v[a] = v[a] + v[b] + y;
  v[d] = std::rotr(v[d] ^ v[a], 8);
  v[c] = v[c] + v[d];
  v[b] = std::rotr(v[b] ^ v[c], 7);
}

/// All 16 words: the first 8 are the chaining value, all of them are the output of the root.
Block compress(const Words& value, Block m, std::uint64_t counter, std::uint32_t length, std::uint32_t flags) noexcept {
  Block v = {value[0],
             value[1],
             value[2],
             value[3],
             value[4],
             value[5],
             value[6],
             value[7],
             kIv[0],
             kIv[1],
             kIv[2],
             kIv[3],
             static_cast<std::uint32_t>(counter),
             static_cast<std::uint32_t>(counter >> 32),
             length,
             flags};
  for (int round = 0; round < 7; ++round) {
    for (unsigned i = 0; i < 4; ++i) mix(v, i, i + 4, i + 8, i + 12, m[2 * i], m[2 * i + 1]);
    for (unsigned i = 0; i < 4; ++i)
      mix(v, i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12, m[8 + 2 * i], m[9 + 2 * i]);
    const Block old = m;
    for (unsigned i = 0; i < 16; ++i) m[i] = old[kPermutation[i]];
  }
  for (unsigned i = 0; i < 8; ++i) {
    v[i] ^= v[i + 8];
    v[i + 8] ^= value[i];
  }
  return v;
}

Words first_half(const Block& block) noexcept {
  Words words;
  std::copy_n(block.begin(), 8, words.begin());
  return words;
}

Block words_of(std::span<const std::byte, Blake3::kBlockBytes> block) noexcept {
  Block words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = base::load_le32(block.subspan(4 * i));
  return words;
}

}  // namespace

struct Blake3::Node {
  Words value;
  Block block;
  std::uint64_t counter;
  std::uint32_t length, flags;

  Words chaining_value() const noexcept { return first_half(compress(value, block, counter, length, flags)); }
};

namespace {

template <class Node>
Node parent(const Words& left, const Words& right, const Words& key, std::uint32_t mode) noexcept {
  Node node{key, {}, 0, Blake3::kBlockBytes, mode | kParent};
  std::copy(left.begin(), left.end(), node.block.begin());
  std::copy(right.begin(), right.end(), node.block.begin() + 8);
  return node;
}

}  // namespace

Blake3::Blake3() noexcept : Blake3(kIv, 0) {}

Blake3 Blake3::keyed(const base::Hash32& key) noexcept {
  Words words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = base::load_le32(base::ByteSpan(key).subspan(4 * i));
  return Blake3(words, kKeyedHash);
}

Blake3 Blake3::derive_key(std::string_view context) noexcept {
  Blake3 hasher(kIv, kDeriveKeyContext);
  hasher.update(base::as_bytes(context));
  Blake3 derived = keyed(hasher.finish());
  derived.mode_ = kDeriveKeyMaterial;
  return derived;
}

Blake3::Node Blake3::chunk_node() const noexcept {
  const std::uint32_t start = chunk_blocks_done_ == 0 ? std::uint32_t{kChunkStart} : 0U;
  return {chunk_value_, words_of(block_), chunk_index_, static_cast<std::uint32_t>(waiting_),
          mode_ | start | kChunkEnd};
}

// The waiting block is full and not the last of its chunk.
void Blake3::compress_waiting() noexcept {
  const std::uint32_t start = chunk_blocks_done_ == 0 ? std::uint32_t{kChunkStart} : 0U;
  chunk_value_ = first_half(compress(chunk_value_, words_of(block_), chunk_index_, kBlockBytes, mode_ | start));
  ++chunk_blocks_done_;
  waiting_ = 0;
  block_.fill(std::byte{0});
}

// Adds the full chunk to the tree: one merge for each subtree that it completes.
void Blake3::end_chunk() noexcept {
  Words value = chunk_node().chaining_value();
  ++chunk_index_;
  for (std::uint64_t total = chunk_index_; (total & 1) == 0; total >>= 1)
    value = parent<Node>(stack_[--n_stack_], value, key_, mode_).chaining_value();
  stack_[n_stack_++] = value;
  chunk_value_ = key_;
  chunk_blocks_done_ = 0;
  waiting_ = 0;
  block_.fill(std::byte{0});
}

void Blake3::update(base::ByteSpan bytes) noexcept {
  while (!bytes.empty()) {
    if (waiting_ == kBlockBytes) {  // more comes, so this block is not the last
      if (chunk_blocks_done_ + 1 == kChunkBytes / kBlockBytes) {
        end_chunk();
      } else {
        compress_waiting();
      }
    }
    const std::size_t take = std::min(kBlockBytes - waiting_, bytes.size());
    std::memcpy(block_.data() + waiting_, bytes.data(), take);
    waiting_ += take;
    bytes = bytes.subspan(take);
  }
}

void Blake3::finish(base::MutableByteSpan out) const noexcept {
  Node root = chunk_node();
  for (std::size_t i = n_stack_; i > 0; --i) root = parent<Node>(stack_[i - 1], root.chaining_value(), key_, mode_);
  for (std::uint64_t counter = 0; !out.empty(); ++counter) {
    const Block words = compress(root.value, root.block, counter, root.length, root.flags | kRoot);
    std::array<std::byte, kBlockBytes> bytes;
    for (std::size_t i = 0; i < words.size(); ++i) base::store_le32(std::span(bytes).subspan(4 * i), words[i]);
    const std::size_t take = std::min(bytes.size(), out.size());
    std::copy_n(bytes.begin(), take, out.begin());
    out = out.subspan(take);
  }
}

base::Hash32 Blake3::finish() const noexcept {
  base::Hash32 digest;
  finish(digest);
  return digest;
}

base::Hash32 blake3(base::ByteSpan bytes) noexcept {
  Blake3 hasher;
  hasher.update(bytes);
  return hasher.finish();
}

base::Hash32 blake3_derive_key(std::string_view context, base::ByteSpan material) noexcept {
  Blake3 hasher = Blake3::derive_key(context);
  hasher.update(material);
  return hasher.finish();
}

}  // namespace solemn::hash
