// The transform in two passes over storage. The n = R * C points are R rows of C. The first log2 R layers join points
// of equal column, so they run on a few columns at a time; the other layers join points of one row, so they run on a
// few rows at a time. Position (row s, column q) ends with the output whose index is reverse(q) * R + reverse(s): rows
// are taken in bit-reversed order, so that w rows give, for each column, w consecutive outputs.
#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "curve/curves.hpp"
#include "fft/bit_reverse.hpp"
#include "fft/layers.hpp"
#include "fft/scalar_fft.hpp"

namespace solemn::fft {

namespace {

constexpr std::array<std::uint64_t, 1> kWhole = {0};

struct Shape {
  unsigned log2_rows, log2_columns;
  std::uint64_t rows() const noexcept { return std::uint64_t{1} << log2_rows; }
  std::uint64_t columns() const noexcept { return std::uint64_t{1} << log2_columns; }
};

constexpr Shape shape_of(unsigned log2_size) noexcept { return {log2_size / 2, log2_size - log2_size / 2}; }

// A tile, and for each of its rows in the second pass a point of the output run and a row number.
template <class G>
constexpr std::uint64_t tile_bytes(std::uint64_t tile_points, Shape shape) noexcept {
  constexpr std::uint64_t kPoint = sizeof(typename G::Affine);
  const std::uint64_t rows = std::max<std::uint64_t>(tile_points >> shape.log2_columns, 1);
  return tile_points * kPoint + rows * (kPoint + sizeof(std::uint64_t));
}

struct Plan {
  Shape shape;
  std::uint64_t tile_points;  // a power of two, at least one row, at most all
  std::size_t pairs;
};

template <class G>
Plan plan_for(unsigned log2_size, std::uint64_t max_memory_bytes, const base::Pool& pool) {
  require_memory<G>(log2_size, max_memory_bytes);
  const Shape shape = shape_of(log2_size);
  const std::uint64_t rest = max_memory_bytes - twiddle_bytes<typename G::Scalar>(log2_size);
  const std::uint64_t pairs = std::clamp<std::uint64_t>(rest / 4 / Layers<G>::kBytesPerPair, Layers<G>::kMinPairs,
                                                        Layers<G>::preferred_pairs(pool));
  const std::uint64_t for_tile = rest - pairs * Layers<G>::kBytesPerPair;
  std::uint64_t tile_points = shape.columns();
  while (tile_points >> log2_size == 0 && tile_bytes<G>(2 * tile_points, shape) <= for_tile) tile_points *= 2;
  return {shape, tile_points, static_cast<std::size_t>(pairs)};
}

template <class G>
void transform_columns(const Plan& plan, const PointStore<G>& from, const PointStore<G>& to, Layers<G>& layers,
                       std::span<typename G::Affine> tile) {
  const Shape shape = plan.shape;
  const std::uint64_t width = std::min(plan.tile_points >> shape.log2_rows, shape.columns());
  tile = tile.first(static_cast<std::size_t>(width << shape.log2_rows));
  for (std::uint64_t column = 0; column < shape.columns(); column += width) {
    for (std::uint64_t row = 0; row < shape.rows(); ++row) {
      from.read(row * shape.columns() + column, tile.subspan(row * width, width));
    }
    layers.run(tile, kWhole, shape.log2_rows, nullptr);
    for (std::uint64_t row = 0; row < shape.rows(); ++row) {
      to.write(row * shape.columns() + column, tile.subspan(row * width, width));
    }
  }
}

template <class G>
void transform_rows(const Plan& plan, const PointStore<G>& from, const PointStore<G>& to, Layers<G>& layers,
                    std::span<typename G::Affine> tile, const typename G::Scalar* scale) {
  const Shape shape = plan.shape;
  const std::uint64_t columns = shape.columns();
  const std::uint64_t height = std::min(plan.tile_points >> shape.log2_columns, shape.rows());
  tile = tile.first(static_cast<std::size_t>(height * columns));
  std::vector<std::uint64_t> blocks(static_cast<std::size_t>(height));
  std::vector<typename G::Affine> run(blocks.size());
  for (std::uint64_t first = 0; first < shape.rows(); first += height) {
    for (std::size_t i = 0; i < height; ++i) {
      blocks[i] = reverse_bits(first + i, shape.log2_rows);
      from.read(blocks[i] * columns, tile.subspan(i * columns, columns));
    }
    layers.run(tile, blocks, shape.log2_columns, scale);
    for (std::uint64_t column = 0; column < columns; ++column) {
      const std::uint64_t at = reverse_bits(column, shape.log2_columns);
      for (std::size_t i = 0; i < height; ++i) run[i] = tile[i * columns + at];
      to.write(first + (column << shape.log2_rows), run);
    }
  }
}

template <class G>
void transform(unsigned log2_size, Direction direction, const PointStore<G>& store, const PointStore<G>& temporary,
               std::uint64_t max_memory_bytes, const typename G::Scalar* scale, base::Pool& pool,
               base::Progress& progress) {
  ASSERT(log2_size <= G::Scalar::kTwoAdicity);
  const Plan plan = plan_for<G>(log2_size, max_memory_bytes, pool);
  Layers<G> layers(log2_size, direction, plan.pairs, pool, progress);
  std::vector<typename G::Affine> tile(static_cast<std::size_t>(plan.tile_points));
  if (plan.tile_points >> log2_size != 0) {
    store.read(0, tile);
    layers.run(tile, kWhole, log2_size, scale);
    bit_reverse(std::span(tile), pool);
    store.write(0, tile);
    return;
  }
  transform_columns<G>(plan, store, temporary, layers, tile);
  transform_rows<G>(plan, temporary, store, layers, tile, scale);
}

}  // namespace

template <class G>
std::uint64_t out_of_core_minimum_bytes(unsigned log2_size) noexcept {
  const Shape shape = shape_of(log2_size);
  return twiddle_bytes<typename G::Scalar>(log2_size) + tile_bytes<G>(shape.columns(), shape) +
         Layers<G>::kMinPairs * Layers<G>::kBytesPerPair;
}

template <class G>
void require_memory(unsigned log2_size, std::uint64_t max_memory_bytes) {
  const std::uint64_t minimum = out_of_core_minimum_bytes<G>(log2_size);
  if (max_memory_bytes >= minimum) return;
  throw base::Error(base::Code::usage,
                    "a transform of 2^" + std::to_string(log2_size) + " points needs at least " +
                        base::human_bytes(minimum) + " of memory, and " + base::human_bytes(max_memory_bytes) +
                        " are allowed",
                    "allow more memory");
}

template <class G>
void inverse_scaled_out_of_core(unsigned log2_size, const PointStore<G>& store, const PointStore<G>& temporary,
                                std::uint64_t max_memory_bytes, const typename G::Scalar& scale, base::Pool& pool,
                                base::Progress& progress) {
  transform<G>(log2_size, Direction::inverse, store, temporary, max_memory_bytes, &scale, pool, progress);
}

template <class G>
void inverse_out_of_core(unsigned log2_size, const PointStore<G>& store, const PointStore<G>& temporary,
                         std::uint64_t max_memory_bytes, base::Pool& pool, base::Progress& progress) {
  if (log2_size == 0) return;
  const typename G::Scalar scale = Domain<typename G::Scalar>(log2_size).size_inverse();
  inverse_scaled_out_of_core<G>(log2_size, store, temporary, max_memory_bytes, scale, pool, progress);
}

template <class G>
void forward_out_of_core(unsigned log2_size, const PointStore<G>& store, const PointStore<G>& temporary,
                         std::uint64_t max_memory_bytes, base::Pool& pool, base::Progress& progress) {
  transform<G>(log2_size, Direction::forward, store, temporary, max_memory_bytes, nullptr, pool, progress);
}

#define SOLEMN_INSTANTIATE(G)                                                                                      \
  template void require_memory<G>(unsigned, std::uint64_t);                                                        \
  template std::uint64_t out_of_core_minimum_bytes<G>(unsigned) noexcept;                                          \
  template void inverse_scaled_out_of_core<G>(unsigned, const PointStore<G>&, const PointStore<G>&, std::uint64_t, \
                                              const G::Scalar&, base::Pool&, base::Progress&);                     \
  template void inverse_out_of_core<G>(unsigned, const PointStore<G>&, const PointStore<G>&, std::uint64_t,        \
                                       base::Pool&, base::Progress&);                                              \
  template void forward_out_of_core<G>(unsigned, const PointStore<G>&, const PointStore<G>&, std::uint64_t,        \
                                       base::Pool&, base::Progress&);
SOLEMN_INSTANTIATE(curve::G1<curve::Bn254>)
SOLEMN_INSTANTIATE(curve::G2<curve::Bn254>)
SOLEMN_INSTANTIATE(curve::G1<curve::Bls12_381>)
SOLEMN_INSTANTIATE(curve::G2<curve::Bls12_381>)
#undef SOLEMN_INSTANTIATE

}  // namespace solemn::fft
