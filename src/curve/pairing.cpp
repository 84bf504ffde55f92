#include "curve/pairing.inc"

namespace solemn::curve {

template struct Fp6<Bn254>;
template struct Fp12<Bn254>;
template Bn254::Fq12 miller_product<Bn254>(std::span<const PairingInput<Bn254>>) noexcept;
template Bn254::Fq12 final_exponentiation<Bn254>(const Bn254::Fq12&) noexcept;
template Bn254::Fq12 pairing<Bn254>(const G1<Bn254>::Affine&, const G2<Bn254>::Affine&) noexcept;
template bool pairing_product_is_one<Bn254>(std::span<const PairingInput<Bn254>>) noexcept;

template struct Fp6<Bls12_381>;
template struct Fp12<Bls12_381>;
template Bls12_381::Fq12 miller_product<Bls12_381>(std::span<const PairingInput<Bls12_381>>) noexcept;
template Bls12_381::Fq12 final_exponentiation<Bls12_381>(const Bls12_381::Fq12&) noexcept;
template Bls12_381::Fq12 pairing<Bls12_381>(const G1<Bls12_381>::Affine&, const G2<Bls12_381>::Affine&) noexcept;
template bool pairing_product_is_one<Bls12_381>(std::span<const PairingInput<Bls12_381>>) noexcept;

}  // namespace solemn::curve
