// A leak on purpose: a table read at a secret place, as a window method without a full scan would do.
#include <array>

#include "secrets.hpp"

int main() {
  solemn::ct_test::require_checker();
  std::array<std::uint64_t, 16> table{};
  const auto secret = solemn::ct_test::as_secret<std::uint64_t>(5);
  solemn::ct_test::mark_public(table);  // unknown to the compiler
  volatile std::uint64_t read = 0;
  read = table[secret & 15];
  return static_cast<int>(read);
}
