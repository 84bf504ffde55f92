#include "hash/chacha.hpp"

#include "base/error.hpp"
#include "base/secret.hpp"

namespace solemn::hash {

namespace {

/// One word of a block, or the same word of four.
using Word = std::uint32_t;
typedef Word FourWords __attribute__((vector_size(16)));

template <int kBits, class W>
W rotated(W x) noexcept {
  return x << kBits | x >> (32 - kBits);
}

template <class W>
void quarter_round(W& a, W& b, W& c, W& d) noexcept {
  a += b;
  d = rotated<16>(d ^ a);
  c += d;
  b = rotated<12>(b ^ c);
  a += b;
  d = rotated<8>(d ^ a);
  c += d;
  b = rotated<7>(b ^ c);
}

template <class W>
void twenty_rounds(std::array<W, 16>& x) noexcept {
  for (int i = 0; i < 10; ++i) {
    quarter_round(x[0], x[4], x[8], x[12]);
    quarter_round(x[1], x[5], x[9], x[13]);
    quarter_round(x[2], x[6], x[10], x[14]);
    quarter_round(x[3], x[7], x[11], x[15]);
    quarter_round(x[0], x[5], x[10], x[15]);
    quarter_round(x[1], x[6], x[11], x[12]);
    quarter_round(x[2], x[7], x[8], x[13]);
    quarter_round(x[3], x[4], x[9], x[14]);
  }
}

}  // namespace

std::array<std::uint32_t, 16> chacha20_block(const std::array<std::uint32_t, 16>& input) noexcept {
  auto x = input;
  twenty_rounds(x);
  for (std::size_t i = 0; i < 16; ++i) x[i] += input[i];
  return x;
}

std::array<std::uint32_t, 64> chacha20_four_blocks(const std::array<std::uint32_t, 16>& input) noexcept {
  std::array<FourWords, 16> start;
  auto block = input;
  for (std::size_t n = 0; n < 4; ++n) {
    for (std::size_t i = 0; i < 16; ++i) start[i][n] = block[i];
    chacha20_next_block(block);
  }
  auto x = start;
  twenty_rounds(x);
  std::array<std::uint32_t, 64> out;
  for (std::size_t i = 0; i < 16; ++i) {
    x[i] += start[i];
    for (std::size_t n = 0; n < 4; ++n) out[16 * n + i] = x[i][n];
  }
  return out;
}

void chacha20_next_block(std::array<std::uint32_t, 16>& input) noexcept {
  for (std::size_t i = 12; i < 16; ++i) {
    if (++input[i] != 0) break;
  }
}

ChaChaRng::ChaChaRng(base::ByteSpan seed) noexcept
    : state_{0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0} {
  ASSERT(seed.size() >= 32);
  for (std::size_t i = 0; i < 8; ++i) state_[4 + i] = base::load_be32(seed.subspan(4 * i));
}

ChaChaRng::~ChaChaRng() {
  base::wipe(std::span(state_));
  base::wipe(std::span(blocks_));
}

std::uint32_t ChaChaRng::next_u32() noexcept {
  if (next_ == blocks_.size()) refill();
  return blocks_[next_++];
}

std::uint64_t ChaChaRng::next_u64() noexcept {
  const std::uint64_t high = next_u32();
  return (high << 32) | next_u32();
}

void ChaChaRng::refill() noexcept {
  blocks_ = chacha20_four_blocks(state_);
  next_ = 0;
  for (int i = 0; i < 4; ++i) chacha20_next_block(state_);
}

}  // namespace solemn::hash
