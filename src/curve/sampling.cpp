#include "curve/sampling.inc"

#include "hash/entropy.hpp"

namespace solemn::curve {

template <class F>
base::Secret<F> random_secret_scalar() {
  base::Secret<base::Hash64> bytes;
  base::Secret<F> scalar;
  do {
    hash::os_random(bytes.expose());
    scalar.expose() = F::from_wide_bytes(bytes.expose());
  } while ((scalar.expose().is_zero() | ct_equal(scalar.expose(), F::one())).reveal_vartime());
  return scalar;
}

template Bn254::Fr field_from_rng<Bn254::Fr>(hash::ChaChaRng&) noexcept;
template Bn254::Fq field_from_rng<Bn254::Fq>(hash::ChaChaRng&) noexcept;
template Bn254::Fq2 field_from_rng<Bn254::Fq2>(hash::ChaChaRng&) noexcept;
template G1<Bn254>::Affine point_from_rng<G1<Bn254>>(hash::ChaChaRng&) noexcept;
template G2<Bn254>::Affine point_from_rng<G2<Bn254>>(hash::ChaChaRng&) noexcept;
template G2<Bn254>::Affine hash_to_g2<Bn254>(base::ByteSpan) noexcept;
template base::Secret<Bn254::Fr> random_secret_scalar<Bn254::Fr>();

template Bls12_381::Fr field_from_rng<Bls12_381::Fr>(hash::ChaChaRng&) noexcept;
template Bls12_381::Fq field_from_rng<Bls12_381::Fq>(hash::ChaChaRng&) noexcept;
template Bls12_381::Fq2 field_from_rng<Bls12_381::Fq2>(hash::ChaChaRng&) noexcept;
template G1<Bls12_381>::Affine point_from_rng<G1<Bls12_381>>(hash::ChaChaRng&) noexcept;
template G2<Bls12_381>::Affine point_from_rng<G2<Bls12_381>>(hash::ChaChaRng&) noexcept;
template G2<Bls12_381>::Affine hash_to_g2<Bls12_381>(base::ByteSpan) noexcept;
template base::Secret<Bls12_381::Fr> random_secret_scalar<Bls12_381::Fr>();

}  // namespace solemn::curve
