#include "beacon/points.hpp"

#include "base/error.hpp"
#include "curve/bulk.hpp"
#include "curve/encoding.hpp"
#include "curve/hash_to_curve.hpp"

namespace solemn::beacon {

namespace {

using C = curve::Bls12_381;
using G1 = curve::G1<C>;
using G2 = curve::G2<C>;

template <class G>
curve::Decoded<G> decoded(base::ByteSpan bytes) noexcept {
  if (bytes.size() != G::kCompressedBytes) return {G::Affine::infinity(), curve::PointStatus::not_canonical};
  return curve::read_arkworks<G>(bytes, curve::Form::compressed, curve::Subgroup::check);  // the zcash/IETF form
}

template <class G>
typename G::Affine point_of(base::ByteSpan bytes) noexcept {
  const auto read = decoded<G>(bytes);
  ASSERT(read.status == curve::PointStatus::ok);
  return read.point;
}

}  // namespace

curve::PointStatus key_status(const Chain& chain) noexcept {
  return facts(chain.scheme).signature_in_g1 ? decoded<G2>(chain.public_key).status
                                             : decoded<G1>(chain.public_key).status;
}

curve::PointStatus signature_status(const Chain& chain, base::ByteSpan signature) noexcept {
  return facts(chain.scheme).signature_in_g1 ? decoded<G1>(signature).status : decoded<G2>(signature).status;
}

bool signature_holds(const Chain& chain, base::ByteSpan digest, base::ByteSpan signature) {
  const SchemeFacts& scheme = facts(chain.scheme);
  if (scheme.signature_in_g1) {
    const auto hashed = curve::hash_to_curve_vartime<G1>(digest, scheme.domain);
    return curve::same_ratio<C>(point_of<G1>(signature), hashed, point_of<G2>(chain.public_key), G2::generator());
  }
  const auto hashed = curve::hash_to_curve_vartime<G2>(digest, scheme.domain);
  return curve::same_ratio<C>(G1::generator(), point_of<G1>(chain.public_key), hashed, point_of<G2>(signature));
}

}  // namespace solemn::beacon
