// A leak on purpose: the function for public scalars, given secret ones. Shows that marks survive the way through the
// pool and kernels.
#include <vector>

#include "arithmetic.hpp"
#include "base/pool.hpp"
#include "msm/msm.hpp"

int main() {
  using namespace solemn;
  using G = curve::G1<curve::Bn254>;
  ct_test::require_backend();
  base::Pool pool(1);
  const std::vector<G::Affine> points(3, G::generator());
  std::vector<G::Scalar> scalars(3, G::Scalar::from_u64(1234567));
  std::vector<G::Affine> results(3);
  ct_test::mark_all_secret(std::span(scalars));
  msm::mul_each_vartime<G>(results, points, scalars, pool);
  return 0;
}
