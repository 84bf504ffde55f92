#include "hash/entropy.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/error.hpp"

namespace solemn::hash {
namespace {

TEST(Entropy, the_system_gives_different_bytes_each_time) {
  std::set<base::Bytes> seen;
  for (int i = 0; i < 50; ++i) {
    base::Bytes bytes(32);
    os_random(bytes);
    EXPECT_TRUE(seen.insert(bytes).second);
  }
  os_random({});
  EXPECT_NE(fresh_bytes<32>(), fresh_bytes<32>());
}

TEST(Entropy, long_requests_are_filled_to_the_end) {
  base::Bytes bytes((5U << 20) + 3);
  os_random(bytes);
  for (std::size_t at = 0; at + 32 <= bytes.size(); at += 1U << 19) {
    EXPECT_NE(base::Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                          bytes.begin() + static_cast<std::ptrdiff_t>(at + 32)),
              base::Bytes(32));
  }
  EXPECT_NE(base::Bytes(bytes.end() - 32, bytes.end()), base::Bytes(32));
}

TEST(Entropy, two_pools_never_give_the_same_even_with_the_same_input) {
  std::set<base::Hash64> seeds;
  for (int i = 0; i < 20; ++i) {
    EntropyPool pool;
    pool.add("typed text", base::as_bytes("the same text"));
    EXPECT_TRUE(seeds.insert(pool.extract().expose()).second);
  }
}

TEST(Entropy, the_description_names_sources_and_sizes_only) {
  EntropyPool pool;
  EXPECT_EQ(pool.description(), "operating system (64 bytes)");
  pool.add("typed text", base::as_bytes("geheim"));
  pool.add("file", base::as_bytes("x"));
  EXPECT_EQ(pool.description(), "operating system (64 bytes), typed text (6 bytes), file (1 byte)");
  pool.add("dice", base::as_bytes("1"), Counted::no, "too few");
  pool.add("rdseed", base::as_bytes("12"), Counted::yes, "healthy");
  EXPECT_EQ(pool.description(),
            "operating system (64 bytes), typed text (6 bytes), file (1 byte), dice (1 byte, not counted: too few), "
            "rdseed (2 bytes, healthy)");
  EXPECT_EQ(pool.sources().size(), 5U);
  (void)pool.extract();
  EXPECT_EQ(pool.description().find("geheim"), std::string::npos);
}

TEST(Entropy, a_source_that_gives_nothing_is_an_error) {
  EntropyPool pool;
  try {
    pool.add("file", {});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::Code::usage);
    EXPECT_FALSE(error.hint().empty());
  }
}

TEST(EntropyDeathTest, a_spent_pool_gives_nothing_more) {
  EntropyPool pool;
  (void)pool.extract();
  EXPECT_DEATH((void)pool.extract(), "not true");
  EXPECT_DEATH(pool.add("file", base::as_bytes("x")), "not true");
}

}  // namespace
}  // namespace solemn::hash
