#pragma once
// Deterministic sampling exactly as snarkjs does it (spec 4.3), and uniform secret scalars.
#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "curve/group.hpp"
#include "hash/chacha.hpp"

namespace solemn::curve {

/// v = nextU64 words, masked, redrawn until < p; the *Montgomery representation* of the result is v.
template <class F>
F field_from_rng(hash::ChaChaRng& rng) noexcept;
/// x drawn until x^3 + b is a square, sign drawn, times the cofactor if the group has one. The rejection loop reveals
/// nothing about later draws.
template <class G>
typename G::Affine point_from_rng(hash::ChaChaRng& rng) noexcept;
/// G2.fromRng(ChaCha(first 32 bytes of digest)).
template <class C>
typename G2<C>::Affine hash_to_g2(base::ByteSpan digest64) noexcept;

/// Uniform and non-zero, neither 1; from the operating system.
template <class F>
base::Secret<F> random_secret_scalar();

}  // namespace solemn::curve
