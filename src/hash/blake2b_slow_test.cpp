#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "hash/blake2b.hpp"

namespace solemn::hash {
namespace {

TEST(Blake2bSlow, agrees_with_openssl_beyond_four_gibibytes_through_a_cut_state) {
  base::Bytes block(std::size_t{1} << 20);
  for (std::size_t i = 0; i < block.size(); ++i) block[i] = static_cast<std::byte>(i * 7);
  EVP_MD_CTX* reference = EVP_MD_CTX_new();
  ASSERT_EQ(EVP_DigestInit_ex(reference, EVP_blake2b512(), nullptr), 1);
  Blake2b state;
  constexpr std::uint64_t kBlocks = 4097;
  for (std::uint64_t i = 0; i < kBlocks; ++i) {
    state.update(block);
    EVP_DigestUpdate(reference, block.data(), block.size());
  }
  SavedBlake2b saved = state.save();
  EXPECT_EQ(base::load_le64(std::span(saved).subspan(192)), kBlocks * block.size() - 128);
  base::store_le32(std::span(saved).subspan(196), 0);  // what snarkjs 0.7.6 writes
  auto restored = Blake2b::restore(saved, kBlocks * block.size());
  ASSERT_TRUE(restored.has_value());
  restored->update(std::span(block).first(1000));
  EVP_DigestUpdate(reference, block.data(), 1000);
  base::Hash64 digest{};
  EVP_DigestFinal_ex(reference, reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  EVP_MD_CTX_free(reference);
  EXPECT_EQ(restored->finish(), digest);
}

}  // namespace
}  // namespace solemn::hash
