#include "hash/blake2b.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "hash/blake2b_internal.hpp"

namespace solemn::hash {

namespace {

constexpr std::size_t kBlockBytes = 128;
constexpr std::size_t kSavedState = 128, kSavedCounter = 192, kSavedWaiting = 200, kSavedZero = 208;

using internal::kBlake2bIv;
using internal::kBlake2bSigma;

constexpr std::uint64_t kUnkeyed512 = 0x01010040;  // depth 1, fanout 1, no key, 64 bytes of digest

using Words = std::array<std::uint64_t, 16>;

[[gnu::always_inline]] inline void mix(std::uint64_t& a, std::uint64_t& b, std::uint64_t& c, std::uint64_t& d,
                                       std::uint64_t x, std::uint64_t y) noexcept {
  a += b + x;
  d = std::rotr(d ^ a, 32);
  c += d;
  b = std::rotr(b ^ c, 24);
  a += b + y;
  d = std::rotr(d ^ a, 16);
  c += d;
  b = std::rotr(b ^ c, 63);
}

template <std::size_t Round>
[[gnu::always_inline]] inline void one_round(Words& v, const Words& m) noexcept {
  constexpr auto& s = kBlake2bSigma[Round];
  mix(v[0], v[4], v[8], v[12], m[s[0]], m[s[1]]);
  mix(v[1], v[5], v[9], v[13], m[s[2]], m[s[3]]);
  mix(v[2], v[6], v[10], v[14], m[s[4]], m[s[5]]);
  mix(v[3], v[7], v[11], v[15], m[s[6]], m[s[7]]);
  mix(v[0], v[5], v[10], v[15], m[s[8]], m[s[9]]);
  mix(v[1], v[6], v[11], v[12], m[s[10]], m[s[11]]);
  mix(v[2], v[7], v[8], v[13], m[s[12]], m[s[13]]);
  mix(v[3], v[4], v[9], v[14], m[s[14]], m[s[15]]);
}

template <std::size_t... Round>
[[gnu::always_inline]] inline void all_rounds(Words& v, const Words& m, std::index_sequence<Round...>) noexcept {
  (one_round<Round>(v, m), ...);
}

std::uint64_t load_word(const std::byte* from) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, 8);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

}  // namespace

namespace internal {

void compress_portable(std::array<std::uint64_t, 8>& h, const std::byte* block, std::uint64_t counter,
                       bool last) noexcept {
  Words m;
  for (std::size_t i = 0; i < 16; ++i) m[i] = load_word(block + 8 * i);
  Words v;
  std::copy(h.begin(), h.end(), v.begin());
  std::copy(kBlake2bIv.begin(), kBlake2bIv.end(), v.begin() + 8);
  v[12] ^= counter;
  if (last) v[14] = ~v[14];
  all_rounds(v, m, std::make_index_sequence<12>{});
  for (std::size_t i = 0; i < 8; ++i) h[i] ^= v[i] ^ v[i + 8];
}

}  // namespace internal

Blake2b::Blake2b() noexcept : h_(kBlake2bIv) { h_[0] ^= kUnkeyed512; }

// compressed_bytes_ already counts this block. 2^64 bytes are out of reach.
void Blake2b::compress(const std::byte* block, bool last) noexcept {
  static const auto chosen = internal::processor_has_avx2() ? internal::compress_avx2 : internal::compress_portable;
  chosen(h_, block, compressed_bytes_, last);
}

// Which bytes pass through buffer_ is part of the saved state's bytes: as the header says, exactly as snarkjs does it.
void Blake2b::update(base::ByteSpan bytes) noexcept {
  std::size_t done = 0;
  while (done < bytes.size()) {
    if (waiting_ == kBlockBytes) {
      compressed_bytes_ += kBlockBytes;
      compress(buffer_.data(), false);
      waiting_ = 0;
    }
    const bool whole_blocks = waiting_ == 0 && done % 4 == 0;
    for (; whole_blocks && bytes.size() - done > kBlockBytes; done += kBlockBytes) {
      compressed_bytes_ += kBlockBytes;
      compress(bytes.data() + done, false);
    }
    const std::size_t take = std::min(kBlockBytes - waiting_, bytes.size() - done);
    std::memcpy(buffer_.data() + waiting_, bytes.data() + done, take);
    waiting_ += take;
    done += take;
  }
}

base::Hash64 Blake2b::finish() noexcept {
  std::fill(buffer_.begin() + static_cast<std::ptrdiff_t>(waiting_), buffer_.end(), std::byte{0});
  compressed_bytes_ += waiting_;
  compress(buffer_.data(), true);
  base::Hash64 digest;
  for (std::size_t i = 0; i < 8; ++i) base::store_le64(std::span(digest).subspan(8 * i), h_[i]);
  return digest;
}

SavedBlake2b Blake2b::save() const noexcept {
  SavedBlake2b saved{};
  const std::span out(saved);
  std::copy(buffer_.begin(), buffer_.end(), saved.begin());
  for (std::size_t i = 0; i < 8; ++i) base::store_le64(out.subspan(kSavedState + 8 * i), h_[i]);
  base::store_le64(out.subspan(kSavedCounter), compressed_bytes_);
  base::store_le64(out.subspan(kSavedWaiting), waiting_);
  return saved;
}

std::optional<Blake2b> Blake2b::restore(const SavedBlake2b& saved, std::uint64_t total_bytes) noexcept {
  const std::span in(saved);
  const std::uint64_t waiting = base::load_le64(in.subspan(kSavedWaiting));
  if (waiting < 1 || waiting > kBlockBytes || base::load_le64(in.subspan(kSavedZero)) != 0) return std::nullopt;
  if (total_bytes < waiting) return std::nullopt;
  const std::uint64_t compressed = total_bytes - waiting;
  const std::uint64_t stored = base::load_le64(in.subspan(kSavedCounter));
  const bool agrees = stored == compressed || stored == (compressed & 0xFFFFFFFF);  // whole, or as snarkjs cuts it
  if (compressed % kBlockBytes != 0 || !agrees) return std::nullopt;
  Blake2b state;
  std::copy_n(saved.begin(), kBlockBytes, state.buffer_.begin());
  for (std::size_t i = 0; i < 8; ++i) state.h_[i] = base::load_le64(in.subspan(kSavedState + 8 * i));
  state.compressed_bytes_ = compressed;
  state.waiting_ = static_cast<std::size_t>(waiting);
  return state;
}

base::Hash64 blake2b(base::ByteSpan bytes) noexcept {
  Blake2b state;
  state.update(bytes);
  return state.finish();
}

}  // namespace solemn::hash
