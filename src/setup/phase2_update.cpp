#include "setup/phase2_update.hpp"

#include <cstring>

#include "base/error.hpp"
#include "curve/bulk.hpp"
#include "hash/entropy.hpp"
#include "msm/msm.hpp"

namespace solemn::setup {

using curve::G1;
using curve::G2;
using format::ZkeySection;

namespace {

constexpr std::size_t kBlock = std::size_t{1} << 16;

/// Calls visit(first, points) block by block.
template <class C, class G, class Visit>
void for_blocks(const format::ZkeyReader<C>& zkey, ZkeySection section, const Context& context, const Visit& visit) {
  const std::uint64_t n = zkey.points(section);
  std::vector<typename G::Affine> block(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, n)));
  for (std::uint64_t first = 0; first < n; first += kBlock) {
    context.progress.check_interrupt();
    const auto part = std::span(block).first(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, n - first)));
    zkey.template read<G>(section, first, part, context.pool);
    visit(first, std::span<const typename G::Affine>(part));
    context.progress.advance(part.size());
  }
}

std::string section_name(ZkeySection section) { return "section " + std::to_string(static_cast<unsigned>(section)); }

}  // namespace

template <class C>
typename G1<C>::Affine combine_section(const format::ZkeyReader<C>& zkey, ZkeySection section, base::ByteSpan seed32,
                                       const Context& context) {
  auto sum = G1<C>::Jacobian::infinity();
  for_blocks<C, G1<C>>(zkey, section, context, [&](std::uint64_t first, auto points) {
    sum = add_vartime(sum, msm::random_combination<G1<C>>(points, seed32, first, context.pool));
  });
  return sum.to_affine_vartime();
}

template <class C>
typename G1<C>::Jacobian unfixed_part(const typename G1<C>::Affine& h_0, unsigned domain_log2, base::ByteSpan seed32,
                                      const Context& context) {
  using Fr = typename C::Fr;
  const std::uint64_t n = std::uint64_t{1} << domain_log2;
  const Fr root = Fr::root_of_unity(domain_log2);
  Fr sum = Fr::zero(), power = Fr::one();
  std::vector<Fr> coefficients(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, n)));
  for (std::uint64_t first = 0; first < n; first += coefficients.size()) {
    context.progress.check_interrupt();
    msm::random_coefficients<Fr>(coefficients, seed32, first);
    for (const Fr& coefficient : coefficients) {
      sum += coefficient * power;
      power *= root;
    }
  }
  std::array<typename G1<C>::Affine, 1> point{h_0};
  msm::mul_each_vartime<G1<C>>(point, point, std::span<const Fr>(&sum, 1), context.pool);
  return G1<C>::Jacobian::from(point[0]);
}

template <class C>
typename G1<C>::Affine combine_h(const format::ZkeyReader<C>& zkey, base::ByteSpan seed32, const Context& context) {
  std::array<typename G1<C>::Affine, 1> h_0;
  zkey.template read<G1<C>>(ZkeySection::h, 0, h_0, context.pool);
  const auto all = combine_section<C>(zkey, ZkeySection::h, seed32, context);
  const auto rest = unfixed_part<C>(h_0[0], zkey.header().domain_log2, seed32, context);
  return add_vartime(G1<C>::Jacobian::from(all), -rest).to_affine_vartime();
}

template <class C>
bool divided_by_delta(const typename G1<C>::Affine& base_sum, const typename G2<C>::Affine& base_delta2,
                      const typename G1<C>::Affine& sum, const typename G2<C>::Affine& delta2) {
  if (base_sum.is_infinity_vartime() || sum.is_infinity_vartime())
    return base_sum.is_infinity_vartime() && sum.is_infinity_vartime();
  return curve::same_ratio<C>(sum, base_sum, base_delta2, delta2);
}

template <class C>
void verify_queries_follow(Verdict& verdict, const format::ZkeyReader<C>& before, const format::ZkeyReader<C>& after,
                           const Context& context) {
  const base::Hash32 seed = hash::fresh_bytes<32>();
  for (const auto& [rule, section] : {std::pair{"query-l", ZkeySection::c}, std::pair{"query-h", ZkeySection::h}}) {
    context.progress.phase(rule, 2 * after.points(section), "points");
    const auto combine = [&, section = section](const format::ZkeyReader<C>& key) {
      return section == ZkeySection::h ? combine_h<C>(key, seed, context)
                                       : combine_section<C>(key, section, seed, context);
    };
    typename G1<C>::Affine old_sum, new_sum;
    context.pool.run_together({[&] { old_sum = combine(before); }, [&] { new_sum = combine(after); }});
    const bool ok = divided_by_delta<C>(old_sum, before.header().delta2, new_sum, after.header().delta2);
    const std::string n_points = std::to_string(after.points(section)) + " points ";
    verdict.add(rule, ok,
                n_points + (ok ? "divided by the change of delta"
                               : "are not the previous ones divided by the change of delta: " + section_name(section)));
  }
}

template <class C>
void verify_fixed_sections_equal(Verdict& verdict, const format::ZkeyReader<C>& before,
                                 const format::ZkeyReader<C>& after, const Context& context) {
  base::Bytes a(std::size_t{1} << 16), b(a.size());  // both stay in the first caches
  for (const auto& [rule, section] : kFixedSections) {
    const auto type = static_cast<std::uint32_t>(section);
    const std::uint64_t size = after.container().section(type).size_bytes;
    bool same = before.container().section(type).size_bytes == size;
    std::uint64_t offset = 0;
    for (; same && offset < size; offset += a.size()) {
      context.progress.check_interrupt();
      const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(a.size(), size - offset));
      before.read_raw(section, offset, std::span(a).first(part));
      after.read_raw(section, offset, std::span(b).first(part));
      same = std::memcmp(a.data(), b.data(), part) == 0;
    }
    verdict.add(rule, same, same ? "as before" : section_name(section) + " differs from the previous key's");
  }
}

template <class C>
void verify_extends(Verdict& verdict, const format::ZkeyReader<C>& previous, const format::ZkeyChain<C>& old_chain,
                    const format::ZkeyReader<C>& zkey, const format::ZkeyChain<C>& chain, const Context& context) {
  const auto &p = previous.header(), &h = zkey.header();
  const std::size_t n_old = old_chain.contributions.size();
  const auto fail = [&](std::string why) { verdict.fail("extends-previous", std::move(why)); };
  if (p.n_vars != h.n_vars || p.n_public != h.n_public || p.domain_size != h.domain_size || !(p.alpha1 == h.alpha1) ||
      !(p.beta1 == h.beta1) || !(p.beta2 == h.beta2) || !(p.gamma2 == h.gamma2))
    return fail("another circuit, or another phase 1, than the previous key's");
  if (old_chain.circuit_hash != chain.circuit_hash) return fail("another circuit hash than the previous key's");
  if (chain.contributions.size() < n_old) return fail("the previous key has more contributions: some were dropped");
  for (std::size_t i = 0; i < n_old; ++i)
    if (format::contribution_public_key<C>(old_chain.contributions[i]) !=
        format::contribution_public_key<C>(chain.contributions[i]))
      return fail("contribution " + std::to_string(i + 1) +
                  " is not the one of the previous key: dropped, replaced or forged anew");
  if (chain.contributions.size() == n_old) return fail("nothing was added to the previous key");
  Verdict fixed, queries;
  context.pool.run_together({[&] { verify_fixed_sections_equal(fixed, previous, zkey, context); },
                             [&] { verify_queries_follow(queries, previous, zkey, context); }});
  for (const Verdict* sections : {&fixed, &queries})
    for (const Check& check : sections->checks())
      if (check.outcome != Outcome::passed) return fail(std::string(check.rule) + ": " + check.detail);
  verdict.pass("extends-previous", std::to_string(n_old) + " old and " +
                                       std::to_string(chain.contributions.size() - n_old) + " new contributions");
}

namespace {

template <class C, class G>
bool section_in_subgroup(const format::ZkeyReader<C>& zkey, ZkeySection section, base::ByteSpan seed32,
                         const Context& context, SectionObserver<C>* observer) {
  bool ok = true;
  for_blocks<C, G>(zkey, section, context, [&](std::uint64_t first, auto points) {
    ok = ok && msm::all_in_subgroup<G>(points, seed32, context.pool);
    if (observer != nullptr) observer->see(section, first, points);
  });
  return ok;
}

}  // namespace

template <class C>
void verify_points(Verdict& verdict, const format::ZkeyReader<C>& zkey, const Context& context,
                   SectionObserver<C>* observer) {
  constexpr std::array<ZkeySection, 6> kSections = {ZkeySection::ic, ZkeySection::a, ZkeySection::b1,
                                                    ZkeySection::b2, ZkeySection::c, ZkeySection::h};
  std::uint64_t total = 0;
  for (const ZkeySection section : kSections) total += zkey.points(section);
  context.progress.phase("points", total, "points");
  const base::Hash32 seed = hash::fresh_bytes<32>();
  std::string outside;
  try {
    for (const ZkeySection section : kSections) {
      const bool ok = section == ZkeySection::b2
                          ? section_in_subgroup<C, G2<C>>(zkey, section, seed, context, observer)
                          : section_in_subgroup<C, G1<C>>(zkey, section, seed, context, observer);
      if (!ok && outside.empty()) outside = section_name(section) + " has a point outside the prime-order subgroup";
    }
  } catch (const base::Error& error) {
    if (error.code() != base::Code::malformed) throw;
    verdict.fail("curve-points", error.message());
    return verdict.not_run("subgroup-points", "points are not on the curve");
  }
  verdict.pass("curve-points", std::to_string(total) +
                                   " points: coordinates reduced, on the curve, none at infinity where none may be");
  verdict.add("subgroup-points", outside.empty(), outside.empty() ? "all in the prime-order subgroup" : outside);
}

#define SOLEMN_INSTANTIATE(C)                                                                                        \
  template typename G1<C>::Affine combine_section<C>(const format::ZkeyReader<C>&, ZkeySection, base::ByteSpan,      \
                                                     const Context&);                                                \
  template typename G1<C>::Affine combine_h<C>(const format::ZkeyReader<C>&, base::ByteSpan, const Context&);        \
  template typename G1<C>::Jacobian unfixed_part<C>(const G1<C>::Affine&, unsigned, base::ByteSpan, const Context&); \
  template bool divided_by_delta<C>(const G1<C>::Affine&, const G2<C>::Affine&, const G1<C>::Affine&,                \
                                    const G2<C>::Affine&);                                                           \
  template void verify_queries_follow<C>(Verdict&, const format::ZkeyReader<C>&, const format::ZkeyReader<C>&,       \
                                         const Context&);                                                            \
  template void verify_fixed_sections_equal<C>(Verdict&, const format::ZkeyReader<C>&, const format::ZkeyReader<C>&, \
                                               const Context&);                                                      \
  template void verify_extends<C>(Verdict&, const format::ZkeyReader<C>&, const format::ZkeyChain<C>&,               \
                                  const format::ZkeyReader<C>&, const format::ZkeyChain<C>&, const Context&);        \
  template void verify_points<C>(Verdict&, const format::ZkeyReader<C>&, const Context&, SectionObserver<C>*);
SOLEMN_INSTANTIATE(curve::Bn254)
SOLEMN_INSTANTIATE(curve::Bls12_381)
#undef SOLEMN_INSTANTIATE

}  // namespace solemn::setup
