#include "base/lines.hpp"

#include <sys/mman.h>

#include <new>

namespace solemn::base {

namespace {

constexpr std::size_t kHugePage = std::size_t{1} << 21;

constexpr std::align_val_t alignment_of(std::size_t n_bytes) noexcept {
  return std::align_val_t{n_bytes < 2 * kHugePage ? kLineBytes : kHugePage};
}

}  // namespace

void* allocate_lines(std::size_t n_bytes) {
  void* const memory = ::operator new(n_bytes, alignment_of(n_bytes));
#ifdef MADV_HUGEPAGE
  // Whole pages only: no more memory is used than without. A system that knows no huge pages says so, and nothing else.
  if (n_bytes >= 2 * kHugePage) (void)madvise(memory, n_bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
#endif
  return memory;
}

void free_lines(void* memory, std::size_t n_bytes) noexcept { ::operator delete(memory, alignment_of(n_bytes)); }

}  // namespace solemn::base
