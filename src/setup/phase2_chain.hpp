#pragma once
// The contribution chain of a Groth16 key (spec 9.2 to 9.4): who multiplied delta by what, proved without saying what.
#include <span>
#include <string>
#include <vector>

#include "format/zkey.hpp"
#include "setup/context.hpp"
#include "setup/verdict.hpp"

namespace solemn::setup {

/// transcript_i for the next contribution is H(csHash || PK(c_1) || ... || PK(c_{i-1}) || U(g1_s) || U(g1_sx)): a
/// running hash.
template <class C>
class ChainTranscript {
 public:
  explicit ChainTranscript(const base::Hash64& circuit_hash);
  base::Hash64 transcript_of(const typename curve::G1<C>::Affine& g1_s,
                             const typename curve::G1<C>::Affine& g1_sx) const;
  void append(const format::ZkeyContribution<C>& contribution);

 private:
  hash::Blake2b absorbed_;
};

/// A new link on top of delta1: secret delta', its proof of knowledge, the updated deltas. The record's params are the
/// caller's.
template <class C>
struct NewLink {
  format::ZkeyContribution<C> record;
  base::Secret<typename C::Fr> delta;
  typename curve::G2<C>::Affine delta2;  // after
};
/// seed32: from entropy or from a beacon (spec 9.3). Constant time in the secret.
template <class C>
NewLink<C> make_link(base::ByteSpan seed32, const ChainTranscript<C>& transcript,
                     const typename curve::G1<C>::Affine& delta1, const typename curve::G2<C>::Affine& delta2,
                     base::Pool& pool);

template <class C>
base::Hash64 contribution_hash(const format::ZkeyContribution<C>& contribution);

/// All links at once: transcripts, proofs of knowledge and ratios in one product of pairings with 128-bit random
/// coefficients, beacon steps repeated. Rules added: contributions-exist, contribution-transcripts,
/// contribution-not-trivial, contribution-ratios, beacon-steps, no-test-beacon, secret-contribution.
template <class C>
void verify_chain(Verdict& verdict, const format::ZkeyChain<C>& chain, TestBeacon policy, const Context& context);

/// The part of it that needs no hashing of beacons and no policy: contribution-transcripts, contribution-not-trivial,
/// contribution-ratios, which looks at the links `from` and after. Shape: from < the length of the chain.
template <class C>
void verify_links(Verdict& verdict, const format::ZkeyChain<C>& chain, std::size_t from, const Context& context);

/// Rules delta-matches-chain, delta-g1-g2, delta-not-gamma, delta-not-generator, gamma-is-generator, no-infinity on the
/// header.
template <class C>
void verify_deltas(Verdict& verdict, const format::ZkeyHeader<C>& header, const format::ZkeyChain<C>& chain);

}  // namespace solemn::setup
