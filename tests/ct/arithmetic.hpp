#pragma once
// Which backend a program checks, and values to compute with.
#include <cstring>
#include <fstream>
#include <string>

#include "base/cpu.hpp"
#include "field/fp.hpp"
#include "secrets.hpp"

namespace solemn::ct_test {

#if defined(CT_BACKEND_ADX)
using CheckedBackend = field::Adx;
inline constexpr base::Backend kCheckedBackend = base::Backend::adx;
#else
using CheckedBackend = field::Portable;
inline constexpr base::Backend kCheckedBackend = base::Backend::portable;
#endif

/// Valgrind hides ADX from cpuid, but runs it: the kernel's list says what the processor has.
inline bool processor_has_adx() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("flags")) return (line + " ").find(" adx ") != std::string::npos;
  }
  return false;
}

inline void require_backend() {
  require_checker();
  if (kCheckedBackend == base::Backend::adx && !processor_has_adx()) {
    std::puts("not run: this processor has no ADX");
    std::exit(77);
  }
  base::override_backend_for_tests(kCheckedBackend);
}

template <class F>
F random_element(std::mt19937_64& random) {
  typename F::Limbs limbs{};
  for (auto& limb : limbs) limb = random();
  return F::from_canonical_reduced(limbs);
}

}  // namespace solemn::ct_test
