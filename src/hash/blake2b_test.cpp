#include "hash/blake2b.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <random>
#include <string>
#include <vector>

#include "hash/blake2b_internal.hpp"

namespace solemn::hash {
namespace {

// A stream that all tests and the peers' known answers share.
base::Bytes stream(std::size_t from, std::size_t size) {
  base::Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t at = from + i;
    bytes[i] = static_cast<std::byte>(at * 131 + (at >> 8) * 17 + 7);
  }
  return bytes;
}

base::Hash64 openssl_blake2b(base::ByteSpan bytes) {
  base::Hash64 digest{};
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_blake2b512(),
             nullptr);
  return digest;
}

TEST(Blake2b, rfc_7693_appendix_a) {
  EXPECT_EQ(base::to_hex(blake2b(base::as_bytes("abc"))),
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
            "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
}

TEST(Blake2b, agrees_with_openssl_for_every_short_length) {
  for (std::size_t size = 0; size <= 700; ++size) {
    const base::Bytes bytes = stream(0, size);
    ASSERT_EQ(blake2b(bytes), openssl_blake2b(bytes)) << size;
  }
  const base::Bytes large = stream(5, 3000001);
  EXPECT_EQ(blake2b(large), openssl_blake2b(large));
}

TEST(Blake2b, chunks_do_not_matter_for_the_digest) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const base::Bytes bytes = stream(seed, random() % 3000);
    Blake2b state;
    for (std::size_t done = 0; done < bytes.size();) {
      const std::size_t limit = std::size_t{1} << (random() % 11);
      const std::size_t take = std::min<std::size_t>(random() % (limit + 1), bytes.size() - done);
      state.update(std::span(bytes).subspan(done, take));
      done += take;
    }
    ASSERT_EQ(state.finish(), openssl_blake2b(bytes)) << "seed " << seed;
  }
}

TEST(Blake2b, a_copy_is_a_second_hash) {
  Blake2b state;
  state.update(stream(0, 300));
  Blake2b copy = state;
  copy.update(stream(300, 10));
  EXPECT_EQ(state.finish(), openssl_blake2b(stream(0, 300)));
  EXPECT_EQ(copy.finish(), openssl_blake2b(stream(0, 310)));
}

TEST(Blake2b, both_ways_to_compress_agree) {
  if (!internal::processor_has_avx2()) GTEST_SKIP() << "this processor has no AVX2";
  std::mt19937_64 random(11);
  for (int round = 0; round < 1000; ++round) {
    std::array<std::uint64_t, 8> h{};
    for (auto& word : h) word = random();
    auto other = h;
    const base::Bytes block = stream(random(), 128);
    const std::uint64_t counter = random();
    internal::compress_portable(h, block.data(), counter, round % 2 == 0);
    internal::compress_avx2(other, block.data(), counter, round % 2 == 0);
    ASSERT_EQ(h, other) << round;
  }
}

struct KnownState {
  std::vector<std::size_t> updates;
  const char* digest_start;
};

// The first 16 bytes of the BLAKE2b-512 of the saved state, after updates of these lengths, from
// snarkjs 0.7.6's toPartialHash() over @noble/hashes 1.8.0. They show the left-over bytes of the block buffer too.
const std::vector<KnownState> kSnarkjsStates = {
    {{64, 32}, "f1f63220b9c3fedd8c339b894d1554f1"},
    {{64, 96}, "97cbb1216052d26c686d65733b754da7"},
    {{64, 128}, "25fec31b67248d0ffb3be9674a2080b8"},
    {{64, 64, 1}, "d1c0649beb22a432cf1d7020d33715ed"},
    {{64, 64, 128}, "8e83d93b3d992768ddc355ef8eeb1a55"},
    {{64, 64, 129}, "84f005216f0bee5fa51c35f16017c8c7"},
    {{64, 1000, 7, 128, 128, 256, 3}, "c762a9752fb4dc2b20c8be4dfcdc0711"},
    {{128}, "33924e4055fa33e93f0670d00d25ccbd"},
    {{129}, "ad14460908057b6df9e5614ba7cd067b"},
    {{256}, "8e83d93b3d992768ddc355ef8eeb1a55"},
    {{257}, "308507d43ef3df4b4ccb748bf7aa13c8"},
    {{127, 1, 1}, "d1c0649beb22a432cf1d7020d33715ed"},
    {{1, 127, 128, 128}, "a4380656214f200e40498ac402ee310d"},
    {{5, 123, 512}, "0b597819c5391a2d81929e8ed85f2f4c"},
    {{3, 126, 130, 640, 1}, "42adf7a7a55cfebf5db90bbe0274703c"},
    {{64, 192, 160000, 32}, "7019f7add40f1cc05a3180b76d445e51"},
    {{64, 1048512, 1048512, 524160, 96, 33333}, "61ee7cd3bbcbcf782e20734dbee9a83b"},
};

TEST(Blake2b, saved_states_are_those_of_snarkjs_byte_for_byte) {
  for (const auto& known : kSnarkjsStates) {
    Blake2b state;
    std::size_t total = 0;
    for (const std::size_t size : known.updates) {
      state.update(stream(total, size));
      total += size;
    }
    EXPECT_EQ(base::to_hex(blake2b(state.save())).substr(0, 32), known.digest_start) << "after " << total << " bytes";
  }
}

TEST(Blake2b, a_restored_state_goes_on_from_everywhere) {
  for (std::size_t size = 1; size <= 520; ++size) {
    Blake2b state;
    state.update(stream(0, size));
    auto restored = Blake2b::restore(state.save(), size);
    ASSERT_TRUE(restored.has_value()) << size;
    EXPECT_EQ(restored->save(), state.save());
    restored->update(stream(size, 200));
    ASSERT_EQ(restored->finish(), openssl_blake2b(stream(0, size + 200))) << size;
  }
}

// 96 bytes absorbed, then the counter set as after 2^32 + 5 * 128 + 96 bytes, then 300 more: the digest is
// @noble/hashes 1.8.0's.
constexpr std::uint64_t kBeyond32Bits = (UINT64_C(1) << 32) + 5 * 128 + 96;
constexpr const char* kDigestBeyond32Bits =
    "8786a115f683dffd207d7a5ba7623888d66b6f425c6e3c10b054544ac0477abd"
    "a5e68f95eacdfde40b2d5b6dc06f13ddb430450f08488c214256312506313c26";

SavedBlake2b state_beyond_32_bits(std::uint64_t counter_in_file) {
  Blake2b state;
  state.update(stream(0, 96));
  SavedBlake2b saved = state.save();
  base::store_le64(std::span(saved).subspan(192), counter_in_file);
  return saved;
}

TEST(Blake2b, counts_beyond_four_gibibytes) {
  auto state = Blake2b::restore(state_beyond_32_bits(kBeyond32Bits - 96), kBeyond32Bits);
  ASSERT_TRUE(state.has_value());
  state->update(stream(96, 300));
  const SavedBlake2b saved = state->save();  // writes all 64 bits of the counter
  EXPECT_EQ(base::load_le64(std::span(saved).subspan(192)), kBeyond32Bits - 96 + 3 * 128);
  EXPECT_EQ(base::to_hex(state->finish()), kDigestBeyond32Bits);
}

TEST(Blake2b, repairs_a_counter_that_snarkjs_cut_to_32_bits) {
  auto state = Blake2b::restore(state_beyond_32_bits(5 * 128), kBeyond32Bits);
  ASSERT_TRUE(state.has_value());
  state->update(stream(96, 300));
  EXPECT_EQ(base::to_hex(state->finish()), kDigestBeyond32Bits);
}

TEST(Blake2b, states_that_cannot_be_are_refused) {
  Blake2b hash;
  hash.update(stream(0, 1000));
  const SavedBlake2b good = hash.save();
  ASSERT_TRUE(Blake2b::restore(good, 1000).has_value());
  const auto with = [&](std::size_t offset, std::uint64_t value) {
    SavedBlake2b bad = good;
    base::store_le64(std::span(bad).subspan(offset), value);
    return bad;
  };
  for (const std::uint64_t waiting : {UINT64_C(0), UINT64_C(129), UINT64_MAX, UINT64_C(1) << 32 | 104}) {
    EXPECT_FALSE(Blake2b::restore(with(200, waiting), 1000).has_value()) << waiting;
  }
  for (const std::uint64_t counter :
       {UINT64_C(0), UINT64_C(895), UINT64_C(1024), UINT64_C(896) | UINT64_C(1) << 32, UINT64_MAX}) {
    EXPECT_FALSE(Blake2b::restore(with(192, counter), 1000).has_value()) << counter;
  }
  EXPECT_FALSE(Blake2b::restore(with(208, 1), 1000).has_value());
  EXPECT_FALSE(Blake2b::restore(with(208, UINT64_MAX), 1000).has_value());  // a finished hash
  for (const std::uint64_t total : {UINT64_C(0), UINT64_C(103), UINT64_C(999), UINT64_C(1001), UINT64_C(1128)}) {
    EXPECT_FALSE(Blake2b::restore(good, total).has_value()) << total;
  }
}

}  // namespace
}  // namespace solemn::hash
