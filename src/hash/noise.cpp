#include "hash/noise.hpp"

#include <cstring>

#include "base/cpu.hpp"
#include "base/file.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace solemn::hash {

namespace {

#if defined(__x86_64__)
// Intel's guide to RDSEED: try again after a pause; give up after many tries.
[[gnu::target("rdseed")]] bool rdseed(std::uint64_t& out) noexcept {
  for (int tries = 0; tries < 1000; ++tries) {
    unsigned long long word = 0;
    if (_rdseed64_step(&word) != 0) {
      out = word;
      return true;
    }
    _mm_pause();
  }
  return false;
}
#endif

Health tested(base::ByteSpan bytes) {
  HealthTest test(kHealthLimits8);
  test.feed(bytes);
  return test.result();
}

}  // namespace

Noise draw_rdseed() {
  Noise noise{base::SecretArray<std::byte>(Noise::kBytes)};
#if defined(__x86_64__)
  if (!base::cpu_features().rdseed) return noise;
  std::uint64_t word = 0;
  for (std::size_t at = 0; at < Noise::kBytes; at += sizeof word) {
    if (!rdseed(word)) return noise;
    std::memcpy(noise.memory.expose().data() + at, &word, sizeof word);
  }
  base::wipe(&word, sizeof word);
  noise.n_bytes = Noise::kBytes;
  noise.health = tested(noise.bytes());
#endif
  return noise;
}

Noise draw_hwrng(const char* device) {
  Noise noise{base::SecretArray<std::byte>(Noise::kBytes)};
  noise.n_bytes = base::read_stream(device, noise.memory.expose(), base::Wait::no);
  noise.health = tested(noise.bytes());
  return noise;
}

}  // namespace solemn::hash
