// The multiplications of a contribution: mul_each and mul_all with secret scalars, edge cases among them, through the
// same entry points as the program, on the backend under check. Points, also those at infinity, are public; the point B
// that the multiplication in step starts from is secret as well. 14 points: the last lanes are padding.
#include <vector>

#include "arithmetic.hpp"
#include "base/pool.hpp"
#include "base/secret.hpp"
#include "curve/group.hpp"
#include "msm/blinding.inc"
#include "msm/msm.hpp"

namespace solemn::ct_test {
namespace {

constexpr std::size_t kPoints = 14;

template <class G>
std::vector<typename G::Affine> some_points(std::mt19937_64& random) {
  std::vector<typename G::Affine> points(kPoints);
  auto point = curve::mul_reference<G>(G::generator(), random_element<typename G::Scalar>(random));
  for (auto& p : points) {
    p = point.to_affine();
    point = add_vartime(point, G::generator());
  }
  points[7] = G::Affine::infinity();
  points[9] = points[8];
  points[11] = -points[10];
  return points;
}

template <class G>
void fill_scalars(std::span<typename G::Scalar> scalars, std::mt19937_64& random) {
  using Scalar = typename G::Scalar;
  for (auto& k : scalars) k = random_element<Scalar>(random);
  scalars[0] = Scalar::zero();
  scalars[1] = Scalar::one();
  scalars[2] = -Scalar::one();
  scalars[3] = Scalar::from_u64(2);
  scalars[4] = scalars[3].inverse();
  scalars[9] = scalars[8];
}

template <class G>
void check_mul_each(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  base::Pool pool(1);
  const auto points = some_points<G>(random);
  base::SecretArray<typename G::Scalar> scalars(kPoints);
  fill_scalars<G>(scalars.expose(), random);
  std::vector<typename G::Affine> expected(kPoints), results(kPoints);
  for (std::size_t i = 0; i < kPoints; ++i) {
    expected[i] = curve::mul_reference<G>(points[i], scalars.expose()[i]).to_affine();
  }
  mark_all_secret(scalars.expose());
  msm::mul_each<G>(results, points, scalars.expose(), pool);
  mark_all_public(std::span(results));
  require(results == expected, "mul_each");
}

template <class G>
void check_mul_all(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  base::Pool pool(1);
  const auto points = some_points<G>(random);
  base::Secret<typename G::Scalar> scalar;
  scalar.expose() = random_element<typename G::Scalar>(random);
  std::vector<typename G::Affine> expected(kPoints), results(kPoints);
  for (std::size_t i = 0; i < kPoints; ++i) {
    expected[i] = curve::mul_reference<G>(points[i], scalar.expose()).to_affine();
  }
  mark_secret(scalar.expose());
  msm::mul_all<G>(results, points, scalar.expose(), pool);
  mark_all_public(std::span(results));
  require(results == expected, "mul_all");
}

/// B is made from a secret in constant time. The one of this process is marked for what follows.
template <class G>
void check_blinding(std::uint64_t seed) {
  using K = typename G::template With<CheckedBackend>;
  std::mt19937_64 random(seed);
  const auto b = random_element<typename K::Scalar>(random);
  const auto expected = msm::impl::blinding_from<K>(b);
  const auto blinding = msm::impl::blinding_from<K>(as_secret(b));
  mark_public(blinding);
  require(blinding.start == expected.start && blinding.end == expected.end, "blinding_from");
  mark_secret(msm::impl::process_blinding<K>());
}

template <class G>
void check_group(std::uint64_t seed) {
  check_blinding<G>(seed);
  check_mul_each<G>(seed);
  check_mul_all<G>(seed);
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
