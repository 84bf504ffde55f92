#include "base/cpu.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/error.hpp"

namespace solemn::base {
namespace {

#if defined(__x86_64__)
// The kernel's own view of the same processor.
TEST(Cpu, features_agree_with_the_kernel) {
  std::ifstream in("/proc/cpuinfo");
  std::string flags;
  for (std::string line; std::getline(in, line) && flags.empty();) {
    if (line.starts_with("flags")) flags = line + " ";
  }
  if (flags.empty()) GTEST_SKIP() << "no flags in /proc/cpuinfo";
  const auto has = [&](const char* flag) { return flags.find(" " + std::string(flag) + " ") != std::string::npos; };
  const CpuFeatures& cpu = cpu_features();
  EXPECT_EQ(cpu.bmi2, has("bmi2"));
  EXPECT_EQ(cpu.adx, has("adx"));
  EXPECT_EQ(cpu.avx2, has("avx2"));
  EXPECT_EQ(cpu.fma, has("fma"));
  EXPECT_EQ(cpu.avx512f, has("avx512f"));
  EXPECT_EQ(cpu.avx512ifma, has("avx512ifma"));
  EXPECT_EQ(cpu.sha, has("sha_ni"));
}
#endif

TEST(Cpu, portable_is_always_usable_and_last) {
  const auto usable = usable_backends();
  ASSERT_FALSE(usable.empty());
  EXPECT_EQ(usable.back(), Backend::portable);
}

// backend() is decided once per process, so each wish is tried in a child. Exit status: 100 + backend, or 50 + error
// code.
int backend_of_a_child_with(const char* wish) {
  const pid_t child = fork();
  if (child == 0) {
    setenv("SOLEMN_BACKEND", wish, 1);
    try {
      _exit(100 + static_cast<int>(backend()));
    } catch (const Error& error) { _exit(50 + static_cast<int>(error.code())); }
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Cpu, the_environment_names_the_backend) {
  EXPECT_EQ(backend_of_a_child_with("portable"), 100 + static_cast<int>(Backend::portable));
  EXPECT_EQ(backend_of_a_child_with(""), 100 + static_cast<int>(usable_backends().front()));
  const int usage = 50 + static_cast<int>(Code::usage);
  const auto usable = usable_backends();
  for (const Backend wish : {Backend::adx, Backend::ifma}) {
    const bool is_usable = std::find(usable.begin(), usable.end(), wish) != usable.end();
    EXPECT_EQ(backend_of_a_child_with(std::string(name(wish)).c_str()),
              is_usable ? 100 + static_cast<int>(wish) : usage);
  }
  EXPECT_EQ(backend_of_a_child_with("ADX"), usage);
  EXPECT_EQ(backend_of_a_child_with("fast"), usage);
}

TEST(Cpu, a_test_may_choose) {
  override_backend_for_tests(Backend::portable);
  EXPECT_EQ(backend(), Backend::portable);
  EXPECT_EQ(backend_reason(), "portable: set by a test");
}

}  // namespace
}  // namespace solemn::base
