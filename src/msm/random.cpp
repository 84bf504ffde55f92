#include "msm/random.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "curve/curves.hpp"
#include "hash/blake2b.hpp"
#include "hash/chacha.hpp"

namespace solemn::msm {

namespace {

constexpr std::uint64_t kPageValues = 1024;

/// The generator of one page of a stream: keyed by BLAKE2b of label, seed and page number.
hash::ChaChaRng page_rng(std::string_view label, base::ByteSpan seed32, std::uint64_t page) noexcept {
  ASSERT(seed32.size() == 32);
  std::array<std::byte, 8> number{};
  base::store_le64(number, page);
  hash::Blake2b h;
  h.update(base::as_bytes("solemn msm "));
  h.update(base::as_bytes(label));
  h.update(number);
  h.update(seed32);
  base::Hash64 key = h.finish();
  const hash::ChaChaRng rng(key);
  base::wipe(std::span(key));
  return rng;
}

/// Calls put(i, rng) for the values first + i in order; draw(rng) takes one value out of a page.
template <class Draw, class Put>
void by_pages(std::size_t count, std::string_view label, base::ByteSpan seed32, std::uint64_t first, const Draw& draw,
              const Put& put) {
  for (std::size_t done = 0; done < count;) {
    const std::uint64_t index = first + done;
    auto rng = page_rng(label, seed32, index / kPageValues);
    for (std::uint64_t skip = 0; skip < index % kPageValues; ++skip) draw(rng);
    const std::size_t take = std::min<std::uint64_t>(count - done, kPageValues - index % kPageValues);
    for (std::size_t i = 0; i < take; ++i) put(done + i, draw(rng));
    done += take;
  }
}

}  // namespace

void random_digits(std::span<std::int32_t> out, unsigned width, std::string_view label, base::ByteSpan seed32,
                   std::uint64_t first) {
  ASSERT(width >= 2 && width <= 16);
  const std::uint32_t sign_bit = std::uint32_t{1} << (width - 1);
  const auto draw = [](hash::ChaChaRng& rng) { return rng.next_u32(); };
  by_pages(out.size(), label, seed32, first, draw, [&](std::size_t i, std::uint32_t word) {
    const auto magnitude = static_cast<std::int32_t>(word & (sign_bit - 1)) + 1;
    out[i] = (word & sign_bit) != 0 ? -magnitude : magnitude;
  });
}

void random_integers(std::span<std::array<std::uint64_t, 4>> out, base::ByteSpan seed32, std::uint64_t first,
                     unsigned bits, std::string_view label) {
  ASSERT(bits >= 1 && bits <= 128);
  using Pair = std::array<std::uint64_t, 2>;
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  const Pair mask = {bits >= 64 ? kAll : kAll >> (64 - bits), bits > 64 ? kAll >> (128 - bits) : 0};
  const auto draw = [](hash::ChaChaRng& rng) {
    const std::uint64_t low = rng.next_u64();
    return Pair{low, rng.next_u64()};
  };
  by_pages(out.size(), label, seed32, first, draw, [&](std::size_t i, Pair v) {
    const Pair kept = {v[0] & mask[0], v[1] & mask[1]};
    out[i] = {kept[0] == 0 && kept[1] == 0 ? 1 : kept[0], kept[1], 0, 0};
  });
}

template <class F>
void random_coefficients(std::span<F> out, base::ByteSpan seed32, std::uint64_t first_index) {
  std::array<std::array<std::uint64_t, 4>, 256> integers;
  for (std::size_t begin = 0; begin < out.size(); begin += integers.size()) {
    const auto chunk = std::span(integers).first(std::min(out.size() - begin, integers.size()));
    random_integers(chunk, seed32, first_index + begin);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      typename F::Limbs limbs{};
      limbs[0] = chunk[i][0];
      limbs[1] = chunk[i][1];
      out[begin + i] = F::from_canonical_reduced(limbs);
    }
  }
}

template <class F>
void random_elements(std::span<F> out, std::string_view label, base::ByteSpan seed32) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    auto rng = page_rng(label, seed32, i);
    std::array<std::byte, 64> bytes{};
    for (std::size_t j = 0; j < bytes.size(); j += 8) base::store_le64(std::span(bytes).subspan(j, 8), rng.next_u64());
    out[i] = F::from_wide_bytes(bytes);
  }
}

template void random_coefficients(std::span<curve::Bn254::Fr>, base::ByteSpan, std::uint64_t);
template void random_coefficients(std::span<curve::Bls12_381::Fr>, base::ByteSpan, std::uint64_t);
template void random_elements(std::span<curve::Bn254::Fr>, std::string_view, base::ByteSpan);
template void random_elements(std::span<curve::Bls12_381::Fr>, std::string_view, base::ByteSpan);

}  // namespace solemn::msm
