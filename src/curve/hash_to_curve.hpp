#pragma once
// Hashing messages to points: the suites BLS12381G1_XMD:SHA-256_SSWU_RO_ and BLS12381G2_XMD:SHA-256_SSWU_RO_ of
// RFC 9380, with any domain separation tag. Messages are public: nothing here is constant time.
#include <string_view>

#include "base/bytes.hpp"
#include "curve/group.hpp"

namespace solemn::curve {

/// hash_to_curve (RFC 9380 section 3): as good as a random point whose discrete logarithm nobody knows.
/// Shape: G is G1<Bls12_381> or G2<Bls12_381>; domain is not empty (longer than 255 bytes: 5.3.3).
/// Cost: below a millisecond in G1, about two in G2.  Errors: none. Infinity has probability 2^-255.
template <class G>
typename G::Affine hash_to_curve_vartime(base::ByteSpan message, std::string_view domain);

/// map_to_curve of one field element, before the cofactor is cleared (on E, not yet in the subgroup).
template <class G>
typename G::Affine map_to_curve_vartime(const typename G::Field& u) noexcept;

}  // namespace solemn::curve
