#include "sharing/randomness.hpp"

#include <sodium.h>

#include <algorithm>

#include "base/ct.hpp"

namespace solemn::sharing {

static_assert(crypto_stream_xchacha20_KEYBYTES + crypto_stream_xchacha20_NONCEBYTES <= sizeof(base::Hash64));

Randomness::Randomness() : seed_(hash::EntropyPool().extract()) {}

Randomness::Randomness(const base::Secret<base::Hash64>& seed) { seed_.expose() = seed.expose(); }

void Randomness::fill(base::MutableByteSpan out) noexcept {
  if (out.empty()) return;
  auto* const bytes = reinterpret_cast<unsigned char*>(out.data());
  const auto* const key = reinterpret_cast<const unsigned char*>(seed_.expose().data());
  std::ranges::fill(out, std::byte{0});
  crypto_stream_xchacha20_xor_ic(bytes, bytes, out.size(), key + crypto_stream_xchacha20_KEYBYTES, next_block_, key);
  next_block_ += (out.size() + 63) / 64;
  base::wipe_stack();
}

Scalar Randomness::scalar() {
  Scalar out;
  do fill(out.expose());
  while (!is_scalar(out.expose()));
  return out;
}

}  // namespace solemn::sharing
