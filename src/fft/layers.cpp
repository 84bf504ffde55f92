#include "fft/layers.hpp"

#include <algorithm>
#include <bit>

#include "base/error.hpp"
#include "curve/curves.hpp"
#include "fft/group_kernels.hpp"
#include "msm/msm.hpp"

namespace solemn::fft {

namespace {

constexpr std::size_t kGatherGrain = 512;
constexpr std::size_t kMultiplyGrain = 384;  // the batches of the kernels
constexpr std::uint64_t kBlockZero = 0;

unsigned log2_of(std::size_t size) {
  ASSERT(std::has_single_bit(size));
  return static_cast<unsigned>(std::countr_zero(size));
}

}  // namespace

// One layer, of pairs, or two, of quads. Pair (quad) p: its row, its block in the row, its offset in the block's first
// half (quarter), from the top bits down.
template <class G>
struct Layers<G>::Layer {
  std::span<Affine> tile;
  std::span<const std::uint64_t> blocks;
  unsigned depth;       // of the (first) layer, since the rows' own
  unsigned log2_part;   // of the blocks' halves (quarters)
  const Scalar* scale;  // or null

  std::size_t part() const noexcept { return std::size_t{1} << log2_part; }
  // Pairs (quads) [0, n_trivial) are in block 0: their first twiddle is 1.
  std::size_t n_trivial() const noexcept { return blocks[0] == 0 ? part() : 0; }
  std::size_t first_end(std::size_t p, std::size_t n_parts) const noexcept {
    return p + (n_parts - 1) * ((p >> log2_part) << log2_part);
  }
  std::uint64_t block_index(std::size_t p) const noexcept {
    const std::size_t block = p >> log2_part;
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
  const auto layers = [&](unsigned first, unsigned last) {
    return Layer{tile, blocks, first, log2_row - last - 1, last + 1 == n_layers ? scale : nullptr};
  };
  unsigned depth = n_layers % 2;
  if (depth == 1) run_layer(layers(0, 0));
  for (; depth < n_layers; depth += 2) run_two_layers(layers(depth, depth + 1));
}

template <class G>
void Layers<G>::run_layer(const Layer& layer) {
  const std::size_t n_pairs = layer.tile.size() / 2;
  for (std::size_t begin = 0; begin < n_pairs; begin += max_pairs_) {
    progress_.check_interrupt();
    run_pairs(layer, begin, std::min(max_pairs_, n_pairs - begin));
  }
}

template <class G>
void Layers<G>::run_pairs(const Layer& layer, std::size_t begin, std::size_t count) {
  const std::span<Affine> low = std::span(points_).first(count);
  const std::span<Affine> high = std::span(points_).subspan(count, count);
  const auto for_each_pair = [&](auto body) {
    pool_.parallel_for(count, kGatherGrain, [&](std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) {
        const std::size_t at = layer.first_end(begin + i, 2);
        body(i, layer.tile[at], layer.tile[at + layer.part()]);
      }
    });
  };
  for_each_pair([&](std::size_t i, const Affine& a, const Affine& b) {
    low[i] = a;
    high[i] = b;
    const Scalar twiddle = twiddles_.at(layer.block_index(begin + i));
    scalars_[count + i] = layer.scale != nullptr ? twiddle * *layer.scale : twiddle;
    if (layer.scale != nullptr) scalars_[i] = *layer.scale;
  });
  // Only the high ends that have a twiddle other than 1, unless everything is scaled.
  std::size_t first = 0;
  if (layer.scale == nullptr) first = count + std::min(count, layer.n_trivial() - std::min(layer.n_trivial(), begin));
  multiply(std::span(points_).subspan(first, 2 * count - first),
           std::span<const Scalar>(scalars_).subspan(first, 2 * count - first));
  msm::butterfly_each<G>(low, high, pool_);
  for_each_pair([&](std::size_t i, Affine& a, Affine& b) {
    a = low[i];
    b = high[i];
  });
}

// Block 0 of the tile, where most twiddles are 1, by single layers; then the others.
template <class G>
void Layers<G>::run_two_layers(const Layer& layer) {
  const std::size_t n_trivial = layer.n_trivial();
  if (n_trivial != 0) {
    const std::span<Affine> block = layer.tile.first(4 * n_trivial);
    run_layer({block, std::span(&kBlockZero, 1), 0, layer.log2_part + 1, nullptr});
    run_layer({block, std::span(&kBlockZero, 1), 1, layer.log2_part, layer.scale});
  }
  const std::size_t n_quads = layer.tile.size() / 4;
  const std::size_t max_quads = max_pairs_ / 2;
  for (std::size_t begin = n_trivial; begin < n_quads; begin += max_quads) {
    progress_.check_interrupt();
    const std::size_t count = std::min(max_quads, n_quads - begin);
    run_quads(layer, begin, count);
    progress_.advance((layer.scale != nullptr ? 6 : 4) * count);
  }
}

template <class G>
void Layers<G>::run_quads(const Layer& layer, std::size_t begin, std::size_t count) {
  const auto kernel = group_kernels<G>().two_layers;
  const Scalar h = twiddles_.at(1);
  const auto place = [&](std::size_t quarter, std::size_t i) -> Affine& {
    return layer.tile[layer.first_end(begin + i, 4) + quarter * layer.part()];
  };
  pool_.parallel_for(count, kQuadBatch<G>, [&](std::size_t from, std::size_t to) {
    const auto part = [&](std::size_t quarter) {
      return std::span(points_).subspan(quarter * count + from, to - from);
    };
    const std::span<Affine> x[4] = {part(0), part(1), part(2), part(3)};
    const std::span<Scalar> twiddles = std::span(scalars_).subspan(from, to - from);
    for (std::size_t i = from; i < to; ++i) {
      for (std::size_t quarter = 0; quarter < 4; ++quarter) x[quarter][i - from] = place(quarter, i);
      twiddles[i - from] = twiddles_.at(2 * layer.block_index(begin + i));
    }
    kernel(x[0], x[1], x[2], x[3], twiddles, h, layer.scale);
    for (std::size_t i = from; i < to; ++i) {
      for (std::size_t quarter = 0; quarter < 4; ++quarter) place(quarter, i) = x[quarter][i - from];
    }
  });
}

template <class G>
void Layers<G>::multiply(std::span<Affine> points, std::span<const Scalar> scalars) {
  const auto kernel = group_kernels<G>().multiply;
  pool_.parallel_for(points.size(), kMultiplyGrain, [&](std::size_t begin, std::size_t end) {
    kernel(points.subspan(begin, end - begin), scalars.subspan(begin, end - begin));
  });
  progress_.advance(points.size());
}

template <class G>
void Layers<G>::scale_tile(std::span<Affine> tile, const Scalar& scale) {
  std::fill(scalars_.begin(), scalars_.end(), scale);
  for (std::size_t begin = 0; begin < tile.size(); begin += scalars_.size()) {
    progress_.check_interrupt();
    const std::size_t count = std::min(scalars_.size(), tile.size() - begin);
    multiply(tile.subspan(begin, count), std::span<const Scalar>(scalars_).first(count));
  }
}

template class Layers<curve::G1<curve::Bn254>>;
template class Layers<curve::G2<curve::Bn254>>;
template class Layers<curve::G1<curve::Bls12_381>>;
template class Layers<curve::G2<curve::Bls12_381>>;

}  // namespace solemn::fft
