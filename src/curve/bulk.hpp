#pragma once
// Work on many points or pairs, and what is secret or slow on one: dispatched once to the kernels of the backend in use
// (kernels_portable.cpp, kernels_adx.cpp), spread over the pool. Same results for every backend and every number of
// threads.
#include <span>

#include "base/pool.hpp"
#include "curve/encoding.hpp"
#include "curve/pairing.hpp"

namespace solemn::curve {

/// First point that is refused, by index; kNone when all are fine.
struct FirstBad {
  static constexpr std::size_t kNone = ~std::size_t{0};
  std::size_t index = kNone;
  PointStatus status = PointStatus::ok;
  bool none() const noexcept { return index == kNone; }
};
/// Limbs reduced and on the curve (or infinity if allowed); with Subgroup::check every single point is also tested for
/// membership.
template <class G>
FirstBad check_points(std::span<const typename G::Affine> points, Infinity infinity, Subgroup subgroup,
                      base::Pool& pool);

/// out: n * point_bytes<G>(encoding).
template <class G>
void encode_points(base::MutableByteSpan out, std::span<const typename G::Affine> points, Encoding encoding,
                   base::Pool& pool);
/// Decodes and checks range and curve (and subgroup if asked); infinity refused or allowed.
template <class G>
FirstBad decode_points(std::span<typename G::Affine> out, base::ByteSpan in, Encoding encoding, Infinity infinity,
                       Subgroup subgroup, base::Pool& pool);

/// k * P, constant time in k: for single secret multiplications (keys). Domain: as mul_reference().
template <class G>
typename G::Affine mul_secret(const typename G::Affine& p, const typename G::Scalar& k) noexcept;

/// product of e(p_i, q_i) == 1, Miller loops spread over the pool.
template <class C>
bool pairing_product_is_one(std::span<const PairingInput<C>> pairs, base::Pool& pool);
/// e(a, d) == e(b, c) and none of the four is infinity (spec 6).
template <class C>
bool same_ratio(const typename G1<C>::Affine& a, const typename G1<C>::Affine& b, const typename G2<C>::Affine& c,
                const typename G2<C>::Affine& d) noexcept;
/// out[i] = hash_to_g2(digests[i])
template <class C>
void hash_to_g2_each(std::span<typename G2<C>::Affine> out, std::span<const base::Hash64> digests, base::Pool& pool);
/// out[i] = in[i] with Z = 1; one inversion for a block of points. Constant time, except that nothing hides which
/// threads work.
template <class G>
void to_affine_each(std::span<typename G::Affine> out, std::span<const typename G::Jacobian> in, base::Pool& pool);

}  // namespace solemn::curve
