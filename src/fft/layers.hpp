#pragma once
// The layers of a transform of points, on tiles: what the transforms in memory and out of core share.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/pool.hpp"
#include "base/progress.hpp"
#include "curve/group.hpp"
#include "fft/group_fft.hpp"
#include "fft/twiddles.hpp"

namespace solemn::fft {

/// Bytes of the tables of Twiddles as Layers makes them: about 2 sqrt(n/2) scalars.
template <class F>
constexpr std::uint64_t twiddle_bytes(unsigned log2_size) noexcept {
  const unsigned bits = log2_size == 0 ? 0 : log2_size - 1;
  return ((std::uint64_t{1} << ((bits + 1) / 2)) + (std::uint64_t{1} << (bits / 2))) * sizeof(F);
}

/// Layers are done two at a time, butterflies in chunks: points are gathered, combined by group_kernels.hpp, scattered.
template <class G>
class Layers {
 public:
  using Affine = typename G::Affine;
  using Scalar = typename G::Scalar;
  static constexpr std::uint64_t kBytesPerPair = 2 * (sizeof(Affine) + sizeof(Scalar));
  static constexpr std::size_t kMinPairs = 64;
  /// Enough for good batches on every thread; a few MiB on small machines.
  static std::size_t preferred_pairs(const base::Pool& pool) noexcept;

  /// max_pairs: butterflies a chunk.
  Layers(unsigned log2_size, Direction direction, std::size_t max_pairs, base::Pool& pool, base::Progress& progress);

  /// n_layers layers on a tile of |blocks| rows of equal length: row i is block blocks[i] of its layer, or columns of
  /// it that lie in the same place of each of its 2^n_layers parts (then of equal length too). With `scale` everything
  /// is multiplied by it on the way. REQUIRES: |blocks| and |tile| powers of two; 2^n_layers divides |tile| / |blocks|;
  /// only blocks[0] may be 0.
  void run(std::span<Affine> tile, std::span<const std::uint64_t> blocks, unsigned n_layers, const Scalar* scale);

 private:
  struct Layer;
  void run_layer(const Layer& layer);
  void run_pairs(const Layer& layer, std::size_t begin, std::size_t count);
  void run_two_layers(const Layer& layers);
  void run_quads(const Layer& layers, std::size_t begin, std::size_t count);
  void multiply(std::span<Affine> points, std::span<const Scalar> scalars);
  void scale_tile(std::span<Affine> tile, const Scalar& scale);

  Twiddles<Scalar> twiddles_;
  std::size_t max_pairs_;
  base::Pool& pool_;
  base::Progress& progress_;
  std::vector<Affine> points_;   // [0, count) low ends, [count, 2 count) high ends
  std::vector<Scalar> scalars_;  // their factors
};

/// Throws base::Error{usage} when max_memory_bytes < out_of_core_minimum_bytes<G>(log2_size).
template <class G>
void require_memory(unsigned log2_size, std::uint64_t max_memory_bytes);

/// inverse_out_of_core() with any factor in the place of 1/n.
template <class G>
void inverse_scaled_out_of_core(unsigned log2_size, const PointStore<G>& store, const PointStore<G>& temporary,
                                std::uint64_t max_memory_bytes, const typename G::Scalar& scale, base::Pool& pool,
                                base::Progress& progress);

}  // namespace solemn::fft
