#pragma once
// Discrete Fourier transforms over the scalar field and over groups. Roots of unity are those of spec 1.3 (w[s] = nqr^t).
#include <cstdint>
#include <functional>
#include <span>

#include "base/pool.hpp"
#include "base/progress.hpp"
#include "curve/group.hpp"

namespace solemn::fft {

/// w[k]^i for i in [0, 2^(k-1)) or any range; computed, not stored, above 2^20.
template <class F>
class Domain {
 public:
  explicit Domain(unsigned log2_size);  // REQUIRES: log2_size <= F::kTwoAdicity
  unsigned log2_size() const noexcept;
  std::uint64_t size() const noexcept;
  const F& root() const noexcept;          // w[k]
  const F& root_inverse() const noexcept;
  const F& size_inverse() const noexcept;  // 1/n
};

/// values in natural order -> natural order, in place: X_i = sum_j w^(ij) x_j, and its inverse (with 1/n). Scalars.
template <class F>
void forward(std::span<F> values, base::Pool& pool);
template <class F>
void inverse(std::span<F> values, base::Pool& pool);
/// O(n^2) definitions, for the tests.
template <class F>
std::vector<F> forward_reference(std::span<const F> values);

/// The same for points, in place, natural order both sides; public (variable time). Cost: about n/2 log2 n scalar multiplications.
template <class G>
void forward(std::span<typename G::Affine> points, base::Pool& pool, base::Progress& progress);
/// Lagrange form: L_i = (1/n) sum_j w^(-ij) P_j (spec 3).
template <class G>
void inverse(std::span<typename G::Affine> points, base::Pool& pool, base::Progress& progress);
/// How many units (scalar multiplications) inverse() will report to progress for one transform of 2^k points.
std::uint64_t group_transform_cost(unsigned log2_size) noexcept;

/// The same for more points than memory holds: a four-step transform through two callbacks that read and write runs of points.
/// scratch memory is at most max_memory_bytes. `store` is random-access storage of n points, holding the input and then the output;
/// `temporary` another of the same size.
template <class G>
struct PointStore {
  std::function<void(std::uint64_t first_point, std::span<typename G::Affine> out)> read;
  std::function<void(std::uint64_t first_point, std::span<const typename G::Affine> in)> write;
};
template <class G>
void inverse_out_of_core(unsigned log2_size, const PointStore<G>& store, const PointStore<G>& temporary,
                         std::uint64_t max_memory_bytes, base::Pool& pool, base::Progress& progress);

}  // namespace solemn::fft
