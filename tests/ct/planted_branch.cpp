// A leak on purpose: a branch on a secret bit.
#include "secrets.hpp"

int main() {
  solemn::ct_test::require_checker();
  const auto secret = solemn::ct_test::as_secret<std::uint64_t>(42);
  if (solemn::ct::is_zero(secret & 1).reveal_vartime()) std::puts("even");
  return 0;
}
