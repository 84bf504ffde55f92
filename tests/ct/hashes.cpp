// Hashes and streams of secret bytes.
#include "hash/blake2b.hpp"
#include "hash/chacha.hpp"
#include "hash/entropy.hpp"
#include "hash/sha256.hpp"
#include "secrets.hpp"

namespace solemn::ct_test {
namespace {

void blake2b_of_a_secret() {
  base::SecretArray<std::byte> message(1000);
  const base::Hash64 expected = hash::blake2b(message.expose());
  mark_all_secret(message.expose());
  hash::Blake2b state;
  state.update(message.expose().first(300));
  state.update(message.expose().subspan(300));
  base::Hash64 digest = state.finish();
  mark_public(digest);
  require(digest == expected, "blake2b");
}

void sha256_of_a_secret() {
  base::SecretArray<std::byte> message(200);
  const base::Hash32 expected = hash::sha256(message.expose());
  mark_all_secret(message.expose());
  base::Hash32 digest = hash::sha256(message.expose());
  mark_public(digest);
  require(digest == expected, "sha256");
}

void chacha_of_a_secret_seed() {
  base::SecretArray<std::byte> seed(32);
  mark_all_secret(seed.expose());
  hash::ChaChaRng rng(seed.expose());
  std::uint64_t last = 0;
  for (int i = 0; i < 100; ++i) last ^= rng.next_u64();
  for (int i = 0; i < 100; ++i) last ^= rng.next_u32();
  mark_public(last);
  require(last != 0, "chacha");
}

void entropy() {
  base::SecretArray<std::byte> typed(77);
  mark_all_secret(typed.expose());
  hash::EntropyPool pool;
  pool.add("typed text", typed.expose());
  base::Secret<base::Hash64> seed = pool.extract();
  base::Hash64 revealed = seed.expose();
  mark_public(revealed);
  require(revealed != base::Hash64{}, "entropy");
}

}  // namespace
}  // namespace solemn::ct_test

int main() {
  solemn::ct_test::require_checker();
  solemn::ct_test::blake2b_of_a_secret();
  solemn::ct_test::sha256_of_a_secret();
  solemn::ct_test::chacha_of_a_secret_seed();
  solemn::ct_test::entropy();
  return 0;
}
