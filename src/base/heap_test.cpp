#include "base/heap.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "base/untouched.hpp"

namespace solemn::base {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

/// What /proc/self/smaps tells of the mapping that holds this address.
std::string mapping_of(const void* memory) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(memory);
  std::ifstream maps("/proc/self/smaps");
  std::string line, found;
  for (bool ours = false; std::getline(maps, line);) {
    std::uintptr_t begin = 0, end = 0;
    char dash = 0;
    if (std::istringstream in(line); in >> std::hex >> begin >> dash >> end && dash == '-')
      ours = begin <= wanted && wanted < end;
    if (ours) found += line + "\n";
  }
  return found;
}

bool prefers_large_pages(const void* memory) {
  const std::string flags = mapping_of(memory).substr(mapping_of(memory).find("VmFlags:"));
  return flags.find(" hg") != std::string::npos;
}

/// In a process of its own, which has no threads and what heap it has at first: 0, or the number of the wrong thing.
template <class Body>
int in_a_child(const Body& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

/// The large pages of a block's middle.
const void* middle(const void* block, std::size_t n_bytes) { return static_cast<const char*>(block) + n_bytes / 2; }

bool has_large_pages() { return std::filesystem::exists("/sys/kernel/mm/transparent_hugepage"); }

TEST(Heap, is_in_large_pages_and_one_for_all_threads) {
  if (!has_large_pages()) GTEST_SKIP() << "the system has no large pages";
#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
  GTEST_SKIP() << "sanitizers have their own heap";
#endif
  EXPECT_EQ(in_a_child([] {
              set_up_heap();
              for (int round = 0; round < 3; ++round) {  // what was freed stays what it was
                void* volatile block = std::malloc(16 * kMiB);
                if (!prefers_large_pages(middle(block, 16 * kMiB))) return 1 + round;
                std::free(block);
              }
              int wrong = 0;
              std::thread([&wrong] {
                void* volatile block = std::malloc(16 * kMiB);
                if (!prefers_large_pages(middle(block, 16 * kMiB))) wrong = 10;
                std::free(block);
              }).join();
              return wrong;
            }),
            0);
}

TEST(Heap, does_without_where_address_space_is_limited) {
#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
  GTEST_SKIP() << "sanitizers need more address space than that";
#endif
  EXPECT_EQ(in_a_child([] {
              const rlimit limit{512 * kMiB, 512 * kMiB};
              if (setrlimit(RLIMIT_AS, &limit) != 0) return 1;
              set_up_heap();
              void* volatile block = std::malloc(256 * kMiB);  // would not fit beside 1 GiB that is only reserved
              if (block == nullptr) return 2;
              std::free(block);
              return 0;
            }),
            0);
}

TEST(Heap, large_arrays_are_in_large_pages_too) {
  if (!has_large_pages()) GTEST_SKIP() << "the system has no large pages";
  UntouchedArray<std::byte> array(64 * kMiB);
  EXPECT_TRUE(prefers_large_pages(middle(&array[0], array.size())));
  prefer_large_pages(&array[0], 0);
  prefer_large_pages(nullptr, 4096);  // no large page in it
}

}  // namespace
}  // namespace solemn::base
