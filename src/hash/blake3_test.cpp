#include "hash/blake3.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

namespace solemn::hash {
namespace {

constexpr std::string_view kKey = "whats the Elvish word for friend";
constexpr std::string_view kContext = "BLAKE3 2019-12-27 16:29:52 test vectors context";

base::Bytes pattern(std::size_t size) {
  base::Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i % 251);
  return bytes;
}

base::Hash32 key() {
  base::Hash32 out;
  std::copy_n(base::as_bytes(kKey).begin(), 32, out.begin());
  return out;
}

std::string digest(Blake3 hasher, base::ByteSpan bytes, std::size_t length = 32) {
  hasher.update(bytes);
  base::Bytes out(length);
  hasher.finish(out);
  return base::to_hex(out);
}

struct Vector {
  std::size_t length;
  const char *hash, *keyed, *derived;
};
const Vector kVectors[] = {
#include "hash/blake3_vectors.inc"
};

TEST(Blake3, published_vectors) {
  for (const Vector& vector : kVectors) {
    const base::Bytes input = pattern(vector.length);
    EXPECT_EQ(digest(Blake3(), input), vector.hash) << vector.length;
    EXPECT_EQ(digest(Blake3::keyed(key()), input), vector.keyed) << vector.length;
    EXPECT_EQ(digest(Blake3::derive_key(kContext), input), vector.derived) << vector.length;
    EXPECT_EQ(base::to_hex(blake3(input)), vector.hash);
    EXPECT_EQ(base::to_hex(blake3_derive_key(kContext, input)), vector.derived);
  }
}

TEST(Blake3, published_vectors_with_long_output) {
  std::ifstream file(SOLEMN_VECTORS "/blake3/test_vectors.json");
  if (!file) GTEST_SKIP() << "the published vectors do not lie beside the checkout";
  const nlohmann::json published = nlohmann::json::parse(file);
  ASSERT_EQ(published["cases"].size(), std::size(kVectors));
  for (const auto& item : published["cases"]) {
    const base::Bytes input = pattern(item["input_len"].get<std::size_t>());
    for (const std::size_t length : {131U, 1U, 64U, 65U}) {
      const auto begin = [&](const char* name) { return item[name].get<std::string>().substr(0, 2 * length); };
      EXPECT_EQ(digest(Blake3(), input, length), begin("hash"));
      EXPECT_EQ(digest(Blake3::keyed(key()), input, length), begin("keyed_hash"));
      EXPECT_EQ(digest(Blake3::derive_key(kContext), input, length), begin("derive_key"));
    }
  }
}

TEST(Blake3, chunks_do_not_matter_and_finish_changes_nothing) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const base::Bytes bytes = pattern(random() % 20000);
    Blake3 hasher;
    for (std::size_t done = 0; done < bytes.size();) {
      const std::size_t take = std::min<std::size_t>(random() % 1500, bytes.size() - done);
      hasher.update(std::span(bytes).subspan(done, take));
      done += take;
      ASSERT_EQ(hasher.finish(), blake3(std::span(bytes).first(done))) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace solemn::hash
