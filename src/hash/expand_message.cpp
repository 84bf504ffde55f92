#include "hash/expand_message.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "hash/sha256.hpp"

namespace solemn::hash {

namespace {

constexpr std::size_t kBlockBytes = 64, kDigestBytes = 32;

// DST_prime = DST || I2OSP(len(DST), 1)
base::Bytes domain_suffix(std::string_view domain) {
  base::Bytes suffix;
  if (domain.size() <= 255) {
    const base::ByteSpan bytes = base::as_bytes(domain);
    suffix.assign(bytes.begin(), bytes.end());
  } else {
    Sha256 state;
    state.update(base::as_bytes("H2C-OVERSIZE-DST-"));
    state.update(base::as_bytes(domain));
    const base::Hash32 digest = state.finish();
    suffix.assign(digest.begin(), digest.end());
  }
  suffix.push_back(static_cast<std::byte>(suffix.size()));
  return suffix;
}

}  // namespace

void expand_message_xmd(base::ByteSpan message, std::string_view domain, base::MutableByteSpan out) {
  ASSERT(!domain.empty() && !out.empty() && out.size() <= 255 * kDigestBytes);
  const base::Bytes suffix = domain_suffix(domain);
  const std::array<std::byte, kBlockBytes> zeros{};
  // I2OSP(len_in_bytes, 2) || I2OSP(0, 1)
  const std::array<std::byte, 3> length = {static_cast<std::byte>(out.size() >> 8),
                                           static_cast<std::byte>(out.size() & 0xFF), std::byte{0}};
  Sha256 first;
  for (const base::ByteSpan part : {base::ByteSpan(zeros), message, base::ByteSpan(length), base::ByteSpan(suffix)}) {
    first.update(part);
  }
  const base::Hash32 b0 = first.finish();
  base::Hash32 block{};  // b_(i-1); for i = 1 it is zero, so that b_0 xor it is b_0
  for (std::size_t i = 1, done = 0; done < out.size(); ++i) {
    for (std::size_t j = 0; j < kDigestBytes; ++j) block[j] ^= b0[j];
    const std::byte number = static_cast<std::byte>(i);
    Sha256 state;
    state.update(block);
    state.update(std::span(&number, 1));
    state.update(suffix);
    block = state.finish();
    const std::size_t n_bytes = std::min(kDigestBytes, out.size() - done);
    std::copy_n(block.begin(), n_bytes, out.begin() + static_cast<std::ptrdiff_t>(done));
    done += n_bytes;
  }
}

}  // namespace solemn::hash
