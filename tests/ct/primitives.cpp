// ct:: and base/secret with secret values.
#include <array>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "secrets.hpp"

namespace solemn::ct_test {
namespace {

void comparisons_and_selection() {
  const auto a = as_secret<std::uint64_t>(7);
  const auto b = as_secret<std::uint64_t>(9);
  const ct::Choice same = ct::equal(a, b);
  require(!ct::declassify(same), "declassify");
  std::uint64_t chosen = ct::select(same | ct::is_zero(a), a, b);
  const ct::Choice odd = ct::Choice::from_bit(a & 1);
  std::uint64_t other = ct::select(!odd ^ same, a, b);
  mark_public(chosen);
  mark_public(other);
  require(chosen == 9 && other == 9, "select");
}

// The choice made in the loop: where a compiler is tempted to branch.
void scan_of_a_table() {
  std::array<std::uint64_t, 16> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = i * i;
  const auto wanted = as_secret<std::uint64_t>(11);
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < table.size(); ++i) found = ct::select(ct::equal(i, wanted), table[i], found);
  mark_public(found);
  require(found == 121, "table scan");
}

void guarded_memory() {
  base::SecretArray<std::uint64_t> array(100);
  for (auto& word : array.expose()) word = 3;
  mark_all_secret(array.expose());
  base::SecretArray<std::uint64_t> moved(std::move(array));
  std::uint64_t sum = 0;
  for (const auto word : moved.expose()) sum += word;
  base::Secret<std::uint64_t> secret;
  secret.expose() = sum;
  std::array<std::byte, 8> bytes{};
  base::store_be64(bytes, secret.expose());
  std::uint64_t read = base::load_be64(bytes);
  base::wipe(moved.expose());
  mark_public(read);
  require(read == 300, "guarded memory");
}

}  // namespace
}  // namespace solemn::ct_test

int main() {
  solemn::ct_test::require_checker();
  solemn::ct_test::comparisons_and_selection();
  solemn::ct_test::scan_of_a_table();
  solemn::ct_test::guarded_memory();
  return 0;
}
