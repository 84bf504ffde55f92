#include "setup/phase1_key.hpp"

#include "base/ct.hpp"
#include "curve/bulk.hpp"
#include "curve/encoding.hpp"
#include "curve/sampling.hpp"

namespace solemn::setup::phase1 {

namespace {

template <class C>
typename format::TauKey<C>::One prove_knowledge(hash::ChaChaRng& rng, Personality personality,
                                                const base::Hash64& challenge,
                                                const base::Secret<typename C::Fr>& secret) {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  typename format::TauKey<C>::One proof;
  proof.g1_s = curve::point_from_rng<G1>(rng);
  proof.g1_sx = curve::mul_secret<G1>(proof.g1_s, secret.expose());
  ct::mark_public(&proof.g1_sx, sizeof(proof.g1_sx));  // published: part of the proof
  const auto g2_sp = curve::hash_to_g2<C>(proof_digest<C>(personality, challenge, proof.g1_s, proof.g1_sx));
  proof.g2_spx = curve::mul_secret<G2>(g2_sp, secret.expose());
  return proof;
}

}  // namespace

hash::ChaChaRng contributor_stream(const Entropy& entropy) {
  base::Secret<base::Hash64> seed;
  seed.expose() = hash::blake2b(entropy.expose());
  return hash::ChaChaRng(seed.expose());
}

template <class C>
base::Hash64 proof_digest(Personality personality, const base::Hash64& challenge,
                          const typename curve::G1<C>::Affine& g1_s, const typename curve::G1<C>::Affine& g1_sx) {
  using G1 = curve::G1<C>;
  const std::byte person{static_cast<std::uint8_t>(personality)};
  std::array<std::byte, 2 * G1::kBytes> points{};
  curve::write_snarkjs_u<G1>(base::MutableByteSpan(points).first(G1::kBytes), g1_s);
  curve::write_snarkjs_u<G1>(base::MutableByteSpan(points).subspan(G1::kBytes), g1_sx);
  hash::Blake2b state;
  state.update({&person, 1});
  state.update(challenge);
  state.update(points);
  return state.finish();
}

template <class C>
SecretsAndKey<C> make_key(hash::ChaChaRng& rng, const base::Hash64& challenge) {
  SecretsAndKey<C> out;
  Secrets<C>& secrets = out.secrets;
  for (auto* secret : {&secrets.tau, &secrets.alpha, &secrets.beta}) {
    secret->expose() = curve::field_from_rng<typename C::Fr>(rng);
    ct::mark_secret(&secret->expose(), sizeof(typename C::Fr));
  }
  out.key.tau = prove_knowledge<C>(rng, Personality::tau, challenge, secrets.tau);
  out.key.alpha = prove_knowledge<C>(rng, Personality::alpha, challenge, secrets.alpha);
  out.key.beta = prove_knowledge<C>(rng, Personality::beta, challenge, secrets.beta);
  ct::mark_public(&out.key, sizeof(out.key));
  return out;
}

template SecretsAndKey<curve::Bn254> make_key<curve::Bn254>(hash::ChaChaRng&, const base::Hash64&);
template SecretsAndKey<curve::Bls12_381> make_key<curve::Bls12_381>(hash::ChaChaRng&, const base::Hash64&);
template base::Hash64 proof_digest<curve::Bn254>(Personality, const base::Hash64&,
                                                 const curve::G1<curve::Bn254>::Affine&,
                                                 const curve::G1<curve::Bn254>::Affine&);
template base::Hash64 proof_digest<curve::Bls12_381>(Personality, const base::Hash64&,
                                                     const curve::G1<curve::Bls12_381>::Affine&,
                                                     const curve::G1<curve::Bls12_381>::Affine&);

}  // namespace solemn::setup::phase1
