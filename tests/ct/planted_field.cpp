// A leak on purpose: a product of a secret compared with ==, which branches. Shows that marks survive the
// multiplication.
#include "arithmetic.hpp"

int main() {
  using namespace solemn;
  using F = field::Fp<field::Bls12_381Fr, ct_test::CheckedBackend>;
  ct_test::require_backend();
  const F a = ct_test::as_secret(F::from_u64(17));
  if (a * F::from_u64(3) == F::from_u64(51)) std::puts("fifty-one");
  return 0;
}
