// A leak on purpose: secrets in guarded memory compared with ==, which stops at the first difference.
#include "base/secret.hpp"
#include "secrets.hpp"

int main() {
  solemn::ct_test::require_checker();
  solemn::base::Secret<solemn::base::Hash32> a, b;
  solemn::ct_test::mark_secret(a.expose());
  volatile bool equal = a.expose() == b.expose();
  (void)equal;
  return 0;
}
