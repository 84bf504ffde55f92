#pragma once
// ChaCha20 as a stream of 32-bit words, exactly as snarkjs/ffjavascript draws from it (spec: snarkjs formats 4.3):
// 20 rounds, key = 8 words, a 128-bit block counter in words 12-15 starting at zero, no nonce.
#include <array>
#include <cstdint>

#include "base/bytes.hpp"

namespace solemn::hash {

/// The ChaCha20 block function (RFC 8439 section 2.3): twenty rounds, then the input is added.
std::array<std::uint32_t, 16> chacha20_block(const std::array<std::uint32_t, 16>& input) noexcept;

/// That of `input` and of the three blocks after it, by the 128-bit counter in words 12 to 15; the same function on
/// four blocks side by side.
std::array<std::uint32_t, 64> chacha20_four_blocks(const std::array<std::uint32_t, 16>& input) noexcept;

/// input's counter + 1.
void chacha20_next_block(std::array<std::uint32_t, 16>& input) noexcept;

class ChaChaRng {
 public:
  /// Seed words are the big-endian 32-bit words of the first 32 bytes. REQUIRES: seed.size() >= 32.
  explicit ChaChaRng(base::ByteSpan seed) noexcept;
  ~ChaChaRng();  // wipes
  ChaChaRng(const ChaChaRng&) = default;
  ChaChaRng& operator=(const ChaChaRng&) = default;

  std::uint32_t next_u32() noexcept;
  std::uint64_t next_u64() noexcept;  // first word drawn is the high half
  bool next_bool() noexcept { return (next_u32() & 1) != 0; }

 private:
  void refill() noexcept;
  std::array<std::uint32_t, 16> state_;
  std::array<std::uint32_t, 64> blocks_{};
  unsigned next_ = 64;
};

}  // namespace solemn::hash
