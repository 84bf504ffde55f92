#include "base/heap.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <limits>

namespace solemn::base {

namespace {

constexpr std::uintptr_t kLargePage = std::uintptr_t{2} << 20;
constexpr int kReserved = 1 << 30;      // bytes of address space, not of memory
constexpr int kMappedApart = 32 << 20;  // from there on; the most that the allocator takes

bool is_limited(decltype(RLIMIT_AS) resource) noexcept {
  rlimit limit{};
  return getrlimit(resource, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY;
}

}  // namespace

void prefer_large_pages(void* memory, std::size_t n_bytes) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t begin = (address + kLargePage - 1) / kLargePage * kLargePage;
  const std::uintptr_t end = (address + n_bytes) / kLargePage * kLargePage;
  if (begin < end) (void)madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

void set_up_heap() noexcept {
  (void)mallopt(M_MMAP_THRESHOLD, kMappedApart);
  (void)mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  // The heaps of other threads grow page by page, too little at once for large pages; waiting for each other is rare.
  (void)mallopt(M_ARENA_MAX, 1);
  if (is_limited(RLIMIT_AS) || is_limited(RLIMIT_DATA)) return;
  const auto* const before = static_cast<const std::byte*>(sbrk(0));
  (void)mallopt(M_TOP_PAD, kReserved);
  void* volatile growing = std::malloc(std::size_t{1} << 20);  // volatile: or the compiler leaves both calls out
  std::free(growing);
  (void)mallopt(M_TOP_PAD, 2 << 20);
  const auto* const after = static_cast<const std::byte*>(sbrk(0));
  if (before < after) prefer_large_pages(const_cast<std::byte*>(before), static_cast<std::size_t>(after - before));
}

}  // namespace solemn::base
