#include "setup/phase2_hb.hpp"

#include "base/error.hpp"
#include "msm/msm.hpp"
#include "setup/scratch.hpp"

namespace solemn::setup {

using curve::G1;

namespace {

constexpr std::uint64_t kDefaultMemory = 512ULL << 20;
constexpr std::uint64_t kReserve = 128ULL << 20;  // tables, scratch of the threads, blocks that are read and written
constexpr std::uint64_t kBlock = std::uint64_t{1} << 14;

/// Never more than there is: with less, the transform reads and writes shorter runs.
template <class C>
std::uint64_t transform_memory(unsigned domain_log2, const Context& context) {
  const std::uint64_t asked = context.memory_limit_bytes != 0 ? context.memory_limit_bytes : kDefaultMemory;
  const std::uint64_t limit = std::min(asked, base::available_memory_bytes());
  return std::max(limit - std::min(limit, kReserve), fft::out_of_core_minimum_bytes<G1<C>>(domain_log2));
}

/// to[j] = from[j] * first * ratio^j, public. One store may be both.
template <class C>
void scale_by_powers(const format::PointSource<G1<C>>& from, const fft::PointStore<G1<C>>& to,
                     const typename C::Fr& first, const typename C::Fr& ratio, const Context& context) {
  std::vector<typename G1<C>::Affine> points(static_cast<std::size_t>(std::min(kBlock, from.count)));
  std::vector<typename C::Fr> scalars(points.size());
  typename C::Fr power = first;
  for (std::uint64_t begin = 0; begin < from.count; begin += points.size()) {
    context.progress.check_interrupt();
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(points.size(), from.count - begin));
    const std::span<typename G1<C>::Affine> part = std::span(points).first(n);
    from.read(begin, part);
    for (std::size_t i = 0; i < n; ++i, power *= ratio) scalars[i] = power;
    msm::mul_each_vartime<G1<C>>(part, part, std::span<const typename C::Fr>(scalars).first(n), context.pool);
    to.write(begin, part);
    context.progress.advance(n);
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

constexpr std::string_view kPhase = "H query: transform";

}  // namespace

template <class C>
void require_room(unsigned domain_log2, const base::Path& out, std::uint64_t output_bytes, HScratch scratch) {
  static_cast<void>(odd_root<C>(domain_log2));
  base::require_memory(kReserve + fft::out_of_core_minimum_bytes<G1<C>>(domain_log2),
                       "changing the basis of the H query");
  const std::uint64_t all_points = std::uint64_t{G1<C>::kBytes} << domain_log2;
  base::require_disk(out, base::checked_add(output_bytes, static_cast<std::uint64_t>(scratch) * all_points));
}

template <class C>
Differences<C>::Differences(const format::ZkeyReader<C>& zkey, const base::Path& out, const Context& context)
    : n_points_(zkey.header().domain_size - 1), scratch_(scratch_beside(out), base::Overwrite::yes) {
  using G = G1<C>;
  const unsigned k = zkey.header().domain_log2;
  const auto root = odd_root<C>(k);
  context.progress.phase(kPhase, fft::forward_transform_cost(k) + n_points_, "points");
  const fft::PointStore<G> result = store_in<G>(scratch_, 0);
  const fft::PointStore<G> from_key = {[&](std::uint64_t first, std::span<typename G::Affine> h) {
                                         zkey.template read<G>(format::ZkeySection::h, first, h, context.pool);
                                       },
                                       result.write};
  fft::forward_out_of_core<G>(k, from_key, store_in<G>(scratch_, std::uint64_t{zkey.header().domain_size} * G::kBytes),
                              transform_memory<C>(k, context), context.pool, context.progress);
  scale_by_powers<C>(points(), result, -C::Fr::from_u64(2), root, context);
}

template <class C>
format::PointSource<G1<C>> Differences<C>::points() {
  return {n_points_, store_in<G1<C>>(scratch_, 0).read};
}

template <class C>
void differences_to_h(const format::PointSource<G1<C>>& hb, unsigned domain_log2, const fft::PointStore<G1<C>>& h,
                      const base::Path& out, const Context& context) {
  using G = G1<C>;
  const auto root = odd_root<C>(domain_log2);
  context.progress.phase(kPhase, fft::group_transform_cost(domain_log2) + hb.count, "points");
  scale_by_powers<C>(hb, h, -C::Fr::from_u64(2).inverse(), root.inverse(), context);
  const auto last = G::Affine::infinity();
  h.write(hb.count, std::span(&last, 1));
  base::OutputFile scratch(scratch_beside(out), base::Overwrite::yes);
  fft::inverse_out_of_core<G>(domain_log2, h, store_in<G>(scratch, 0), transform_memory<C>(domain_log2, context),
                              context.pool, context.progress);
}

#define SOLEMN_INSTANTIATE(C)                                                                                   \
  template void require_room<C>(unsigned, const base::Path&, std::uint64_t, HScratch);                          \
  template class Differences<C>;                                                                                \
  template void differences_to_h<C>(const format::PointSource<G1<C>>&, unsigned, const fft::PointStore<G1<C>>&, \
                                    const base::Path&, const Context&);
SOLEMN_INSTANTIATE(curve::Bn254)
SOLEMN_INSTANTIATE(curve::Bls12_381)
#undef SOLEMN_INSTANTIATE

}  // namespace solemn::setup
