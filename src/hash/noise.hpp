#pragma once
// Raw noise sources of the machine, beside the operating system's generator.
#include <cstddef>

#include "base/secret.hpp"
#include "hash/health.hpp"

namespace solemn::hash {

/// Raw bytes and what the health tests said of them. Nothing available: no bytes.
struct Noise {
  static constexpr std::size_t kBytes = 4096;
  base::SecretArray<std::byte> memory;
  std::size_t n_bytes = 0;
  Health health = Health::too_few_samples;
  base::ByteSpan bytes() const noexcept { return memory.expose().first(n_bytes); }
};

/// The processor's RDSEED. Not available: no such instruction, or it gave nothing in many tries.
Noise draw_rdseed();
/// /dev/hwrng, or the device given: what it has at once, at most 4096 bytes. Nothing: no device or no permission.
Noise draw_hwrng(const char* device = "/dev/hwrng");

}  // namespace solemn::hash
