#pragma once
// BLAKE3 (specification: C2SP BLAKE3.md): hash, keyed hash, key derivation, output of any length. One thread and no
// vector instructions: it hashes keys and names, not ceremony files. Constant time in the data.
// Tested against the published vectors and b3sum.
#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace solemn::hash {

class Blake3 {
 public:
  static constexpr std::size_t kBlockBytes = 64, kChunkBytes = 1024;

  Blake3() noexcept;
  static Blake3 keyed(const base::Hash32& key) noexcept;
  /// For deriving a value from `update`d material; context: a constant of the program, globally unique.
  static Blake3 derive_key(std::string_view context) noexcept;

  void update(base::ByteSpan bytes) noexcept;
  /// Fills `out`, any length: a shorter output is the beginning of a longer one. May be called again.
  void finish(base::MutableByteSpan out) const noexcept;
  base::Hash32 finish() const noexcept;

 private:
  using Words = std::array<std::uint32_t, 8>;
  struct Node;  // inputs of a compression whose output is not known to be the root's yet

  Blake3(const Words& key, std::uint32_t mode) noexcept : key_(key), mode_(mode), chunk_value_(key) {}
  Node chunk_node() const noexcept;
  void compress_waiting() noexcept;
  void end_chunk() noexcept;

  Words key_;
  std::uint32_t mode_;
  // The chunk being read.
  Words chunk_value_;
  std::uint64_t chunk_index_ = 0;
  std::array<std::byte, kBlockBytes> block_{};
  std::size_t waiting_ = 0;            // bytes in block_, a full block is kept until more comes
  std::size_t chunk_blocks_done_ = 0;  // 0..15
  // Roots of complete subtrees, largest first: as many as chunk_index_ has one bits.
  std::array<Words, 54> stack_{};
  std::size_t n_stack_ = 0;
};

base::Hash32 blake3(base::ByteSpan bytes) noexcept;
base::Hash32 blake3_derive_key(std::string_view context, base::ByteSpan material) noexcept;

}  // namespace solemn::hash
