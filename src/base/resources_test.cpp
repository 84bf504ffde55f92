#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <limits>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_test_folder.hpp"

namespace solemn::base {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;

void put(const TestFolder& root, const std::string& name, const std::string& text) {
  std::filesystem::create_directories((root / name).parent_path());
  std::ofstream(root / name) << text;
}

void put_meminfo(const TestFolder& root, std::uint64_t available_mib) {
  put(root, "proc/meminfo",
      "MemTotal:       99999999 kB\nMemFree:              17 kB\nMemAvailable:   " +
          std::to_string(available_mib * 1024) + " kB\n");
}

TEST(Resources, the_machine_alone) {
  const TestFolder root;
  put_meminfo(root, 1000);
  EXPECT_EQ(available_memory_bytes(root.path()), 1000 * kMiB);
}

TEST(Resources, an_old_kernel_says_only_what_is_free) {
  const TestFolder root;
  put(root, "proc/meminfo", "MemFree: 2048 kB\n");
  EXPECT_EQ(available_memory_bytes(root.path()), 2 * kMiB);
}

TEST(Resources, a_version_2_group_counts_its_cache_as_free) {
  const TestFolder root;
  put_meminfo(root, 1000);
  put(root, "proc/self/cgroup", "0::/a/b\n");
  put(root, "sys/fs/cgroup/a/b/memory.max", "max\n");
  put(root, "sys/fs/cgroup/a/b/memory.current", "1\n");
  EXPECT_EQ(available_memory_bytes(root.path()), 1000 * kMiB);
  put(root, "sys/fs/cgroup/a/memory.max", std::to_string(300 * kMiB));  // the parent's limit holds too
  put(root, "sys/fs/cgroup/a/memory.current", std::to_string(150 * kMiB));
  EXPECT_EQ(available_memory_bytes(root.path()), 150 * kMiB);
  put(root, "sys/fs/cgroup/a/memory.stat", "anon 1\nactive_file 7\ninactive_file " + std::to_string(50 * kMiB) + "\n");
  EXPECT_EQ(available_memory_bytes(root.path()), 200 * kMiB);
}

TEST(Resources, a_version_1_group_and_a_group_that_is_full) {
  const TestFolder root;
  put_meminfo(root, 1000);
  put(root, "proc/self/cgroup", "5:cpu:/x\n4:memory,hugetlb:/x\n");
  put(root, "sys/fs/cgroup/memory/x/memory.limit_in_bytes", std::to_string(400 * kMiB));
  put(root, "sys/fs/cgroup/memory/x/memory.usage_in_bytes", std::to_string(100 * kMiB));
  EXPECT_EQ(available_memory_bytes(root.path()), 300 * kMiB);
  put(root, "sys/fs/cgroup/memory/memory.limit_in_bytes", std::to_string(100 * kMiB));
  put(root, "sys/fs/cgroup/memory/memory.usage_in_bytes", std::to_string(101 * kMiB));
  EXPECT_EQ(available_memory_bytes(root.path()), 0U);
}

TEST(Resources, a_group_outside_our_view_falls_back_to_the_mount) {
  const TestFolder root;
  put_meminfo(root, 1000);
  put(root, "proc/self/cgroup", "0::/../../outside\n");
  put(root, "sys/fs/cgroup/memory.max", std::to_string(64 * kMiB));
  put(root, "sys/fs/cgroup/memory.current", "0");
  EXPECT_EQ(available_memory_bytes(root.path()), 64 * kMiB);
}

TEST(Resources, nothing_readable_means_no_limit_known) {
  const TestFolder root;
  EXPECT_EQ(available_memory_bytes(root.path()), std::numeric_limits<std::uint64_t>::max());
}

TEST(Resources, ulimit_bounds_this_process) {
  EXPECT_GT(available_memory_bytes(), 0U);
  const pid_t child = fork();
  if (child == 0) {
    std::uint64_t skip = 0, data_pages = 0;
    std::ifstream("/proc/self/statm") >> skip >> skip >> skip >> skip >> skip >> data_pages;
    const std::uint64_t limit = data_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) + 64 * kMiB;
    const rlimit tight{limit, limit};
    setrlimit(RLIMIT_DATA, &tight);
    const std::uint64_t available = available_memory_bytes();
    _exit(available <= 64 * kMiB && available >= 32 * kMiB ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Resources, what_is_missing_is_said_in_numbers) {
  const TestFolder folder;
  EXPECT_NO_THROW(require_disk(folder / "out", 1));
  EXPECT_NO_THROW(require_memory(1, "points"));
  try {
    require_disk(folder / "out", UINT64_C(3) << 60);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::io);
    EXPECT_NE(error.message().find("needs 3.0 EiB, there is "), std::string::npos) << error.message();
    EXPECT_FALSE(error.hint().empty());
  }
  try {
    require_memory(UINT64_C(3) << 60, "the points");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("the points: needs 3.0 EiB, there is "), std::string::npos) << error.message();
  }
  EXPECT_THROW((void)free_disk_bytes(folder / "missing"), Error);
}

}  // namespace
}  // namespace solemn::base
