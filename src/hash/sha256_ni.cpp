#include <array>
#include <cstdint>
#include <utility>

#include "base/cpu.hpp"
#include "hash/sha256_internal.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace solemn::hash::internal {

#if defined(__x86_64__)

namespace {

constexpr std::array<std::uint32_t, 64> kRoundConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

struct Message {
  __m128i w[4];  // the last sixteen words of the schedule
};

struct State {
  __m128i abef, cdgh;  // as the instructions want it: a and c in the highest lane
};

template <std::size_t Group>
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void four_rounds(State& s, Message& m) noexcept {
  __m128i& w = m.w[Group % 4];
  if constexpr (Group >= 4) {
    const __m128i before = m.w[(Group + 3) % 4];
    const __m128i seven_ago = _mm_alignr_epi8(before, m.w[(Group + 2) % 4], 4);
    w = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w, m.w[(Group + 1) % 4]), seven_ago), before);
  }
  const __m128i k = _mm_loadu_si128(reinterpret_cast<const __m128i*>(&kRoundConstants[4 * Group]));
  const __m128i sum = _mm_add_epi32(w, k);
  s.cdgh = _mm_sha256rnds2_epu32(s.cdgh, s.abef, sum);
  s.abef = _mm_sha256rnds2_epu32(s.abef, s.cdgh, _mm_shuffle_epi32(sum, 0x0E));
}

template <std::size_t... Group>
[[gnu::target("sha,sse4.1"), gnu::always_inline]] inline void all_rounds(State& s, Message& m,
                                                                         std::index_sequence<Group...>) noexcept {
  (four_rounds<Group>(s, m), ...);
}

}  // namespace

bool processor_has_sha() noexcept { return base::cpu_features().sha; }

[[gnu::target("sha,sse4.1")]] void iterate_with_sha_instructions(base::Hash32& hash, std::uint64_t iterations) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i iv_abef =
      _mm_setr_epi32(static_cast<int>(0x9b05688c), 0x510e527f, static_cast<int>(0xbb67ae85), 0x6a09e667);
  const __m128i iv_cdgh = _mm_setr_epi32(0x5be0cd19, 0x1f83d9ab, static_cast<int>(0xa54ff53a), 0x3c6ef372);
  auto* const bytes = reinterpret_cast<__m128i*>(hash.data());
  __m128i low = _mm_shuffle_epi8(_mm_loadu_si128(bytes), swap);       // words a b c d
  __m128i high = _mm_shuffle_epi8(_mm_loadu_si128(bytes + 1), swap);  // words e f g h
  for (std::uint64_t i = 0; i < iterations; ++i) {
    // The message: 32 bytes, the bit 1, zeros, and its length of 256 bits. One block.
    Message m{{low, high, _mm_setr_epi32(INT32_MIN, 0, 0, 0), _mm_setr_epi32(0, 0, 0, 256)}};
    State s{iv_abef, iv_cdgh};
    all_rounds(s, m, std::make_index_sequence<16>{});
    s.abef = _mm_add_epi32(s.abef, iv_abef);
    s.cdgh = _mm_add_epi32(s.cdgh, iv_cdgh);
    low = _mm_shuffle_epi32(_mm_unpackhi_epi64(s.abef, s.cdgh), 0xB1);
    high = _mm_shuffle_epi32(_mm_unpacklo_epi64(s.abef, s.cdgh), 0xB1);
  }
  _mm_storeu_si128(bytes, _mm_shuffle_epi8(low, swap));
  _mm_storeu_si128(bytes + 1, _mm_shuffle_epi8(high, swap));
}

#else

bool processor_has_sha() noexcept { return false; }

void iterate_with_sha_instructions(base::Hash32& hash, std::uint64_t iterations) {
  iterate_with_openssl(hash, iterations);
}

#endif

}  // namespace solemn::hash::internal
