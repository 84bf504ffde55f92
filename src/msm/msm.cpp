// The public functions: checks of shapes, then the kernels of the backend in use.
#include "msm/msm.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/untouched.hpp"
#include "msm/kernels.hpp"

namespace solemn::msm {

template <class G>
void mul_each(std::span<typename G::Affine> out, std::span<const typename G::Affine> in,
              std::span<const typename G::Scalar> secret_scalars, base::Pool& pool) {
  ASSERT(out.size() == in.size() && in.size() == secret_scalars.size());
  kernels<G>().mul_each(out, in, secret_scalars, pool);
}

template <class G>
void mul_all(std::span<typename G::Affine> out, std::span<const typename G::Affine> in,
             const typename G::Scalar& secret_scalar, base::Pool& pool) {
  ASSERT(out.size() == in.size());
  kernels<G>().mul_all(out, in, secret_scalar, pool);
}

template <class G>
std::size_t points_in_step() noexcept {
  return kernels<G>().points_in_step();
}

template <class G>
void mul_each_vartime(std::span<typename G::Affine> out, std::span<const typename G::Affine> in,
                      std::span<const typename G::Scalar> scalars, base::Pool& pool) {
  ASSERT(out.size() == in.size() && in.size() == scalars.size());
  kernels<G>().mul_each_vartime(out, in, scalars, pool);
}

template <class G>
void mul_base_vartime(std::span<typename G::Affine> out, const typename G::Affine& base,
                      std::span<const typename G::Scalar> scalars, base::Pool& pool) {
  ASSERT(out.size() == scalars.size());
  kernels<G>().mul_base_vartime(out, base, scalars, pool);
}

template <class G>
typename G::Jacobian msm_vartime(std::span<const typename G::Affine> points,
                                 std::span<const typename G::Scalar::Limbs> scalars, base::Pool& pool) {
  ASSERT(points.size() == scalars.size());
  return kernels<G>().msm(points, scalars, G::Scalar::kBits, pool);
}

template <class G>
typename G::Jacobian msm_vartime(std::span<const typename G::Affine> points,
                                 std::span<const typename G::Scalar> scalars, base::Pool& pool) {
  ASSERT(points.size() == scalars.size());
  auto total = G::Jacobian::infinity();
  constexpr std::size_t kBlock = std::size_t{1} << 20;  // bounds the memory of the integers
  constexpr std::size_t kGrain = std::size_t{1} << 12;
  base::UntouchedArray<Integer> integers(std::min(kBlock, points.size()));
  for (std::size_t begin = 0; begin < points.size(); begin += kBlock) {
    const std::size_t count = std::min(kBlock, points.size() - begin);
    pool.parallel_for(count, kGrain, [&](std::size_t first, std::size_t end) {
      for (std::size_t i = first; i < end; ++i) integers[i] = scalars[begin + i].to_canonical();
    });
    const std::span<const Integer> part = integers.all().first(count);
    total = add_vartime(total, msm_vartime<G>(points.subspan(begin, count), part, pool));
  }
  return total;
}

template <class G>
void sparse_combine(std::span<typename G::Affine> out, std::span<const Term<typename G::Scalar>> terms,
                    std::span<const typename G::Affine> points, base::Pool& pool) {
  for (const auto& term : terms) ASSERT(term.row < out.size() && term.column < points.size());
  kernels<G>().sparse_combine(out, terms, points, pool);
}

template <class G>
void add_each(std::span<typename G::Affine> out, std::span<const typename G::Affine> a,
              std::span<const typename G::Affine> b, base::Pool& pool) {
  ASSERT(out.size() == a.size() && a.size() == b.size());
  kernels<G>().add_each(out, a, b, pool);
}

template <class G>
void butterfly_each(std::span<typename G::Affine> lo, std::span<typename G::Affine> hi, base::Pool& pool) {
  ASSERT(lo.size() == hi.size());
  kernels<G>().butterfly_each(lo, hi, pool);
}

template std::size_t points_in_step<curve::G1<curve::Bn254>>() noexcept;
template void mul_each<curve::G1<curve::Bn254>>(std::span<curve::G1<curve::Bn254>::Affine>,
                                                std::span<const curve::G1<curve::Bn254>::Affine>,
                                                std::span<const curve::G1<curve::Bn254>::Scalar>, base::Pool&);
template void mul_all<curve::G1<curve::Bn254>>(std::span<curve::G1<curve::Bn254>::Affine>,
                                               std::span<const curve::G1<curve::Bn254>::Affine>,
                                               const curve::G1<curve::Bn254>::Scalar&, base::Pool&);
template void mul_each_vartime<curve::G1<curve::Bn254>>(std::span<curve::G1<curve::Bn254>::Affine>,
                                                        std::span<const curve::G1<curve::Bn254>::Affine>,
                                                        std::span<const curve::G1<curve::Bn254>::Scalar>, base::Pool&);
template void mul_base_vartime<curve::G1<curve::Bn254>>(std::span<curve::G1<curve::Bn254>::Affine>,
                                                        const curve::G1<curve::Bn254>::Affine&,
                                                        std::span<const curve::G1<curve::Bn254>::Scalar>, base::Pool&);
template curve::G1<curve::Bn254>::Jacobian msm_vartime<curve::G1<curve::Bn254>>(
    std::span<const curve::G1<curve::Bn254>::Affine>, std::span<const curve::G1<curve::Bn254>::Scalar>, base::Pool&);
template curve::G1<curve::Bn254>::Jacobian msm_vartime<curve::G1<curve::Bn254>>(
    std::span<const curve::G1<curve::Bn254>::Affine>, std::span<const curve::G1<curve::Bn254>::Scalar::Limbs>,
    base::Pool&);
template void sparse_combine<curve::G1<curve::Bn254>>(std::span<curve::G1<curve::Bn254>::Affine>,
                                                      std::span<const Term<curve::G1<curve::Bn254>::Scalar>>,
                                                      std::span<const curve::G1<curve::Bn254>::Affine>, base::Pool&);
template void add_each<curve::G1<curve::Bn254>>(std::span<curve::G1<curve::Bn254>::Affine>,
                                                std::span<const curve::G1<curve::Bn254>::Affine>,
                                                std::span<const curve::G1<curve::Bn254>::Affine>, base::Pool&);
template void butterfly_each<curve::G1<curve::Bn254>>(std::span<curve::G1<curve::Bn254>::Affine>,
                                                      std::span<curve::G1<curve::Bn254>::Affine>, base::Pool&);
template std::size_t points_in_step<curve::G2<curve::Bn254>>() noexcept;
template void mul_each<curve::G2<curve::Bn254>>(std::span<curve::G2<curve::Bn254>::Affine>,
                                                std::span<const curve::G2<curve::Bn254>::Affine>,
                                                std::span<const curve::G2<curve::Bn254>::Scalar>, base::Pool&);
template void mul_all<curve::G2<curve::Bn254>>(std::span<curve::G2<curve::Bn254>::Affine>,
                                               std::span<const curve::G2<curve::Bn254>::Affine>,
                                               const curve::G2<curve::Bn254>::Scalar&, base::Pool&);
template void mul_each_vartime<curve::G2<curve::Bn254>>(std::span<curve::G2<curve::Bn254>::Affine>,
                                                        std::span<const curve::G2<curve::Bn254>::Affine>,
                                                        std::span<const curve::G2<curve::Bn254>::Scalar>, base::Pool&);
template void mul_base_vartime<curve::G2<curve::Bn254>>(std::span<curve::G2<curve::Bn254>::Affine>,
                                                        const curve::G2<curve::Bn254>::Affine&,
                                                        std::span<const curve::G2<curve::Bn254>::Scalar>, base::Pool&);
template curve::G2<curve::Bn254>::Jacobian msm_vartime<curve::G2<curve::Bn254>>(
    std::span<const curve::G2<curve::Bn254>::Affine>, std::span<const curve::G2<curve::Bn254>::Scalar>, base::Pool&);
template curve::G2<curve::Bn254>::Jacobian msm_vartime<curve::G2<curve::Bn254>>(
    std::span<const curve::G2<curve::Bn254>::Affine>, std::span<const curve::G2<curve::Bn254>::Scalar::Limbs>,
    base::Pool&);
template void sparse_combine<curve::G2<curve::Bn254>>(std::span<curve::G2<curve::Bn254>::Affine>,
                                                      std::span<const Term<curve::G2<curve::Bn254>::Scalar>>,
                                                      std::span<const curve::G2<curve::Bn254>::Affine>, base::Pool&);
template void add_each<curve::G2<curve::Bn254>>(std::span<curve::G2<curve::Bn254>::Affine>,
                                                std::span<const curve::G2<curve::Bn254>::Affine>,
                                                std::span<const curve::G2<curve::Bn254>::Affine>, base::Pool&);
template void butterfly_each<curve::G2<curve::Bn254>>(std::span<curve::G2<curve::Bn254>::Affine>,
                                                      std::span<curve::G2<curve::Bn254>::Affine>, base::Pool&);
template std::size_t points_in_step<curve::G1<curve::Bls12_381>>() noexcept;
template void mul_each<curve::G1<curve::Bls12_381>>(std::span<curve::G1<curve::Bls12_381>::Affine>,
                                                    std::span<const curve::G1<curve::Bls12_381>::Affine>,
                                                    std::span<const curve::G1<curve::Bls12_381>::Scalar>, base::Pool&);
template void mul_all<curve::G1<curve::Bls12_381>>(std::span<curve::G1<curve::Bls12_381>::Affine>,
                                                   std::span<const curve::G1<curve::Bls12_381>::Affine>,
                                                   const curve::G1<curve::Bls12_381>::Scalar&, base::Pool&);
template void mul_each_vartime<curve::G1<curve::Bls12_381>>(std::span<curve::G1<curve::Bls12_381>::Affine>,
                                                            std::span<const curve::G1<curve::Bls12_381>::Affine>,
                                                            std::span<const curve::G1<curve::Bls12_381>::Scalar>,
                                                            base::Pool&);
template void mul_base_vartime<curve::G1<curve::Bls12_381>>(std::span<curve::G1<curve::Bls12_381>::Affine>,
                                                            const curve::G1<curve::Bls12_381>::Affine&,
                                                            std::span<const curve::G1<curve::Bls12_381>::Scalar>,
                                                            base::Pool&);
template curve::G1<curve::Bls12_381>::Jacobian msm_vartime<curve::G1<curve::Bls12_381>>(
    std::span<const curve::G1<curve::Bls12_381>::Affine>, std::span<const curve::G1<curve::Bls12_381>::Scalar>,
    base::Pool&);
template curve::G1<curve::Bls12_381>::Jacobian msm_vartime<curve::G1<curve::Bls12_381>>(
    std::span<const curve::G1<curve::Bls12_381>::Affine>, std::span<const curve::G1<curve::Bls12_381>::Scalar::Limbs>,
    base::Pool&);
template void sparse_combine<curve::G1<curve::Bls12_381>>(std::span<curve::G1<curve::Bls12_381>::Affine>,
                                                          std::span<const Term<curve::G1<curve::Bls12_381>::Scalar>>,
                                                          std::span<const curve::G1<curve::Bls12_381>::Affine>,
                                                          base::Pool&);
template void add_each<curve::G1<curve::Bls12_381>>(std::span<curve::G1<curve::Bls12_381>::Affine>,
                                                    std::span<const curve::G1<curve::Bls12_381>::Affine>,
                                                    std::span<const curve::G1<curve::Bls12_381>::Affine>, base::Pool&);
template void butterfly_each<curve::G1<curve::Bls12_381>>(std::span<curve::G1<curve::Bls12_381>::Affine>,
                                                          std::span<curve::G1<curve::Bls12_381>::Affine>, base::Pool&);
template std::size_t points_in_step<curve::G2<curve::Bls12_381>>() noexcept;
template void mul_each<curve::G2<curve::Bls12_381>>(std::span<curve::G2<curve::Bls12_381>::Affine>,
                                                    std::span<const curve::G2<curve::Bls12_381>::Affine>,
                                                    std::span<const curve::G2<curve::Bls12_381>::Scalar>, base::Pool&);
template void mul_all<curve::G2<curve::Bls12_381>>(std::span<curve::G2<curve::Bls12_381>::Affine>,
                                                   std::span<const curve::G2<curve::Bls12_381>::Affine>,
                                                   const curve::G2<curve::Bls12_381>::Scalar&, base::Pool&);
template void mul_each_vartime<curve::G2<curve::Bls12_381>>(std::span<curve::G2<curve::Bls12_381>::Affine>,
                                                            std::span<const curve::G2<curve::Bls12_381>::Affine>,
                                                            std::span<const curve::G2<curve::Bls12_381>::Scalar>,
                                                            base::Pool&);
template void mul_base_vartime<curve::G2<curve::Bls12_381>>(std::span<curve::G2<curve::Bls12_381>::Affine>,
                                                            const curve::G2<curve::Bls12_381>::Affine&,
                                                            std::span<const curve::G2<curve::Bls12_381>::Scalar>,
                                                            base::Pool&);
template curve::G2<curve::Bls12_381>::Jacobian msm_vartime<curve::G2<curve::Bls12_381>>(
    std::span<const curve::G2<curve::Bls12_381>::Affine>, std::span<const curve::G2<curve::Bls12_381>::Scalar>,
    base::Pool&);
template curve::G2<curve::Bls12_381>::Jacobian msm_vartime<curve::G2<curve::Bls12_381>>(
    std::span<const curve::G2<curve::Bls12_381>::Affine>, std::span<const curve::G2<curve::Bls12_381>::Scalar::Limbs>,
    base::Pool&);
template void sparse_combine<curve::G2<curve::Bls12_381>>(std::span<curve::G2<curve::Bls12_381>::Affine>,
                                                          std::span<const Term<curve::G2<curve::Bls12_381>::Scalar>>,
                                                          std::span<const curve::G2<curve::Bls12_381>::Affine>,
                                                          base::Pool&);
template void add_each<curve::G2<curve::Bls12_381>>(std::span<curve::G2<curve::Bls12_381>::Affine>,
                                                    std::span<const curve::G2<curve::Bls12_381>::Affine>,
                                                    std::span<const curve::G2<curve::Bls12_381>::Affine>, base::Pool&);
template void butterfly_each<curve::G2<curve::Bls12_381>>(std::span<curve::G2<curve::Bls12_381>::Affine>,
                                                          std::span<curve::G2<curve::Bls12_381>::Affine>, base::Pool&);

}  // namespace solemn::msm
