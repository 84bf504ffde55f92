#pragma once
// Secret random bytes for keys: one stream from one seed.
#include "hash/entropy.hpp"
#include "sharing/secp256k1.hpp"

namespace solemn::sharing {

/// XChaCha20's key stream; the seed comes from an entropy pool. Not for several threads at once.
class Randomness {
 public:
  /// From the operating system alone.
  Randomness();
  /// From what was gathered (see entropy_gathering.hpp).
  explicit Randomness(const base::Secret<base::Hash64>& seed);
  void fill(base::MutableByteSpan out) noexcept;
  /// Uniform in 1 to n-1, by rejection.
  Scalar scalar();

 private:
  base::Secret<base::Hash64> seed_;  // 32 bytes of key, 24 of nonce
  std::uint64_t next_block_ = 0;
};

}  // namespace solemn::sharing
