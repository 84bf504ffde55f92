// A leak on purpose: secret scalars go through the multiplication in step for public scalars, the same engine as that
// of ct.msm_* with its choices by address (BLS12-381) or its inversions (BN254 on AVX2) left in variable time. Shows
// that marks survive recoding, the codes of the digits and the lanes.
#include <vector>

#include "arithmetic.hpp"
#include "base/pool.hpp"
#include "msm/msm.hpp"
#include "msm/vector_kernels.hpp"

int main() {
  using namespace solemn;
  using G = curve::G1<curve::CT_CURVE>;
  ct_test::require_backend();
  if (G::Curve::kId == curve::CurveId::bn254 && msm::vector_kernels<G>() == nullptr) {
    std::puts("not run: this processor has no AVX2 and FMA");
    return 77;
  }
  base::Pool pool(1);
  const std::vector<G::Affine> points(9, G::generator());
  std::vector<G::Affine> out(points.size());
  std::mt19937_64 random(1);
  std::vector<G::Scalar> scalars(points.size());
  for (auto& k : scalars) k = ct_test::random_element<G::Scalar>(random);
  ct_test::mark_all_secret(std::span(scalars));
  msm::mul_each_vartime<G>(out, points, scalars, pool);
  ct_test::mark_all_public(std::span(out));
  return out[0].is_infinity_vartime() ? 2 : 0;
}
