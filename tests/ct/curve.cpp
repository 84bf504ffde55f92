// One secret scalar times one point, and the way back to affine coordinates.
#include "arithmetic.hpp"
#include "curve/bulk.hpp"
#include "curve/group.hpp"

namespace solemn::ct_test {
namespace {

template <class G>
void check_group(std::uint64_t seed) {
  using Scalar = typename G::Scalar;
  std::mt19937_64 random(seed);
  const Scalar first = random_element<Scalar>(random);
  for (const Scalar& k : {first, Scalar::zero(), Scalar::one(), -Scalar::one()}) {
    const auto expected = curve::mul_reference<G>(G::generator(), k).to_affine();
    typename G::Affine result = curve::mul_reference<G>(G::generator(), as_secret(k)).to_affine();
    mark_public(result);
    require(result == expected, "scalar multiplication");
    result = curve::mul_secret<G>(G::generator(), as_secret(k));
    mark_public(result);
    require(result == expected, "scalar multiplication by windows");
  }
}

}  // namespace
}  // namespace solemn::ct_test

int main() {
  using namespace solemn;
  ct_test::require_backend();
  ct_test::check_group<curve::G1<curve::Bn254>>(1);
  ct_test::check_group<curve::G2<curve::Bn254>>(2);
  ct_test::check_group<curve::G1<curve::Bls12_381>>(3);
  ct_test::check_group<curve::G2<curve::Bls12_381>>(4);
  return 0;
}
