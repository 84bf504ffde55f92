#include <utility>

#include "base/cpu.hpp"
#include "hash/blake2b_internal.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace solemn::hash::internal {

#if defined(__x86_64__)

namespace {

// The rows of the 4 x 4 matrix of the state.
struct Rows {
  __m256i a, b, c, d;
};

[[gnu::target("avx2"), gnu::always_inline]] inline __m128i pair(const std::byte* m, int low, int high) noexcept {
  const __m128i low_word = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(m + 8 * low));
  return _mm_castpd_si128(_mm_loadh_pd(_mm_castsi128_pd(low_word), reinterpret_cast<const double*>(m + 8 * high)));
}

// Words i, j, k, l of the message, lowest lane first.
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i gather(const std::byte* m, int i, int j, int k,
                                                                  int l) noexcept {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(pair(m, i, j)), pair(m, k, l), 1);
}

[[gnu::target("avx2"), gnu::always_inline]] inline void mix(Rows& v, __m256i x, __m256i y) noexcept {
  const __m256i right_24 = _mm256_setr_epi8(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10, 3, 4, 5, 6, 7, 0, 1,
                                            2, 11, 12, 13, 14, 15, 8, 9, 10);
  const __m256i right_16 = _mm256_setr_epi8(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9, 2, 3, 4, 5, 6, 7, 0,
                                            1, 10, 11, 12, 13, 14, 15, 8, 9);
  v.a = _mm256_add_epi64(_mm256_add_epi64(v.a, x), v.b);
  v.d = _mm256_shuffle_epi32(_mm256_xor_si256(v.d, v.a), 0xB1);
  v.c = _mm256_add_epi64(v.c, v.d);
  v.b = _mm256_shuffle_epi8(_mm256_xor_si256(v.b, v.c), right_24);
  v.a = _mm256_add_epi64(_mm256_add_epi64(v.a, y), v.b);
  v.d = _mm256_shuffle_epi8(_mm256_xor_si256(v.d, v.a), right_16);
  v.c = _mm256_add_epi64(v.c, v.d);
  v.b = _mm256_xor_si256(v.b, v.c);
  v.b = _mm256_xor_si256(_mm256_srli_epi64(v.b, 63), _mm256_add_epi64(v.b, v.b));
}

// The columns, then the diagonals: row b stays where it is, since it is the last to be known, and the others turn
// around it.
template <std::size_t Round>
[[gnu::target("avx2"), gnu::always_inline]] inline void one_round(Rows& v, const std::byte* m) noexcept {
  constexpr auto& s = kBlake2bSigma[Round];
  mix(v, gather(m, s[0], s[2], s[4], s[6]), gather(m, s[1], s[3], s[5], s[7]));
  v.a = _mm256_permute4x64_epi64(v.a, 0x93);
  v.c = _mm256_permute4x64_epi64(v.c, 0x39);
  v.d = _mm256_permute4x64_epi64(v.d, 0x4E);
  mix(v, gather(m, s[14], s[8], s[10], s[12]), gather(m, s[15], s[9], s[11], s[13]));
  v.a = _mm256_permute4x64_epi64(v.a, 0x39);
  v.c = _mm256_permute4x64_epi64(v.c, 0x93);
  v.d = _mm256_permute4x64_epi64(v.d, 0x4E);
}

template <std::size_t... Round>
[[gnu::target("avx2"), gnu::always_inline]] inline void all_rounds(Rows& v, const std::byte* m,
                                                                   std::index_sequence<Round...>) noexcept {
  (one_round<Round>(v, m), ...);
}

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i load(const std::uint64_t* from) noexcept {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

}  // namespace

bool processor_has_avx2() noexcept { return base::cpu_features().avx2; }

[[gnu::target("avx2")]] void compress_avx2(std::array<std::uint64_t, 8>& h, const std::byte* block,
                                           std::uint64_t counter, bool last) noexcept {
  const __m256i low = load(h.data());
  const __m256i high = load(h.data() + 4);
  const __m256i tweak = _mm256_setr_epi64x(static_cast<long long>(counter), 0, last ? -1 : 0, 0);
  Rows v{low, high, load(kBlake2bIv.data()), _mm256_xor_si256(load(kBlake2bIv.data() + 4), tweak)};
  all_rounds(v, block, std::make_index_sequence<12>{});
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(h.data()), _mm256_xor_si256(low, _mm256_xor_si256(v.a, v.c)));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(h.data() + 4), _mm256_xor_si256(high, _mm256_xor_si256(v.b, v.d)));
}

#else

bool processor_has_avx2() noexcept { return false; }

void compress_avx2(std::array<std::uint64_t, 8>& h, const std::byte* block, std::uint64_t counter, bool last) noexcept {
  compress_portable(h, block, counter, last);
}

#endif

}  // namespace solemn::hash::internal
