#pragma once
// The secrets of one phase-1 contribution and the proof that somebody knew them (spec 4.3, 4.4; BGM17 section 4).
#include "base/secret.hpp"
#include "hash/chacha.hpp"
#include "setup/context.hpp"

namespace solemn::setup::phase1 {

/// Toxic waste: whoever keeps these three of every contribution can forge proofs.
template <class C>
struct Secrets {
  base::Secret<typename C::Fr> tau, alpha, beta;
};

template <class C>
struct SecretsAndKey {
  Secrets<C> secrets;
  format::TauKey<C> key;
};

/// Everything from one stream, in snarkjs' order, so that a beacon gives the same key to everybody. Secret
/// multiplications are constant time; what the stream draws for the public points g1_s is public.
template <class C>
SecretsAndKey<C> make_key(hash::ChaChaRng& rng, const base::Hash64& challenge);

/// The stream of a contributor: ChaCha20 seeded with H(entropy).
hash::ChaChaRng contributor_stream(const Entropy& entropy);

/// Names which of the three secrets a proof is for.
enum class Personality : std::uint8_t { tau = 0, alpha = 1, beta = 2 };
/// What is hashed to G2 for a proof of knowledge: binds the proof to the challenge and to (s, k s).
template <class C>
base::Hash64 proof_digest(Personality personality, const base::Hash64& challenge,
                          const typename curve::G1<C>::Affine& g1_s, const typename curve::G1<C>::Affine& g1_sx);

}  // namespace solemn::setup::phase1
