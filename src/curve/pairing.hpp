#pragma once
// The optimal ate pairing and products of pairings.
#include <span>

#include "curve/group.hpp"

namespace solemn::curve {

template <class C>
struct PairingInput {
  typename G1<C>::Affine p;
  typename G2<C>::Affine q;
};

/// Product of Miller loops of all pairs (pairs with an infinity contribute 1), before the final exponentiation.
/// Domain: points on their curves and in their subgroups.
template <class C>
typename C::Fq12 miller_product(std::span<const PairingInput<C>> pairs) noexcept;
/// f^((q^12-1)/r * m) with the m of snarkjs (2z(6z^2+3z+1) on BN254, 3 on BLS12-381; z signed conj. as in spec 11), so
/// that e(alpha, beta) is byte for byte the vk_alphabeta_12 of snarkjs.
template <class C>
typename C::Fq12 final_exponentiation(const typename C::Fq12& f) noexcept;
template <class C>
typename C::Fq12 pairing(const typename G1<C>::Affine& p, const typename G2<C>::Affine& q) noexcept;
/// product of e(p_i, q_i) == 1
template <class C>
bool pairing_product_is_one(std::span<const PairingInput<C>> pairs) noexcept;

}  // namespace solemn::curve
