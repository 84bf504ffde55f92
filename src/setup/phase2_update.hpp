#pragma once
// What contribute, beacon, import and verify share: sections L (C) and H, the only ones that a contribution changes,
// both multiplied by delta'^-1.
#include "format/zkey.hpp"
#include "setup/context.hpp"
#include "setup/origin.hpp"
#include "setup/verdict.hpp"

namespace solemn::setup {

/// sum r_i P_i over a whole section, independent r_i of `bits` bits from seed32: two files with the same seed are
/// combined with the same coefficients.
template <class C>
typename curve::G1<C>::Affine combine_section(const format::ZkeyReader<C>& zkey, format::ZkeySection section,
                                              base::ByteSpan seed32, const Context& context,
                                              unsigned bits = msm::kSoundBits);

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

/// L and H of `after` are those of `before` times delta_before / delta_after, each by one pairing equation. From
/// elsewhere: with soundness 2^-128, H up to its unfixed part. From here: 2^-kFaultBits, all of H. Rules query-l,
/// query-h.
template <class C>
void verify_queries_follow(Verdict& verdict, const format::ZkeyReader<C>& before, const format::ZkeyReader<C>& after,
                           Origin origin, const Context& context);

/// sum over a section is divided by delta: e(now, delta2_now) = e(base, delta2_base). Both sums infinity counts as
/// equal.
template <class C>
bool divided_by_delta(const typename curve::G1<C>::Affine& base_sum, const typename curve::G2<C>::Affine& base_delta2,
                      const typename curve::G1<C>::Affine& sum, const typename curve::G2<C>::Affine& delta2);

/// Every section that no contribution may touch (IC, coefficients, A, B1, B2) is byte for byte the same. Rules
/// query-ic, coefficients, query-a, query-b1, query-b2.
template <class C>
void verify_fixed_sections_equal(Verdict& verdict, const format::ZkeyReader<C>& before,
                                 const format::ZkeyReader<C>& after, const Context& context);

/// Rule extends-previous: same circuit, same phase 1, the old chain is the beginning of the new one, something was
/// added; and the sections above.
template <class C>
void verify_extends(Verdict& verdict, const format::ZkeyReader<C>& previous, const format::ZkeyChain<C>& old_chain,
                    const format::ZkeyReader<C>& zkey, const format::ZkeyChain<C>& chain, Origin origin,
                    const Context& context);

/// curve-points and subgroup-points for every section of the file.
template <class C>
void verify_points(Verdict& verdict, const format::ZkeyReader<C>& zkey, const Context& context);

}  // namespace solemn::setup
