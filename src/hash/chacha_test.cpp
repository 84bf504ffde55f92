#include "hash/chacha.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <new>

namespace solemn::hash {
namespace {

using Words = std::array<std::uint32_t, 16>;

TEST(ChaCha, rfc_8439_section_2_3_2) {
  const Words input = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, 0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c,
                       0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c, 0x00000001, 0x09000000, 0x4a000000, 0x00000000};
  const Words output = {0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3, 0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3,
                        0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9, 0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2};
  EXPECT_EQ(chacha20_block(input), output);
}

// RFC 8439 appendix A.1, vectors 1 and 2: key zero, nonce zero, blocks 0 and 1. That is our stream for the seed zero.
TEST(ChaCha, rfc_8439_appendix_a_1) {
  ChaChaRng rng(base::Bytes(32));
  const Words first = {0xade0b876, 0x903df1a0, 0xe56a5d40, 0x28bd8653, 0xb819d2bd, 0x1aed8da0, 0xccef36a8, 0xc70d778b,
                       0x7c5941da, 0x8d485751, 0x3fe02477, 0x374ad8b8, 0xf4b8436a, 0x1ca11815, 0x69b687c3, 0x8665eeb2};
  const Words second = {0xbee7079f, 0x7a385155, 0x7c97ba98, 0x0d082d73, 0xa0290fcb, 0x6965e348, 0x3e53c612, 0xed7aee32,
                        0x7621b729, 0x434ee69c, 0xb03371d5, 0xd539d874, 0x281fed31, 0x45fb0a51, 0x1f0ae1ac, 0x6f4d794b};
  for (const auto word : first) EXPECT_EQ(rng.next_u32(), word);
  for (const auto word : second) EXPECT_EQ(rng.next_u32(), word);
}

base::Bytes seed_bytes() {
  base::Bytes seed(40);
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::byte>(17 * i + 3);
  return seed;
}

// OpenSSL takes the key as bytes of little-endian words; our seed is big-endian words.
TEST(ChaCha, the_stream_is_openssls_with_the_seeds_words_turned) {
  const base::Bytes seed = seed_bytes();
  std::array<unsigned char, 32> key{};
  for (std::size_t i = 0; i < 32; ++i) key[i] = std::to_integer<unsigned char>(seed[(i & ~std::size_t{3}) + 3 - i % 4]);
  const std::array<unsigned char, 16> counter_and_nonce{};
  constexpr std::size_t kBytes = 64 * 300;
  const std::vector<unsigned char> zeros(kBytes);
  std::vector<unsigned char> expected(kBytes);
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  ASSERT_EQ(EVP_EncryptInit_ex(context, EVP_chacha20(), nullptr, key.data(), counter_and_nonce.data()), 1);
  int size = 0;
  ASSERT_EQ(EVP_EncryptUpdate(context, expected.data(), &size, zeros.data(), static_cast<int>(kBytes)), 1);
  EVP_CIPHER_CTX_free(context);
  ChaChaRng rng(seed);
  for (std::size_t i = 0; i < kBytes; i += 4) {
    ASSERT_EQ(rng.next_u32(), base::load_le32(std::as_bytes(std::span(expected)).subspan(i))) << i;
  }
}

TEST(ChaCha, four_blocks_are_four_times_one_whatever_the_counter) {
  for (const Words& counter : {Words{}, Words{0xfffffffe}, Words{0xffffffff, 0xffffffff}, Words{7, 0xffffffff},
                               Words{0xfffffffd, 0xffffffff, 0xffffffff, 0xffffffff}}) {
    Words input;
    for (std::uint32_t i = 0; i < 12; ++i) input[i] = 0x9e3779b9U * (i + 1);
    for (std::size_t i = 0; i < 4; ++i) input[12 + i] = counter[i];
    const auto four = chacha20_four_blocks(input);
    for (std::size_t n = 0; n < 4; ++n) {
      const Words one = chacha20_block(input);
      EXPECT_TRUE(std::equal(one.begin(), one.end(), four.begin() + 16 * static_cast<std::ptrdiff_t>(n))) << n;
      chacha20_next_block(input);
    }
  }
}

TEST(ChaCha, wider_draws_are_made_of_words) {
  ChaChaRng words(seed_bytes());
  ChaChaRng wide(seed_bytes());
  for (int i = 0; i < 40; ++i) {
    const std::uint64_t high = words.next_u32();
    EXPECT_EQ(wide.next_u64(), (high << 32) | words.next_u32());
    EXPECT_EQ(wide.next_bool(), (words.next_u32() & 1) != 0);
  }
}

TEST(ChaCha, only_32_bytes_of_the_seed_count) {
  base::Bytes other = seed_bytes();
  other[32] = std::byte{0xFF};
  EXPECT_EQ(ChaChaRng(seed_bytes()).next_u64(), ChaChaRng(other).next_u64());
  other[31] ^= std::byte{1};
  EXPECT_NE(ChaChaRng(seed_bytes()).next_u64(), ChaChaRng(other).next_u64());
}

TEST(ChaCha, a_copy_draws_the_same) {
  ChaChaRng rng(seed_bytes());
  for (int i = 0; i < 5; ++i) (void)rng.next_u32();
  ChaChaRng copy = rng;
  for (int i = 0; i < 40; ++i) EXPECT_EQ(copy.next_u32(), rng.next_u32());
}

TEST(ChaCha, destruction_wipes_key_and_block) {
  alignas(ChaChaRng) std::array<std::byte, sizeof(ChaChaRng)> memory{};
  auto* rng = new (memory.data()) ChaChaRng(seed_bytes());
  (void)rng->next_u32();
  rng->~ChaChaRng();
  volatile std::byte* raw = memory.data();
  for (std::size_t i = 0; i < 2 * sizeof(Words); ++i) ASSERT_TRUE(raw[i] == std::byte{0}) << i;
}

}  // namespace
}  // namespace solemn::hash
