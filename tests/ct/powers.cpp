// The powers of tau that a contribution multiplies with, from secret start and ratio: more than one block of them, so
// that the powers between blocks are secret too.
#include <vector>

#include "arithmetic.hpp"
#include "base/pool.hpp"
#include "base/secret.hpp"
#include "curve/curves.hpp"
#include "fft/scalar_fft.hpp"

namespace solemn::ct_test {
namespace {

constexpr std::size_t kCount = 5000;

template <class F>
void check_powers(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  base::Pool pool(1);
  const F start = random_element<F>(random), ratio = random_element<F>(random);
  std::vector<F> expected(kCount);
  expected[0] = start;
  for (std::size_t i = 1; i < kCount; ++i) expected[i] = expected[i - 1] * ratio;
  base::Secret<F> secret_start, secret_ratio;
  secret_start.expose() = as_secret(start);
  secret_ratio.expose() = as_secret(ratio);
  base::SecretArray<F> out(kCount);
  fft::powers<F>(out.expose(), secret_start.expose(), secret_ratio.expose(), pool);
  mark_all_public(out.expose());
  require(std::vector<F>(out.expose().begin(), out.expose().end()) == expected, "powers");
  for (F& x : out.expose()) x = as_secret(F::one());
  fft::scale_by_powers<F>(out.expose(), secret_start.expose(), secret_ratio.expose(), pool);
  mark_all_public(out.expose());
  require(std::vector<F>(out.expose().begin(), out.expose().end()) == expected, "scale_by_powers");
}

}  // namespace
}  // namespace solemn::ct_test

int main() {
  using namespace solemn;
  ct_test::require_backend();
  ct_test::check_powers<curve::Bn254::Fr>(1);
  ct_test::check_powers<curve::Bls12_381::Fr>(2);
  return 0;
}
