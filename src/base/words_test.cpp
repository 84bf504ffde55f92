#include "base/words.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace solemn::base {
namespace {

// The example of the PGP word list's own documentation.
TEST(Words, agree_with_the_published_example) {
  const auto bytes = from_hex("E58294F2E9A227486E8B061B31CC528FD7FA3F19");
  ASSERT_TRUE(bytes.has_value());
  EXPECT_EQ(words_of(*bytes),
            "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa afflict bravado "
            "chatter revolver Dupont "
            "midsummer stopwatch whimsical cowbell bottomless");
}

TEST(Words, are_512_different_ones) {
  std::set<std::string> seen;
  for (unsigned value = 0; value < 256; ++value) {
    const std::array<std::byte, 2> pair = {static_cast<std::byte>(value), static_cast<std::byte>(value)};
    std::istringstream words(words_of(pair));
    for (std::string word; words >> word;) seen.insert(word);
  }
  EXPECT_EQ(seen.size(), 512U);
}

}  // namespace
}  // namespace solemn::base
