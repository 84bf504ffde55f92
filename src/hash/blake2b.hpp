#pragma once
// BLAKE2b-512 (RFC 7693), unkeyed, with a state that can be saved in the middle and resumed: the ptau format keeps one
// per contribution ("partialHash"). Tested against OpenSSL's BLAKE2b-512 and the RFC's vectors.
#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace solemn::hash {

/// The 216-byte form of a saved state in a ptau file (docs: format/ptau.md "partialHash").
using SavedBlake2b = std::array<std::byte, 216>;

class Blake2b {
 public:
  Blake2b() noexcept;
  void update(base::ByteSpan bytes) noexcept;
  /// The digest of everything absorbed; the object must not be used afterwards.
  base::Hash64 finish() noexcept;

  /// Saves the state. Bytes of the block buffer beyond the waiting ones are what snarkjs would have left there: its
  /// update() copies to the buffer unless a whole block and more can be compressed directly, so byte-identical files
  /// need the same update() calls.
  SavedBlake2b save() const noexcept;
  /// Restores; nullopt when the position is not in 1..128, or the trailing 8 bytes are not zero.
  /// total_bytes: how many bytes were absorbed when it was saved; the counter in the file is checked modulo 2^32
  /// against it and replaced (snarkjs 0.7.6 stores only the low 32 bits). nullopt when they disagree.
  static std::optional<Blake2b> restore(const SavedBlake2b& saved, std::uint64_t total_bytes) noexcept;

 private:
  void compress(const std::byte* block, bool last) noexcept;
  std::array<std::uint64_t, 8> h_;
  std::uint64_t compressed_bytes_ = 0;  // t: bytes already compressed
  std::array<std::byte, 128> buffer_{};
  std::size_t waiting_ = 0;  // 0..128, a full block is kept until more comes
};

base::Hash64 blake2b(base::ByteSpan bytes) noexcept;

}  // namespace solemn::hash
