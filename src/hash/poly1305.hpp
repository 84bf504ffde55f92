#pragma once
// Poly1305 over OpenSSL (RFC 8439 section 2.5): with a key that nobody could foresee, whether two streams are equal, at
// the speed of memory.
#include <array>
#include <memory>

#include "base/bytes.hpp"

namespace solemn::hash {

/// Two streams of at most n bytes that differ have the same tag with probability 8 ceil(n / 16) / 2^106 at most, over
/// the keys (D. J. Bernstein, The Poly1305-AES message-authentication code, theorem 3.3).
class Poly1305 {
 public:
  /// Shape: 32 bytes, drawn anew for what is compared.
  explicit Poly1305(base::ByteSpan key32);
  ~Poly1305();
  void update(base::ByteSpan bytes);
  std::array<std::byte, 16> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// With two keys: for streams that somebody made so that they would not be told apart. Up to 2^43 bytes with
/// probability 2^-128 at most.
class Poly1305Pair {
 public:
  using Tag = std::array<std::byte, 32>;
  /// Shape: 64 bytes.
  explicit Poly1305Pair(base::ByteSpan key64) : first_(key64.first(32)), second_(key64.subspan(32)) {}
  void update(base::ByteSpan bytes) {
    first_.update(bytes);
    second_.update(bytes);
  }
  Tag finish();

 private:
  Poly1305 first_, second_;
};

}  // namespace solemn::hash
