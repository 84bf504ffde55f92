#pragma once
// The JSON files of snarkjs (snarkjs_json.md; spec section 11): verification key, proof, public signals. Written byte
// for byte alike.
#include <string>
#include <vector>

#include "curve/pairing.hpp"
#include "format/container.hpp"

namespace solemn::format {

template <class C>
struct VerifyingKey {
  typename curve::G1<C>::Affine alpha1;
  typename curve::G2<C>::Affine beta2, gamma2, delta2;
  std::vector<typename curve::G1<C>::Affine> ic;  // n_public + 1
};
template <class C>
struct Proof {
  typename curve::G1<C>::Affine a;
  typename curve::G2<C>::Affine b;
  typename curve::G1<C>::Affine c;
};

/// Readers: at most 64 MiB, strict fields; numbers are canonical decimal strings below the modulus; every point on its
/// curve and in its subgroup. They throw Error{malformed} naming the field. vk_alphabeta_12 when present must equal
/// e(alpha, beta) as snarkjs computes it.
curve::CurveId read_json_curve(std::string_view json);
template <class C>
VerifyingKey<C> read_vkey_json(std::string_view json);
template <class C>
std::string write_vkey_json(const VerifyingKey<C>& vk);
template <class C>
Proof<C> read_proof_json(std::string_view json);
template <class C>
std::string write_proof_json(const Proof<C>& proof);
template <class C>
std::vector<typename C::Fr> read_public_json(std::string_view json);
template <class C>
std::string write_public_json(std::span<const typename C::Fr> values);

}  // namespace solemn::format
