#include "base/cpu.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <optional>

#include "base/bytes.hpp"
#include "base/error.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace solemn::base {

namespace {

#if defined(__x86_64__)
std::uint64_t enabled_state_components() noexcept {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (std::uint64_t{high} << 32) | low;
}

CpuFeatures detect() noexcept {
  CpuFeatures features;
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) return features;
  const bool os_saves_state = (ecx & bit_OSXSAVE) != 0, fma = (ecx & bit_FMA) != 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) return features;
  features.bmi2 = (ebx & bit_BMI2) != 0;
  features.adx = (ebx & bit_ADX) != 0;
  features.sha = (ebx & bit_SHA) != 0;
  features.rdseed = (ebx & bit_RDSEED) != 0;
  // Wide registers need the operating system: it must save SSE and AVX state (bits 1, 2), and for AVX-512 also bits 5
  // to 7.
  const std::uint64_t state = os_saves_state ? enabled_state_components() : 0;
  const bool avx_saved = (state & 0x06) == 0x06;
  const bool avx512_saved = (state & 0xE6) == 0xE6;
  features.avx2 = avx_saved && (ebx & bit_AVX2) != 0;
  features.fma = avx_saved && fma;
  features.avx512f = avx512_saved && (ebx & bit_AVX512F) != 0;
  features.avx512ifma = features.avx512f && (ebx & (1U << 21)) != 0;
  return features;
}
#else
CpuFeatures detect() noexcept { return {}; }
#endif

struct Decision {
  Backend backend = Backend::portable;
  bool forced = false;
};

std::optional<Backend> backend_named(std::string_view text) noexcept {
  for (const Backend b : {Backend::portable, Backend::adx, Backend::ifma}) {
    if (name(b) == text) return b;
  }
  return std::nullopt;
}

Decision decide() {
  const std::vector<Backend> usable = usable_backends();
  const char* wish = std::getenv("SOLEMN_BACKEND");
  if (wish == nullptr || *wish == '\0') return {usable.front(), false};
  const std::optional<Backend> wanted = backend_named(wish);
  if (!wanted) {
    throw Error(Code::usage, "SOLEMN_BACKEND names an unknown backend: '" + printable(wish) + "'",
                "known: portable, adx, ifma");
  }
  if (std::find(usable.begin(), usable.end(), *wanted) == usable.end()) {
    throw Error(Code::usage, "SOLEMN_BACKEND=" + std::string(name(*wanted)) + ": not usable on this processor",
                "unset SOLEMN_BACKEND to use the fastest backend that works here");
  }
  return {*wanted, true};
}

const Decision& decision() {
  static const Decision made = decide();
  return made;
}

constexpr int kNoOverride = -1;
std::atomic<int> test_override{kNoOverride};

}  // namespace

const CpuFeatures& cpu_features() noexcept {
  static const CpuFeatures features = detect();
  return features;
}

std::string_view name(Backend backend) noexcept {
  switch (backend) {
    case Backend::portable:
      return "portable";
    case Backend::adx:
      return "adx";
    case Backend::ifma:
      return "ifma";
  }
  return "unknown";
}

std::vector<Backend> usable_backends() {
  const CpuFeatures& cpu = cpu_features();
  if (!cpu.bmi2 || !cpu.adx) return {Backend::portable};
  if (!cpu.avx512ifma) return {Backend::adx, Backend::portable};
  return {Backend::ifma, Backend::adx, Backend::portable};
}

Backend backend() {
  const int forced = test_override.load(std::memory_order_relaxed);
  return forced == kNoOverride ? decision().backend : static_cast<Backend>(forced);
}

void override_backend_for_tests(Backend backend) { test_override.store(static_cast<int>(backend)); }

std::string backend_reason() {
  const std::string chosen(name(backend()));
  if (test_override.load() != kNoOverride) return chosen + ": set by a test";
  if (decision().forced) return chosen + ": named by SOLEMN_BACKEND";
  if (backend() == Backend::ifma) return chosen + ": the processor has AVX-512 IFMA, BMI2 and ADX";
  if (backend() == Backend::adx) return chosen + ": the processor has BMI2 and ADX, but not AVX-512 IFMA";
  return chosen + ": the processor lacks BMI2 or ADX";
}

}  // namespace solemn::base
