#pragma once
// What contribute, beacon, import and verify share: sections L (C) and H, the only ones that a contribution changes,
// both multiplied by delta'^-1.
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "format/zkey.hpp"
#include "setup/context.hpp"
#include "setup/verdict.hpp"

namespace solemn::setup {

/// sum r_i P_i over a whole section, independent r_i of 128 bits from seed32: two files with the same seed are combined
/// with the same coefficients.
template <class C>
typename curve::G1<C>::Affine combine_section(const format::ZkeyReader<C>& zkey, format::ZkeySection section,
                                              base::ByteSpan seed32, const Context& context);

/// Of sum r_i H_i only the part that a ceremony fixes. mpcparams, and a ptau of exactly the circuit's power, drop the
/// coefficient of tau^(n-1) in the H query (spec sections 3 and 10), so two keys of one ceremony may differ by a
/// multiple of (w^0 G, w^1 G, ...), w of order n; no prover uses it. The sum over i of r_i w^i, times H_0, is what to
/// subtract so that this part vanishes and every other difference shows.
template <class C>
typename curve::G1<C>::Jacobian unfixed_part(const typename curve::G1<C>::Affine& h_0, unsigned domain_log2,
                                             base::ByteSpan seed32, const Context& context);

/// combine_section of H without the unfixed part.
template <class C>
typename curve::G1<C>::Affine combine_h(const format::ZkeyReader<C>& zkey, base::ByteSpan seed32,
                                        const Context& context);

/// L and H of `after` are those of `before` times delta_before / delta_after, each by one pairing equation with
/// soundness 2^-128, H up to its unfixed part. Rules query-l, query-h.
template <class C>
void verify_queries_follow(Verdict& verdict, const format::ZkeyReader<C>& before, const format::ZkeyReader<C>& after,
                           const Context& context);

/// sum over a section is divided by delta: e(now, delta2_now) = e(base, delta2_base). Both sums infinity counts as
/// equal.
template <class C>
bool divided_by_delta(const typename curve::G1<C>::Affine& base_sum, const typename curve::G2<C>::Affine& base_delta2,
                      const typename curve::G1<C>::Affine& sum, const typename curve::G2<C>::Affine& delta2);

/// What no contribution may touch, with the rules that say so.
inline constexpr std::array<std::pair<std::string_view, format::ZkeySection>, 5> kFixedSections = {
    {{"query-ic", format::ZkeySection::ic},
     {"coefficients", format::ZkeySection::coefs},
     {"query-a", format::ZkeySection::a},
     {"query-b1", format::ZkeySection::b1},
     {"query-b2", format::ZkeySection::b2}}};

/// Every one of kFixedSections is byte for byte the same.
template <class C>
void verify_fixed_sections_equal(Verdict& verdict, const format::ZkeyReader<C>& before,
                                 const format::ZkeyReader<C>& after, const Context& context);

/// Rule extends-previous: same circuit, same phase 1, the old chain is the beginning of the new one, something was
/// added; and the sections above.
template <class C>
void verify_extends(Verdict& verdict, const format::ZkeyReader<C>& previous, const format::ZkeyChain<C>& old_chain,
                    const format::ZkeyReader<C>& zkey, const format::ZkeyChain<C>& chain, const Context& context);

/// Is shown the points of sections as they are read: IC, A, B1, B2, L, H, each from its first on.
template <class C>
class SectionObserver {
 public:
  virtual ~SectionObserver() = default;
  virtual void see(format::ZkeySection section, std::uint64_t first,
                   std::span<const typename curve::G1<C>::Affine> points) = 0;
  virtual void see(format::ZkeySection section, std::uint64_t first,
                   std::span<const typename curve::G2<C>::Affine> points) = 0;
};

/// curve-points and subgroup-points for every section of the file. observer: null, or shown all points, until one is
/// not on the curve.
template <class C>
void verify_points(Verdict& verdict, const format::ZkeyReader<C>& zkey, const Context& context,
                   SectionObserver<C>* observer = nullptr);

}  // namespace solemn::setup
