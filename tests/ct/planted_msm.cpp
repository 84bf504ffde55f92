// A leak on purpose: buckets chosen by secret scalars. Shows that marks survive the way through the
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
  ct_test::mark_all_secret(std::span(scalars));
  auto sum = msm::msm_vartime<G>(points, scalars, pool);
  ct_test::mark_public(sum);
  return sum.is_infinity_vartime() ? 2 : 0;
}
