#pragma once
// Which instruction sets this machine has, and which backend of the kernels is in use.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace solemn::base {

/// portable: plain C++ (the reference). adx: x86-64 with BMI2 and ADX; bulk loops in AVX2 where there is. ifma: adx
/// with bulk loops in AVX-512 IFMA.
enum class Backend : std::uint8_t { portable, adx, ifma };

struct CpuFeatures {
  bool bmi2 = false, adx = false, avx2 = false, fma = false, avx512f = false, avx512ifma = false, sha = false,
       rdseed = false;
};
const CpuFeatures& cpu_features() noexcept;

std::string_view name(Backend backend) noexcept;
/// Built into this program and usable on this processor, fastest first; portable is always last.
std::vector<Backend> usable_backends();
/// The backend in use: the fastest usable, or the one that SOLEMN_BACKEND names. Throws Error{usage} for a name that is
/// unknown, not built or not usable here. Decided once per process; tests may override it.
Backend backend();
void override_backend_for_tests(Backend backend);
/// One sentence for `solemn doctor`: which backend and why.
std::string backend_reason();

}  // namespace solemn::base
