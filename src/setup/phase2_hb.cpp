#include "setup/phase2_hb.hpp"

#include "base/error.hpp"
#include "fft/fft.hpp"
#include "msm/msm.hpp"

namespace solemn::setup {

using curve::G1;

namespace {

/// points[j] *= first * ratio^j, public.
template <class C>
void scale_by_powers(std::span<typename G1<C>::Affine> points, const typename C::Fr& first, const typename C::Fr& ratio,
                     const Context& context) {
  constexpr std::size_t kBlock = std::size_t{1} << 14;
  std::vector<typename C::Fr> scalars(std::min(kBlock, points.size()));
  typename C::Fr power = first;
  for (std::size_t begin = 0; begin < points.size(); begin += kBlock) {
    context.progress.check_interrupt();
    const auto part = points.subspan(begin, std::min(kBlock, points.size() - begin));
    for (std::size_t i = 0; i < part.size(); ++i, power *= ratio) scalars[i] = power;
    msm::mul_each_vartime<G1<C>>(part, part, std::span<const typename C::Fr>(scalars).first(part.size()), context.pool);
    context.progress.advance(part.size());
  }
}

/// w[k+1]; at the field's two-adicity there is none, and snarkjs' files use the coset shift instead.
template <class C>
typename C::Fr odd_root(unsigned domain_log2) {
  if (domain_log2 + 1 > C::Fr::kTwoAdicity)
    throw base::Error(base::Code::usage,
                      "domains of 2^" + std::to_string(domain_log2) + " have no form with differences");
  return C::Fr::root_of_unity(domain_log2 + 1);
}

}  // namespace

template <class C>
std::vector<typename G1<C>::Affine> h_to_differences(const format::ZkeyReader<C>& zkey, const Context& context) {
  const unsigned k = zkey.header().domain_log2;
  const auto root = odd_root<C>(k);
  std::vector<typename G1<C>::Affine> h(zkey.header().domain_size);
  base::require_memory(2 * h.size() * sizeof(h[0]), "changing the basis of the H query");
  zkey.template read<G1<C>>(format::ZkeySection::h, 0, h, context.pool);
  context.progress.phase("H query: transform", fft::group_transform_cost(k) + h.size(), "points");
  fft::forward<G1<C>>(h, context.pool, context.progress);
  h.pop_back();
  scale_by_powers<C>(h, -C::Fr::from_u64(2), root, context);
  return h;
}

template <class C>
std::vector<typename G1<C>::Affine> differences_to_h(std::vector<typename G1<C>::Affine> hb, unsigned domain_log2,
                                                     const Context& context) {
  const auto root = odd_root<C>(domain_log2);
  context.progress.phase("H query: transform", fft::group_transform_cost(domain_log2) + hb.size(), "points");
  hb.push_back(G1<C>::Affine::infinity());
  scale_by_powers<C>(hb, -C::Fr::from_u64(2).inverse(), root.inverse(), context);
  fft::inverse<G1<C>>(hb, context.pool, context.progress);
  return hb;
}

template std::vector<G1<curve::Bn254>::Affine> h_to_differences<curve::Bn254>(const format::ZkeyReader<curve::Bn254>&,
                                                                              const Context&);
template std::vector<G1<curve::Bls12_381>::Affine> h_to_differences<curve::Bls12_381>(
    const format::ZkeyReader<curve::Bls12_381>&, const Context&);
template std::vector<G1<curve::Bn254>::Affine> differences_to_h<curve::Bn254>(std::vector<G1<curve::Bn254>::Affine>,
                                                                              unsigned, const Context&);
template std::vector<G1<curve::Bls12_381>::Affine> differences_to_h<curve::Bls12_381>(
    std::vector<G1<curve::Bls12_381>::Affine>, unsigned, const Context&);

}  // namespace solemn::setup
