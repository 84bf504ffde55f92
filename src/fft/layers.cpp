#include "fft/layers.hpp"

#include <algorithm>
#include <bit>

#include "base/error.hpp"
#include "curve/curves.hpp"
#include "msm/msm.hpp"

namespace solemn::fft {

namespace {

constexpr std::size_t kGatherGrain = 512;

unsigned log2_of(std::size_t size) {
  ASSERT(std::has_single_bit(size));
  return static_cast<unsigned>(std::countr_zero(size));
}

}  // namespace

// Pair p of a layer: its row, its block in the row, its offset in the block, from the top bits down.
template <class G>
struct Layers<G>::Layer {
  std::span<Affine> tile;
  std::span<const std::uint64_t> blocks;
  unsigned depth;         // layers since the rows' own
  unsigned log2_half;     // of the blocks' halves
  const Scalar* scale;    // or null
  std::size_t n_trivial;  // pairs [0, n_trivial) have twiddle 1

  std::size_t low_end(std::size_t pair) const noexcept {
    const std::size_t block = pair >> log2_half;
    return pair + (block << log2_half);
  }
  std::size_t half() const noexcept { return std::size_t{1} << log2_half; }
  std::uint64_t twiddle_index(std::size_t pair) const noexcept {
    const std::size_t block = pair >> log2_half;
    const std::size_t row = block >> depth;
    return (blocks[row] << depth) + (block - (row << depth));
  }
};

template <class G>
std::size_t Layers<G>::preferred_pairs(const base::Pool& pool) noexcept {
  return std::max<std::size_t>(8192, std::size_t{2048} * pool.size());
}

template <class G>
Layers<G>::Layers(unsigned log2_size, Direction direction, std::size_t max_pairs, base::Pool& pool,
                  base::Progress& progress)
    : twiddles_(log2_size, direction, log2_size / 2, pool),
      max_pairs_(std::min<std::size_t>(std::max(max_pairs, kMinPairs),
                                       std::size_t{1} << (log2_size == 0 ? 0 : log2_size - 1))),
      pool_(pool),
      progress_(progress),
      points_(2 * max_pairs_),
      scalars_(2 * max_pairs_) {}

template <class G>
void Layers<G>::run(std::span<Affine> tile, std::span<const std::uint64_t> blocks, unsigned n_layers,
                    const Scalar* scale) {
  const unsigned log2_row = log2_of(tile.size()) - log2_of(blocks.size());
  ASSERT(tile.size() >= blocks.size() && n_layers <= log2_row);
  if (n_layers == 0 && scale != nullptr) scale_tile(tile, *scale);
  for (unsigned depth = 0; depth < n_layers; ++depth) {
    const unsigned log2_half = log2_row - depth - 1;
    const std::size_t n_trivial = blocks[0] == 0 ? std::size_t{1} << log2_half : 0;
    run_layer({tile, blocks, depth, log2_half, depth + 1 == n_layers ? scale : nullptr, n_trivial});
  }
}

template <class G>
void Layers<G>::run_layer(const Layer& layer) {
  const std::size_t n_pairs = layer.tile.size() / 2;
  for (std::size_t begin = 0; begin < n_pairs; begin += max_pairs_) {
    progress_.check_interrupt();
    run_chunk(layer, begin, std::min(max_pairs_, n_pairs - begin));
  }
}

template <class G>
void Layers<G>::run_chunk(const Layer& layer, std::size_t begin, std::size_t count) {
  const std::span<Affine> low = std::span(points_).first(count);
  const std::span<Affine> high = std::span(points_).subspan(count, count);
  const auto for_each_pair = [&](auto body) {
    pool_.parallel_for(count, kGatherGrain, [&](std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) {
        const std::size_t at = layer.low_end(begin + i);
        body(i, layer.tile[at], layer.tile[at + layer.half()]);
      }
    });
  };
  for_each_pair([&](std::size_t i, const Affine& a, const Affine& b) {
    low[i] = a;
    high[i] = b;
    const Scalar twiddle = twiddles_.at(layer.twiddle_index(begin + i));
    scalars_[count + i] = layer.scale != nullptr ? twiddle * *layer.scale : twiddle;
    if (layer.scale != nullptr) scalars_[i] = *layer.scale;
  });
  multiply(layer, begin, count);
  msm::butterfly_each<G>(low, high, pool_);
  for_each_pair([&](std::size_t i, Affine& a, Affine& b) {
    a = low[i];
    b = high[i];
  });
}

// Only the high ends that have a twiddle other than 1, unless everything is scaled.
template <class G>
void Layers<G>::multiply(const Layer& layer, std::size_t begin, std::size_t count) {
  std::size_t first = 0;
  if (layer.scale == nullptr) first = count + std::min(count, layer.n_trivial > begin ? layer.n_trivial - begin : 0);
  const std::size_t n = 2 * count - first;
  if (n == 0) return;
  const std::span<Affine> points = std::span(points_).subspan(first, n);
  msm::mul_each_vartime<G>(points, points, std::span<const Scalar>(scalars_).subspan(first, n), pool_);
  progress_.advance(n);
}

template <class G>
void Layers<G>::scale_tile(std::span<Affine> tile, const Scalar& scale) {
  std::fill(scalars_.begin(), scalars_.end(), scale);
  for (std::size_t begin = 0; begin < tile.size(); begin += scalars_.size()) {
    progress_.check_interrupt();
    const std::span<Affine> part = tile.subspan(begin, std::min(scalars_.size(), tile.size() - begin));
    msm::mul_each_vartime<G>(part, part, std::span<const Scalar>(scalars_).first(part.size()), pool_);
    progress_.advance(part.size());
  }
}

template class Layers<curve::G1<curve::Bn254>>;
template class Layers<curve::G2<curve::Bn254>>;
template class Layers<curve::G1<curve::Bls12_381>>;
template class Layers<curve::G2<curve::Bls12_381>>;

}  // namespace solemn::fft
