#pragma once
// The curve side of a drand signature. Not for other folders.
#include "beacon/chain.hpp"
#include "curve/group.hpp"

namespace solemn::beacon {

/// Encoding, curve, subgroup, not infinity; not_canonical for a wrong length.
curve::PointStatus key_status(const Chain& chain) noexcept;
curve::PointStatus signature_status(const Chain& chain, base::ByteSpan signature) noexcept;
/// e(generator, signature) == e(key, H(digest)), or with the groups swapped. REQUIRES: both statuses are ok.
bool signature_holds(const Chain& chain, base::ByteSpan digest, base::ByteSpan signature);

}  // namespace solemn::beacon
