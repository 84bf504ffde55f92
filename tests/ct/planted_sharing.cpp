// A leak on purpose: the first letter of a printed share decides what is done. The marks have come all the way from the
// coefficients of the polynomial through the share and its text.
#include "secrets.hpp"
#include "sharing/feldman.hpp"
#include "sharing/share_text.hpp"

int main() {
  using namespace solemn;
  ct_test::require_checker();
  base::Secret<base::Hash64> seed;
  ct_test::mark_secret(seed.expose());
  sharing::Randomness randomness(seed);
  const sharing::Scalar key = randomness.scalar();
  const sharing::Dealt dealt = sharing::deal("k", key, 2, 3, sharing::Drill::no, randomness);
  const sign::SecretText text = sharing::share_qr_text(dealt.shares[1]);
  if (text.expose()[15 + 2 * sharing::kShareLineCharacters] == std::byte{'Q'}) std::puts("Q");
  return 0;
}
