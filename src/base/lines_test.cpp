#include "base/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace solemn::base {
namespace {

TEST(Lines, vectors_begin_where_a_line_does_and_large_ones_where_a_huge_page_does) {
  constexpr std::size_t kHuge = std::size_t{1} << 21;
  for (const std::size_t n : {std::size_t{1}, kLineBytes + 1, 2 * kHuge - 1, 2 * kHuge, 5 * kHuge + 7}) {
    LineVector<std::uint8_t> bytes(n);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes.data()) % (n < 2 * kHuge ? kLineBytes : kHuge), 0U) << n;
    LineVector<std::uint8_t> grown = bytes;
    grown.resize(2 * n, 1);  // from one kind to the other
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), grown.begin())) << n;
  }
}

}  // namespace
}  // namespace solemn::base
