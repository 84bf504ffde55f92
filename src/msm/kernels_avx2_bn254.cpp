// Everything that other code shares is included before the pragmas, so that its inline functions stay runnable on every
// processor; the templates between the pragmas, and the intrinsics they use, need AVX2. base::cpu_features() is asked
// by has_lockstep_avx2().
#if defined(__x86_64__)
#include <immintrin.h>

#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "base/secret.hpp"
#include "msm/endomorphism.inc"
#include "msm/lockstep_avx2.hpp"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

#include "msm/vector_add.inc"

namespace solemn::msm {

namespace impl::avx2 {

template <class G, bool kSecret>
bool run(std::span<typename G::Affine> out, std::span<const typename G::Affine> in,
         const Blinding<typename G::Affine>& blinding, const std::uint8_t* codes, std::size_t step_stride,
         std::size_t lane_stride) {
  using K = typename G::template With<field::Adx>;
  using Affine = typename K::Affine;
  Lockstep<VectorLanes<K, kSecret>> engine(in.size());
  return engine.run({reinterpret_cast<Affine*>(out.data()), out.size()},
                    {reinterpret_cast<const Affine*>(in.data()), in.size()}, std::bit_cast<Blinding<Affine>>(blinding),
                    codes, step_stride, lane_stride);
}

}  // namespace impl::avx2

template <class G, bool kSecret>
bool run_lockstep_avx2(std::span<typename G::Affine> out, std::span<const typename G::Affine> in,
                       const Blinding<typename G::Affine>& blinding, const std::uint8_t* codes, std::size_t step_stride,
                       std::size_t lane_stride) {
  return impl::avx2::run<G, kSecret>(out, in, blinding, codes, step_stride, lane_stride);
}

template <class G>
void add_pairs_avx2(std::span<typename G::Affine> a, std::span<const typename G::Affine> b,
                    std::span<AdditionScratch<G>> scratch) noexcept {
  using K = typename G::template With<field::Adx>;
  using Affine = typename K::Affine;
  using Adder = impl::avx2::PairAdder<K>;
  using Pending = typename Adder::Pending;
  static_assert(sizeof(Pending) == sizeof(AdditionScratch<G>));
  Adder::run(reinterpret_cast<Affine*>(a.data()), reinterpret_cast<const Affine*>(b.data()), a.size(),
             reinterpret_cast<Pending*>(scratch.data()));
}

using Bn1 = curve::G1<curve::Bn254>;
using Bn2 = curve::G2<curve::Bn254>;
template bool run_lockstep_avx2<Bn1, true>(std::span<Bn1::Affine>, std::span<const Bn1::Affine>,
                                           const Blinding<Bn1::Affine>&, const std::uint8_t*, std::size_t, std::size_t);
template bool run_lockstep_avx2<Bn1, false>(std::span<Bn1::Affine>, std::span<const Bn1::Affine>,
                                            const Blinding<Bn1::Affine>&, const std::uint8_t*, std::size_t,
                                            std::size_t);
template bool run_lockstep_avx2<Bn2, true>(std::span<Bn2::Affine>, std::span<const Bn2::Affine>,
                                           const Blinding<Bn2::Affine>&, const std::uint8_t*, std::size_t, std::size_t);
template bool run_lockstep_avx2<Bn2, false>(std::span<Bn2::Affine>, std::span<const Bn2::Affine>,
                                            const Blinding<Bn2::Affine>&, const std::uint8_t*, std::size_t,
                                            std::size_t);

template void add_pairs_avx2<Bn1>(std::span<Bn1::Affine>, std::span<const Bn1::Affine>,
                                  std::span<AdditionScratch<Bn1>>) noexcept;
template void add_pairs_avx2<Bn2>(std::span<Bn2::Affine>, std::span<const Bn2::Affine>,
                                  std::span<AdditionScratch<Bn2>>) noexcept;

}  // namespace solemn::msm

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
