#pragma once
// items[i] <-> items[bit reversal of i], in place.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/pool.hpp"

namespace solemn::fft {

/// The lowest `bits` bits of x in reverse order. REQUIRES: x < 2^bits, bits <= 64.
constexpr std::uint64_t reverse_bits(std::uint64_t x, unsigned bits) noexcept {
  if (bits == 0) return 0;
  x = ((x >> 1) & 0x5555555555555555U) | ((x & 0x5555555555555555U) << 1);
  x = ((x >> 2) & 0x3333333333333333U) | ((x & 0x3333333333333333U) << 2);
  x = ((x >> 4) & 0x0f0f0f0f0f0f0f0fU) | ((x & 0x0f0f0f0f0f0f0f0fU) << 4);
  x = ((x >> 8) & 0x00ff00ff00ff00ffU) | ((x & 0x00ff00ff00ff00ffU) << 8);
  x = ((x >> 16) & 0x0000ffff0000ffffU) | ((x & 0x0000ffff0000ffffU) << 16);
  x = (x >> 32) | (x << 32);
  return x >> (64 - bits);
}

namespace detail {

// An index is high|middle|low with kTileBits bits in high and low. The tile of `middle` is the 2^(2 kTileBits) items
// that share it: runs of 2^kTileBits items. A tile goes, transposed and reversed, to the place of the tile of the
// reversed middle.
inline constexpr unsigned kTileBits = 4;

template <class T>
void swap_tiles(std::span<T> items, unsigned bits, std::uint64_t middle, std::vector<T>& scratch) {
  constexpr std::size_t kSide = std::size_t{1} << kTileBits;
  const unsigned middle_bits = bits - 2 * kTileBits;
  const std::uint64_t other = reverse_bits(middle, middle_bits);
  if (other < middle) return;
  const auto row = [&](std::uint64_t tile, std::size_t high) {
    return items.data() + (((high << middle_bits) | tile) << kTileBits);
  };
  for (std::size_t high = 0; high < kSide; ++high) {
    std::copy_n(row(middle, high), kSide, scratch.data() + high * kSide);
    std::copy_n(row(other, high), kSide, scratch.data() + (kSide + high) * kSide);
  }
  for (std::size_t high = 0; high < kSide; ++high) {
    for (std::size_t low = 0; low < kSide; ++low) {
      const std::size_t from = reverse_bits(low, kTileBits) * kSide + reverse_bits(high, kTileBits);
      row(middle, high)[low] = scratch[kSide * kSide + from];
      row(other, high)[low] = scratch[from];
    }
  }
}

}  // namespace detail

/// Shape: |items| a power of two. Cost: one read and one write of the array, in runs of 16 items.
template <class T>
void bit_reverse(std::span<T> items, base::Pool& pool) {
  ASSERT(std::has_single_bit(items.size()));
  const auto bits = static_cast<unsigned>(std::countr_zero(items.size()));
  if (bits < 2 * detail::kTileBits) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::size_t j = reverse_bits(i, bits);
      if (i < j) std::swap(items[i], items[j]);
    }
    return;
  }
  const std::size_t n_tiles = items.size() >> (2 * detail::kTileBits);
  pool.parallel_for(n_tiles, std::max<std::size_t>(n_tiles / 64, 8), [&](std::size_t begin, std::size_t end) {
    std::vector<T> scratch(std::size_t{2} << (2 * detail::kTileBits));
    for (std::size_t middle = begin; middle < end; ++middle) detail::swap_tiles(items, bits, middle, scratch);
  });
}

}  // namespace solemn::fft
