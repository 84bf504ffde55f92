#include "curve/bulk.hpp"

#include <algorithm>
#include <array>
#include <mutex>

#include "base/cpu.hpp"
#include "base/error.hpp"
#include "curve/kernels.hpp"

namespace solemn::curve {

namespace {

constexpr std::size_t kPointGrain = 512;  // points a task

template <class G>
const PointKernels<G>& points() {
  switch (base::backend()) {
#if defined(__x86_64__)
    case base::Backend::ifma:
      return ifma_point_kernels<G>();
#endif
    case base::Backend::portable:
      return point_kernels<G, field::Portable>();
    default:
      return point_kernels<G, field::Adx>();
  }
}

template <class C>
const PairingKernels<C>& pairings() {
  switch (base::backend()) {
#if defined(__x86_64__)
    case base::Backend::ifma:
      return ifma_pairing_kernels<C>();
#endif
    case base::Backend::portable:
      return pairing_kernels<C, field::Portable>();
    default:
      return pairing_kernels<C, field::Adx>();
  }
}

/// The bad point with the smallest index, whatever the order in which ranges end.
class Earliest {
 public:
  void report(std::size_t begin, const FirstBad& bad) {
    if (bad.none()) return;
    const std::lock_guard lock(mutex_);
    if (begin + bad.index < bad_.index) bad_ = {begin + bad.index, bad.status};
  }
  FirstBad get() const { return bad_; }

 private:
  std::mutex mutex_;
  FirstBad bad_;
};

}  // namespace

template <class G>
FirstBad check_points(std::span<const typename G::Affine> points_in, Infinity infinity, Subgroup subgroup,
                      base::Pool& pool) {
  const auto& kernels = points<G>();
  Earliest earliest;
  pool.parallel_for(points_in.size(), kPointGrain, [&](std::size_t begin, std::size_t end) {
    earliest.report(begin, kernels.check(points_in.subspan(begin, end - begin), infinity, subgroup));
  });
  return earliest.get();
}

template <class G>
void encode_points(base::MutableByteSpan out, std::span<const typename G::Affine> points_in, Encoding encoding,
                   base::Pool& pool) {
  const std::size_t size = point_bytes<G>(encoding);
  ASSERT(out.size() / size == points_in.size() && out.size() % size == 0);
  const auto& kernels = points<G>();
  pool.parallel_for(points_in.size(), kPointGrain, [&](std::size_t begin, std::size_t end) {
    kernels.encode(out.subspan(begin * size, (end - begin) * size), points_in.subspan(begin, end - begin), encoding);
  });
}

template <class G>
FirstBad decode_points(std::span<typename G::Affine> out, base::ByteSpan in, Encoding encoding, Infinity infinity,
                       Subgroup subgroup, base::Pool& pool) {
  const std::size_t size = point_bytes<G>(encoding);
  ASSERT(in.size() / size == out.size() && in.size() % size == 0);
  const auto& kernels = points<G>();
  Earliest earliest;
  pool.parallel_for(out.size(), kPointGrain, [&](std::size_t begin, std::size_t end) {
    const base::ByteSpan bytes = in.subspan(begin * size, (end - begin) * size);
    earliest.report(begin, kernels.decode(out.subspan(begin, end - begin), bytes, encoding, infinity, subgroup));
  });
  return earliest.get();
}

template <class G>
void to_affine_each(std::span<typename G::Affine> out, std::span<const typename G::Jacobian> in, base::Pool& pool) {
  ASSERT(out.size() == in.size());
  const auto& kernels = points<G>();
  pool.parallel_for(in.size(), kPointGrain, [&](std::size_t begin, std::size_t end) {
    kernels.to_affine(out.subspan(begin, end - begin), in.subspan(begin, end - begin));
  });
}

template <class G>
typename G::Affine mul_secret(const typename G::Affine& p, const typename G::Scalar& k) noexcept {
  typename G::Affine out;
  points<G>().mul_secret(out, p, k);
  return out;
}

template <class C>
bool pairing_product_is_one(std::span<const PairingInput<C>> pairs, base::Pool& pool) {
  const auto& kernels = pairings<C>();
  // As many parts as threads: the pairs of one part share their squarings.
  const std::size_t grain = (pairs.size() + pool.size() - 1) / pool.size();
  std::mutex mutex;
  auto product = C::Fq12::one();
  pool.parallel_for(pairs.size(), grain, [&](std::size_t begin, std::size_t end) {
    typename C::Fq12 part;
    kernels.miller(part, pairs.subspan(begin, end - begin));
    const std::lock_guard lock(mutex);
    product *= part;  // commutative and exact: the order does not show
  });
  kernels.final_exponentiation(product);
  return product == C::Fq12::one();
}

template <class C>
bool same_ratio(const typename G1<C>::Affine& a, const typename G1<C>::Affine& b, const typename G2<C>::Affine& c,
                const typename G2<C>::Affine& d) noexcept {
  if (a.is_infinity_vartime() || b.is_infinity_vartime() || c.is_infinity_vartime() || d.is_infinity_vartime())
    return false;
  const std::array<PairingInput<C>, 2> pairs = {PairingInput<C>{a, d}, PairingInput<C>{-b, c}};
  const auto& kernels = pairings<C>();
  typename C::Fq12 product;
  kernels.miller(product, pairs);
  kernels.final_exponentiation(product);
  return product == C::Fq12::one();
}

template <class C>
void hash_to_g2_each(std::span<typename G2<C>::Affine> out, std::span<const base::Hash64> digests, base::Pool& pool) {
  ASSERT(out.size() == digests.size());
  const auto& kernels = pairings<C>();
  const std::size_t grain = std::min<std::size_t>(256, (out.size() + pool.size() - 1) / pool.size());  // in step
  pool.parallel_for(out.size(), grain, [&](std::size_t begin, std::size_t end) {
    kernels.hash_to_g2(out.subspan(begin, end - begin), digests.subspan(begin, end - begin));
  });
}

template G1<Bn254>::Affine mul_secret<G1<Bn254>>(const G1<Bn254>::Affine&, const Bn254::Fr&) noexcept;
template FirstBad check_points<G1<Bn254>>(std::span<const G1<Bn254>::Affine>, Infinity, Subgroup, base::Pool&);
template void encode_points<G1<Bn254>>(base::MutableByteSpan, std::span<const G1<Bn254>::Affine>, Encoding,
                                       base::Pool&);
template FirstBad decode_points<G1<Bn254>>(std::span<G1<Bn254>::Affine>, base::ByteSpan, Encoding, Infinity, Subgroup,
                                           base::Pool&);
template void to_affine_each<G1<Bn254>>(std::span<G1<Bn254>::Affine>, std::span<const G1<Bn254>::Jacobian>,
                                        base::Pool&);

template G2<Bn254>::Affine mul_secret<G2<Bn254>>(const G2<Bn254>::Affine&, const Bn254::Fr&) noexcept;
template FirstBad check_points<G2<Bn254>>(std::span<const G2<Bn254>::Affine>, Infinity, Subgroup, base::Pool&);
template void encode_points<G2<Bn254>>(base::MutableByteSpan, std::span<const G2<Bn254>::Affine>, Encoding,
                                       base::Pool&);
template FirstBad decode_points<G2<Bn254>>(std::span<G2<Bn254>::Affine>, base::ByteSpan, Encoding, Infinity, Subgroup,
                                           base::Pool&);
template void to_affine_each<G2<Bn254>>(std::span<G2<Bn254>::Affine>, std::span<const G2<Bn254>::Jacobian>,
                                        base::Pool&);

template bool pairing_product_is_one<Bn254>(std::span<const PairingInput<Bn254>>, base::Pool&);
template bool same_ratio<Bn254>(const G1<Bn254>::Affine&, const G1<Bn254>::Affine&, const G2<Bn254>::Affine&,
                                const G2<Bn254>::Affine&) noexcept;
template void hash_to_g2_each<Bn254>(std::span<G2<Bn254>::Affine>, std::span<const base::Hash64>, base::Pool&);

template G1<Bls12_381>::Affine mul_secret<G1<Bls12_381>>(const G1<Bls12_381>::Affine&, const Bls12_381::Fr&) noexcept;
template FirstBad check_points<G1<Bls12_381>>(std::span<const G1<Bls12_381>::Affine>, Infinity, Subgroup, base::Pool&);
template void encode_points<G1<Bls12_381>>(base::MutableByteSpan, std::span<const G1<Bls12_381>::Affine>, Encoding,
                                           base::Pool&);
template FirstBad decode_points<G1<Bls12_381>>(std::span<G1<Bls12_381>::Affine>, base::ByteSpan, Encoding, Infinity,
                                               Subgroup, base::Pool&);
template void to_affine_each<G1<Bls12_381>>(std::span<G1<Bls12_381>::Affine>, std::span<const G1<Bls12_381>::Jacobian>,
                                            base::Pool&);

template G2<Bls12_381>::Affine mul_secret<G2<Bls12_381>>(const G2<Bls12_381>::Affine&, const Bls12_381::Fr&) noexcept;
template FirstBad check_points<G2<Bls12_381>>(std::span<const G2<Bls12_381>::Affine>, Infinity, Subgroup, base::Pool&);
template void encode_points<G2<Bls12_381>>(base::MutableByteSpan, std::span<const G2<Bls12_381>::Affine>, Encoding,
                                           base::Pool&);
template FirstBad decode_points<G2<Bls12_381>>(std::span<G2<Bls12_381>::Affine>, base::ByteSpan, Encoding, Infinity,
                                               Subgroup, base::Pool&);
template void to_affine_each<G2<Bls12_381>>(std::span<G2<Bls12_381>::Affine>, std::span<const G2<Bls12_381>::Jacobian>,
                                            base::Pool&);

template bool pairing_product_is_one<Bls12_381>(std::span<const PairingInput<Bls12_381>>, base::Pool&);
template bool same_ratio<Bls12_381>(const G1<Bls12_381>::Affine&, const G1<Bls12_381>::Affine&,
                                    const G2<Bls12_381>::Affine&, const G2<Bls12_381>::Affine&) noexcept;
template void hash_to_g2_each<Bls12_381>(std::span<G2<Bls12_381>::Affine>, std::span<const base::Hash64>, base::Pool&);

}  // namespace solemn::curve
