#pragma once
// The two ways to compress, for blake2b.cpp and for the test that compares them.
#include <array>
#include <cstdint>

#include "base/bytes.hpp"

namespace solemn::hash::internal {

inline constexpr std::array<std::uint64_t, 8> kBlake2bIv = {0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B,
                                                            0xA54FF53A5F1D36F1, 0x510E527FADE682D1, 0x9B05688C2B3E6C1F,
                                                            0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179};

/// Which word of the message goes where; rounds 10 and 11 are 0 and 1 again (RFC 7693 section 2.7).
inline constexpr std::array<std::array<std::uint8_t, 16>, 12> kBlake2bSigma = {{
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
}};

/// One block of 128 bytes into the chaining value. counter: bytes up to and with this block; its high word is always
/// zero.
using CompressBlake2b = void(std::array<std::uint64_t, 8>& h, const std::byte* block, std::uint64_t counter,
                             bool last) noexcept;

/// The reference.
CompressBlake2b compress_portable;

/// Four columns at once. Only where processor_has_avx2().
bool processor_has_avx2() noexcept;
CompressBlake2b compress_avx2;

}  // namespace solemn::hash::internal
