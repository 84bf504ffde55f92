#include "hash/poly1305.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>

namespace solemn::hash {
namespace {

base::Bytes from_hex(std::string_view hex) {
  const auto bytes = base::from_hex(hex);
  EXPECT_TRUE(bytes.has_value());
  return bytes.value_or(base::Bytes{});
}
std::array<std::byte, 16> tag_of(base::ByteSpan key, base::ByteSpan message) {
  Poly1305 state(key);
  state.update(message);
  return state.finish();
}

TEST(Poly1305, published_vectors) {
  struct Vector {
    std::string_view key, message, tag;
  };
  constexpr std::array kVectors = {
      // RFC 8439 section 2.5.2
      Vector{"85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b",
             "43727970746f6772617068696320466f72756d2052657365617263682047726f7570",
             "a8061dc1305136c6c22b8baf0c0127a9"},
      // RFC 8439 appendix A.3, vectors 7 and 10
      Vector{"0100000000000000000000000000000000000000000000000000000000000000",
             "fffffffffffffffffffffffffffffffff0ffffffffffffffffffffffffffffff11000000000000000000000000000000",
             "05000000000000000000000000000000"},
      Vector{"0100000000000000040000000000000000000000000000000000000000000000",
             "e33594d7505e43b900000000000000003394d7505e4379cd010000000000000000000000000000000000000000000000"
             "01000000000000000000000000000000",
             "14000000000000005500000000000000"},
  };
  for (const Vector& vector : kVectors) {
    const auto tag = tag_of(from_hex(vector.key), from_hex(vector.message));
    EXPECT_EQ(base::to_hex(tag), vector.tag);
  }
}

TEST(Poly1305, as_another_library_in_pieces_of_any_size) {
  base::Bytes message(5000), key(32);
  std::uint32_t state = 1;
  for (std::byte& byte : message) byte = static_cast<std::byte>((state = state * 1664525 + 1013904223) >> 24);
  for (std::byte& byte : key) byte = static_cast<std::byte>((state = state * 1664525 + 1013904223) >> 24);
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 255U, 1024U, 4999U, 5000U}) {
    const auto part = base::ByteSpan(message).first(size);
    std::array<unsigned char, 16> theirs{};
    crypto_onetimeauth_poly1305(theirs.data(), reinterpret_cast<const unsigned char*>(part.data()), part.size(),
                                reinterpret_cast<const unsigned char*>(key.data()));
    for (const std::size_t piece : {1U, 7U, 64U, 5000U}) {
      Poly1305 ours(key);
      for (std::size_t at = 0; at < size; at += piece) ours.update(part.subspan(at, std::min(piece, size - at)));
      EXPECT_EQ(base::to_hex(ours.finish()), base::to_hex(std::as_bytes(std::span(theirs)))) << size << " by " << piece;
    }
  }
}

TEST(Poly1305, a_pair_is_two_tags_with_two_keys) {
  base::Bytes keys(64, std::byte{7}), message(100, std::byte{3});
  std::fill(keys.begin() + 32, keys.end(), std::byte{8});
  Poly1305Pair pair(keys);
  pair.update(base::ByteSpan(message).first(33));
  pair.update(base::ByteSpan(message).subspan(33));
  const auto first = tag_of(base::Bytes(32, std::byte{7}), message);
  const auto second = tag_of(base::Bytes(32, std::byte{8}), message);
  EXPECT_EQ(base::to_hex(pair.finish()), base::to_hex(first) + base::to_hex(second));
}

TEST(Poly1305, every_bit_counts) {
  const base::Bytes key(32, std::byte{7});
  base::Bytes message(100, std::byte{3});
  const auto tag = tag_of(key, message);
  for (std::size_t bit = 0; bit < 8 * message.size(); ++bit) {
    message[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    EXPECT_NE(tag_of(key, message), tag) << bit;
    message[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
  }
}

}  // namespace
}  // namespace solemn::hash
