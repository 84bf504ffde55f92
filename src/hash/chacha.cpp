#include "hash/chacha.hpp"

#include <bit>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace solemn::hash {

namespace {

using Words = std::array<std::uint32_t, 16>;

void quarter_round(Words& x, std::size_t a, std::size_t b, std::size_t c, std::size_t d) noexcept {
  x[a] += x[b];
  x[d] = std::rotl(x[d] ^ x[a], 16);
  x[c] += x[d];
  x[b] = std::rotl(x[b] ^ x[c], 12);
  x[a] += x[b];
  x[d] = std::rotl(x[d] ^ x[a], 8);
  x[c] += x[d];
  x[b] = std::rotl(x[b] ^ x[c], 7);
}

void double_round(Words& x) noexcept {
  quarter_round(x, 0, 4, 8, 12);
  quarter_round(x, 1, 5, 9, 13);
  quarter_round(x, 2, 6, 10, 14);
  quarter_round(x, 3, 7, 11, 15);
  quarter_round(x, 0, 5, 10, 15);
  quarter_round(x, 1, 6, 11, 12);
  quarter_round(x, 2, 7, 8, 13);
  quarter_round(x, 3, 4, 9, 14);
}

}  // namespace

std::array<std::uint32_t, 16> chacha20_block(const std::array<std::uint32_t, 16>& input) noexcept {
  Words x = input;
  for (int i = 0; i < 10; ++i) double_round(x);
  for (std::size_t i = 0; i < 16; ++i) x[i] += input[i];
  return x;
}

ChaChaRng::ChaChaRng(base::ByteSpan seed) noexcept
    : state_{0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0} {
  ASSERT(seed.size() >= 32);
  for (std::size_t i = 0; i < 8; ++i) state_[4 + i] = base::load_be32(seed.subspan(4 * i));
}

ChaChaRng::~ChaChaRng() {
  base::wipe(std::span(state_));
  base::wipe(std::span(block_));
}

std::uint32_t ChaChaRng::next_u32() noexcept {
  if (next_ == 16) refill();
  return block_[next_++];
}

std::uint64_t ChaChaRng::next_u64() noexcept {
  const std::uint64_t high = next_u32();
  return (high << 32) | next_u32();
}

void ChaChaRng::refill() noexcept {
  block_ = chacha20_block(state_);
  next_ = 0;
  for (std::size_t i = 12; i < 16; ++i) {
    if (++state_[i] != 0) break;
  }
}

}  // namespace solemn::hash
