#include "setup/phase2_chain.hpp"

#include <algorithm>

#include "base/ct.hpp"
#include "base/error.hpp"
#include "curve/bulk.hpp"
#include "curve/sampling.hpp"
#include "hash/entropy.hpp"
#include "msm/msm.hpp"

namespace solemn::setup {

using curve::G1;
using curve::G2;
using curve::PairingInput;

template <class C>
ChainTranscript<C>::ChainTranscript(const base::Hash64& circuit_hash) {
  absorbed_.update(circuit_hash);
}

template <class C>
base::Hash64 ChainTranscript<C>::transcript_of(const typename G1<C>::Affine& g1_s,
                                               const typename G1<C>::Affine& g1_sx) const {
  std::array<std::byte, G1<C>::kBytes> encoded;
  hash::Blake2b hasher = absorbed_;
  for (const auto* point : {&g1_s, &g1_sx}) {
    curve::write_snarkjs_u<G1<C>>(encoded, *point);
    hasher.update(encoded);
  }
  return hasher.finish();
}

template <class C>
void ChainTranscript<C>::append(const format::ZkeyContribution<C>& contribution) {
  absorbed_.update(format::contribution_public_key<C>(contribution));
}

template <class C>
base::Hash64 contribution_hash(const format::ZkeyContribution<C>& contribution) {
  return hash::blake2b(format::contribution_public_key<C>(contribution));
}

template <class C>
NewLink<C> make_link(base::ByteSpan seed32, const ChainTranscript<C>& transcript, const typename G1<C>::Affine& delta1,
                     const typename G2<C>::Affine& delta2, base::Pool& pool) {
  using Fr = typename C::Fr;
  hash::ChaChaRng rng(seed32);
  NewLink<C> link;
  link.delta.expose() = curve::field_from_rng<Fr>(rng);  // delta'
  const Fr& delta = link.delta.expose();
  ct::mark_secret(&delta, sizeof(delta));
  auto& record = link.record;
  pool.run_together({[&] {
                       record.g1_s = curve::point_from_rng<G1<C>>(rng);
                       record.g1_sx = curve::mul_secret<G1<C>>(record.g1_s, delta);  // delta' * s
                       ct::mark_public(&record.g1_sx, sizeof(record.g1_sx));         // published: part of the proof
                       record.transcript = transcript.transcript_of(record.g1_s, record.g1_sx);
                       const auto g2_sp = curve::hash_to_g2<C>(record.transcript);
                       record.g2_spx = curve::mul_secret<G2<C>>(g2_sp, delta);  // delta' * sp
                     },
                     [&] {
                       record.delta_after = curve::mul_secret<G1<C>>(delta1, delta);  // delta' * delta
                       link.delta2 = curve::mul_secret<G2<C>>(delta2, delta);
                     }});
  ct::mark_public(&record, sizeof(record));  // published, as is delta2
  ct::mark_public(&link.delta2, sizeof(link.delta2));
  return link;
}

namespace {

template <class C>
using Links = std::span<const format::ZkeyContribution<C>>;

template <class C>
const typename G1<C>::Affine& delta_before(Links<C> links, std::size_t i) {
  static const typename G1<C>::Affine kGenerator = G1<C>::generator();
  return i == 0 ? kGenerator : links[i - 1].delta_after;
}

std::string link_name(std::size_t index) { return "contribution " + std::to_string(index + 1); }

/// H(csHash || PK(c_1) || ... || U(s_i) || U(sx_i)) == transcript_i for every i.
template <class C>
void check_transcripts(Verdict& verdict, const format::ZkeyChain<C>& chain) {
  ChainTranscript<C> transcript(chain.circuit_hash);
  for (std::size_t i = 0; i < chain.contributions.size(); ++i) {
    const auto& link = chain.contributions[i];
    if (transcript.transcript_of(link.g1_s, link.g1_sx) != link.transcript)
      return verdict.fail(
          "contribution-transcripts",
          link_name(i) + " does not follow from the ones before it: replayed, reordered, or one is missing");
    transcript.append(link);
  }
  verdict.pass("contribution-transcripts",
               std::to_string(chain.contributions.size()) + " links, each names all before it");
}

/// delta' = 1 adds nothing, and says that the contributor knew it.
template <class C>
void check_not_trivial(Verdict& verdict, Links<C> links) {
  for (std::size_t i = 0; i < links.size(); ++i)
    if (links[i].g1_s == links[i].g1_sx || links[i].delta_after == delta_before<C>(links, i))
      return verdict.fail("contribution-not-trivial", link_name(i) + " multiplies by one");
  verdict.pass("contribution-not-trivial");
}

/// e(s, spx) = e(sx, sp) (knowledge of delta') and e(delta_before, spx) = e(delta_after, sp) (it was that delta').
template <class C>
bool link_holds(Links<C> links, std::size_t i, const typename G2<C>::Affine& g2_sp) {
  const auto& link = links[i];
  return curve::same_ratio<C>(link.g1_s, link.g1_sx, g2_sp, link.g2_spx) &&
         curve::same_ratio<C>(delta_before<C>(links, i), link.delta_after, g2_sp, link.g2_spx);
}

/// Both equations of all links, combined with independent 128-bit coefficients rho_i, sigma_i into
///   prod e(rho_i s_i + sigma_i before_i, spx_i) * e(-(rho_i sx_i + sigma_i after_i), sp_i) = 1.
/// A chain with a wrong link passes with probability at most 2^-127: fix all coefficients but those of that link.
template <class C>
bool all_links_hold(Links<C> links, std::size_t first, std::span<const typename G2<C>::Affine> g2_sp,
                    const Context& context) {
  using Point = typename G1<C>::Affine;
  const std::size_t n = g2_sp.size();
  const base::Hash32 seed = hash::fresh_bytes<32>();
  std::vector<typename C::Fr> coefficients(4 * n);
  msm::random_coefficients<typename C::Fr>(std::span(coefficients).first(2 * n), seed, 0);
  std::copy_n(coefficients.begin(), 2 * n, coefficients.begin() + static_cast<std::ptrdiff_t>(2 * n));
  std::vector<Point> points(4 * n);  // s | before | sx | after
  for (std::size_t i = 0; i < n; ++i) {
    points[i] = links[first + i].g1_s;
    points[n + i] = delta_before<C>(links, first + i);
    points[2 * n + i] = links[first + i].g1_sx;
    points[3 * n + i] = links[first + i].delta_after;
  }
  msm::mul_each_vartime<G1<C>>(points, points, coefficients, context.pool);
  const std::span<Point> all(points);
  msm::add_each<G1<C>>(all.first(n), all.first(n), all.subspan(n, n), context.pool);
  msm::add_each<G1<C>>(all.subspan(2 * n, n), all.subspan(2 * n, n), all.subspan(3 * n, n), context.pool);
  std::vector<PairingInput<C>> pairs;
  pairs.reserve(2 * n);
  for (std::size_t i = 0; i < n; ++i) {
    pairs.push_back({points[i], links[first + i].g2_spx});
    pairs.push_back({-points[2 * n + i], g2_sp[i]});
  }
  return curve::pairing_product_is_one<C>(pairs, context.pool);
}

/// In blocks, so that memory does not grow with the chain.
template <class C>
void check_ratios(Verdict& verdict, Links<C> links, std::size_t from, const Context& context) {
  constexpr std::size_t kBlock = 1024;
  context.progress.phase("contribution chain", links.size() - from, "links");
  std::vector<base::Hash64> digests;
  std::vector<typename G2<C>::Affine> g2_sp;
  for (std::size_t first = from; first < links.size(); first += kBlock) {
    context.progress.check_interrupt();
    const std::size_t n = std::min(kBlock, links.size() - first);
    digests.clear();
    for (std::size_t i = 0; i < n; ++i) digests.push_back(links[first + i].transcript);
    g2_sp.resize(n);
    curve::hash_to_g2_each<C>(g2_sp, digests, context.pool);
    if (!all_links_hold<C>(links, first, g2_sp, context)) {
      std::size_t bad = 0;
      while (bad + 1 < n && link_holds<C>(links, first + bad, g2_sp[bad])) ++bad;
      return verdict.fail("contribution-ratios",
                          link_name(first + bad) + ": the proof of knowledge or the change of delta does not verify");
    }
    context.progress.advance(n);
  }
  verdict.pass("contribution-ratios",
               std::to_string(links.size() - from) + " proofs of knowledge and delta ratios, in batched pairings");
}

/// Everybody can repeat a beacon step: the same hash gives the same delta', s and sx.
template <class C>
void check_beacons(Verdict& verdict, Links<C> links, TestBeacon policy, const Context& context) {
  std::size_t n_beacons = 0;
  BeaconBudget budget(kMaxVerifiedExp);
  for (std::size_t i = 0; i < links.size(); ++i) {
    const auto& params = links[i].params;
    if (params.type != format::ContributionType::beacon) continue;
    ++n_beacons;
    if (params.beacon.empty() || params.iterations_exp > kMaxIterationsExp)
      return verdict.fail("beacon-steps", link_name(i) + ": 2^" + std::to_string(params.iterations_exp) +
                                              " iterations are beyond the limit of 2^" +
                                              std::to_string(kMaxIterationsExp) + ", or there is no value");
    if (!budget.take(params.iterations_exp))
      return verdict.not_run("beacon-steps", link_name(i) + ": with the steps before it more than 2^" +
                                                 std::to_string(kMaxVerifiedExp) + " hashes, which would take hours");
    hash::ChaChaRng rng(run_beacon({params.beacon, params.iterations_exp}, context.progress));
    const auto delta = curve::field_from_rng<typename C::Fr>(rng);
    const auto g1_s = curve::point_from_rng<G1<C>>(rng);
    if (!(g1_s == links[i].g1_s) || !(curve::mul_secret<G1<C>>(g1_s, delta) == links[i].g1_sx))
      return verdict.fail("beacon-steps", link_name(i) + " is not what its beacon value gives");
  }
  verdict.pass("beacon-steps",
               n_beacons == 0 ? "no beacon step" : std::to_string(n_beacons) + " repeated from their values");
  if (policy == TestBeacon::allow_insecure) return;
  for (std::size_t i = 0; i < links.size(); ++i)
    if (links[i].params.type == format::ContributionType::beacon && is_known_test_beacon(links[i].params.beacon))
      return verdict.fail("no-test-beacon", link_name(i) + " uses a beacon value that everybody knows");
  verdict.pass("no-test-beacon");
}

/// Beacon steps are public: if there is nothing else, everybody knows delta and can forge.
template <class C>
void check_exist(Verdict& verdict, Links<C> links, TestBeacon policy) {
  if (links.empty())
    return verdict.fail("contributions-exist",
                        "no phase-2 contribution: delta is the generator, anybody can forge proofs under this key");
  verdict.pass("contributions-exist", std::to_string(links.size()) + " steps (names are claims)");
  const bool secret = std::any_of(links.begin(), links.end(), [](const auto& l) {
    return l.params.type == format::ContributionType::contribution;
  });
  if (policy == TestBeacon::allow_insecure && !secret) return;
  verdict.add(
      "secret-contribution", secret,
      secret ? "at least one step is not a beacon" : "every step is a public beacon: everybody can compute delta");
}

}  // namespace

template <class C>
void verify_links(Verdict& verdict, const format::ZkeyChain<C>& chain, std::size_t from, const Context& context) {
  const Links<C> links(chain.contributions);
  check_transcripts<C>(verdict, chain);
  check_not_trivial<C>(verdict, links);
  check_ratios<C>(verdict, links, from, context);
}

template <class C>
void verify_chain(Verdict& verdict, const format::ZkeyChain<C>& chain, TestBeacon policy, const Context& context) {
  const Links<C> links(chain.contributions);
  check_exist<C>(verdict, links, policy);
  if (links.empty()) return;
  verify_links<C>(verdict, chain, 0, context);
  check_beacons<C>(verdict, links, policy, context);
}

template <class C>
void verify_deltas(Verdict& verdict, const format::ZkeyHeader<C>& header, const format::ZkeyChain<C>& chain) {
  const auto g1 = G1<C>::generator();
  const auto g2 = G2<C>::generator();
  const auto& last = chain.contributions.empty() ? g1 : chain.contributions.back().delta_after;
  verdict.add("delta-matches-chain", header.delta1 == last,
              header.delta1 == last ? "" : "section 2: delta1 is not what the last contribution left");
  const bool same = curve::same_ratio<C>(g1, header.delta1, g2, header.delta2);
  verdict.add("delta-g1-g2", same,
              same ? "delta1 and delta2 hide the same number" : "section 2: delta1 and delta2 hide different numbers");
  const bool distinct = !(header.delta2 == header.gamma2);
  verdict.add("delta-not-gamma", distinct,
              distinct ? "" : "section 2: delta = gamma: anybody can forge proofs under this key");
  const bool moved = !(header.delta2 == g2) && !(header.delta1 == g1);
  verdict.add("delta-not-generator", moved,
              moved ? "" : "section 2: delta is the generator: anybody can forge proofs under this key");
  const bool gamma = header.gamma2 == g2;
  verdict.add("gamma-is-generator", gamma, gamma ? "" : "section 2: gamma is not the generator that setup writes");
}

#define SOLEMN_INSTANTIATE(C)                                                                                \
  template class ChainTranscript<C>;                                                                         \
  template base::Hash64 contribution_hash<C>(const format::ZkeyContribution<C>&);                            \
  template NewLink<C> make_link<C>(base::ByteSpan, const ChainTranscript<C>&, const typename G1<C>::Affine&, \
                                   const typename G2<C>::Affine&, base::Pool&);                              \
  template void verify_links<C>(Verdict&, const format::ZkeyChain<C>&, std::size_t, const Context&);         \
  template void verify_chain<C>(Verdict&, const format::ZkeyChain<C>&, TestBeacon, const Context&);          \
  template void verify_deltas<C>(Verdict&, const format::ZkeyHeader<C>&, const format::ZkeyChain<C>&);
SOLEMN_INSTANTIATE(curve::Bn254)
SOLEMN_INSTANTIATE(curve::Bls12_381)
#undef SOLEMN_INSTANTIATE

}  // namespace solemn::setup
