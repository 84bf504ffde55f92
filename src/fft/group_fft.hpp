#pragma once
// Transforms of points. Everything here is public: variable time.
//
// Cost is counted in scalar multiplications by a twiddle other than 1, as a radix-2 transform would do them:
// performance.md 4.2. Most are done in fours with shared doublings (group_kernels.hpp), in batches of some hundred
// butterflies.
#include <cstdint>
#include <functional>
#include <span>

#include "base/pool.hpp"
#include "base/progress.hpp"
#include "curve/group.hpp"

namespace solemn::fft {

/// Points in natural order -> natural order, in place: X_i = sum_j w^(ij) P_j.
///
/// Shape: |points| = n, a power of two up to 2^Scalar::kTwoAdicity.
///
/// Domain: points in the prime-order subgroup, infinity allowed.
///
/// Cost: n/2 log2 n - n + 1 multiplications; scratch of a few MiB beside the points.
///
/// Errors: what progress.check_interrupt() throws; the points are then unspecified.
template <class G>
void forward(std::span<typename G::Affine> points, base::Pool& pool, base::Progress& progress);
/// Lagrange form: L_i = (1/n) sum_j w^(-ij) P_j (spec 3).
/// Cost: group_transform_cost(log2 n) multiplications: the scaling by 1/n costs n/2 of them.
template <class G>
void inverse(std::span<typename G::Affine> points, base::Pool& pool, base::Progress& progress);
/// How many units (scalar multiplications) inverse() and forward() will report to progress for one transform of 2^k
/// points.
std::uint64_t group_transform_cost(unsigned log2_size) noexcept;
std::uint64_t forward_transform_cost(unsigned log2_size) noexcept;

/// Random-access storage of points: runs of points are read and written through callbacks, from one thread.
template <class G>
struct PointStore {
  std::function<void(std::uint64_t first_point, std::span<typename G::Affine> out)> read;
  std::function<void(std::uint64_t first_point, std::span<const typename G::Affine> in)> write;
};

/// inverse() for more points than memory holds, in two passes: `store` holds the n points and then the result;
/// `temporary` has the same size. Where max_memory_bytes suffices for all points, one pass in memory that does not
/// touch `temporary`. Every point of `store` is read before the first one is written, and none is read again: it may
/// read one file and write another. The layers of the transform are those of inverse(), cut in two: same results, same
/// number of multiplications (no separate twiddle step).
///
/// Memory: at most max_memory_bytes for points, scalars and tables here; the scratch of the kernels, one to three MiB a
/// thread, is not counted.
///
/// Errors: base::Error{usage} when max_memory_bytes < out_of_core_minimum_bytes<G>(log2_size); what the callbacks
/// throw.
template <class G>
void inverse_out_of_core(unsigned log2_size, const PointStore<G>& store, const PointStore<G>& temporary,
                         std::uint64_t max_memory_bytes, base::Pool& pool, base::Progress& progress);
/// forward() for more points than memory holds; all else as for inverse_out_of_core().
template <class G>
void forward_out_of_core(unsigned log2_size, const PointStore<G>& store, const PointStore<G>& temporary,
                         std::uint64_t max_memory_bytes, base::Pool& pool, base::Progress& progress);
/// About sqrt(n) points, as many twiddles, and 64 butterflies: 1.5 MiB for 2^26 points of BN254 G1. With so little
/// memory every run that is read or written is one point long; the run length grows with the memory.
template <class G>
std::uint64_t out_of_core_minimum_bytes(unsigned log2_size) noexcept;

/// The block of size 2m, m = 2^log2_half, over the domain H u shift*H where no root of order 2m exists (spec 3, BN254 k
/// = 29):
///   t0_i = (shift^m P_i - P_(i+m)) / (shift^m - 1),  t1_i = shift^-i (P_(i+m) - P_i) / (shift^m - 1),  i < m,  shift =
///   nqr^2; first half = inverse transform of t0, second half = inverse transform of t1.
/// `store` holds the 2m points and then the result; `temporary` holds m points. Works for every m below the two-adicity
/// too (there the domain of size 2m is the one that files use): the tests run it there. Cost:
/// coset_block_cost(log2_half) multiplications. Memory and errors: as for inverse_out_of_core.
template <class G>
void inverse_coset_block(unsigned log2_half, const PointStore<G>& store, const PointStore<G>& temporary,
                         std::uint64_t max_memory_bytes, base::Pool& pool, base::Progress& progress);
std::uint64_t coset_block_cost(unsigned log2_half) noexcept;

}  // namespace solemn::fft
