#pragma once
// The bulk loops of this folder, once per group and backend. The table of the backend in use is chosen once per call of
// a public function. All arguments are in the types of the portable backend; an F::With<B> is the same limbs in memory.
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/cpu.hpp"
#include "msm/msm.hpp"
#include "msm/rows.hpp"
#include "msm/windows.hpp"

namespace solemn::msm {

template <class G>
struct Kernels {
  using Affine = typename G::Affine;
  using Jacobian = typename G::Jacobian;
  using Scalar = typename G::Scalar;

  void (*mul_each)(std::span<Affine> out, std::span<const Affine> in, std::span<const Scalar> scalars,
                   base::Pool& pool);
  void (*mul_all)(std::span<Affine> out, std::span<const Affine> in, const Scalar& scalar, base::Pool& pool);
  void (*mul_each_vartime)(std::span<Affine> out, std::span<const Affine> in, std::span<const Scalar> scalars,
                           base::Pool& pool);
  void (*mul_base_vartime)(std::span<Affine> out, const Affine& base, std::span<const Scalar> scalars,
                           base::Pool& pool);
  /// scalars below 2^n_bits.
  Jacobian (*msm)(std::span<const Affine> points, std::span<const Integer> scalars, unsigned n_bits, base::Pool& pool);
  void (*add_each)(std::span<Affine> out, std::span<const Affine> a, std::span<const Affine> b, base::Pool& pool);
  void (*butterfly_each)(std::span<Affine> lo, std::span<Affine> hi, base::Pool& pool);
  void (*sparse_combine)(std::span<Affine> out, std::span<const Term<Scalar>> terms, std::span<const Affine> points,
                         base::Pool& pool);
  /// Row k of buckets gets sum over i of digits[i + k] points[i], by |digit|; see rows.hpp.
  void (*add_to_rows)(RowBuckets<G>& rows, std::span<const Affine> points, std::span<const std::int32_t> digits,
                      base::Pool& pool);
  /// out[k] = sum of j * bucket[k][j].
  std::vector<Jacobian> (*row_sums)(const RowBuckets<G>& rows, base::Pool& pool);
  std::size_t (*points_in_step)() noexcept;
};

template <class G>
const Kernels<G>& portable_kernels() noexcept;
#if defined(__x86_64__)
template <class G>
const Kernels<G>& adx_kernels() noexcept;
#endif

/// Of base::backend().
template <class G>
const Kernels<G>& kernels() {
#if defined(__x86_64__)
  if (base::backend() != base::Backend::portable) return adx_kernels<G>();
#endif
  return portable_kernels<G>();
}

}  // namespace solemn::msm
