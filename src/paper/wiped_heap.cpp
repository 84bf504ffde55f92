#include "paper/wiped_heap.hpp"

#include <malloc.h>

#include <cstdlib>
#include <new>

#include "base/secret.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SOLEMN_OPERATORS_ARE_TAKEN
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SOLEMN_OPERATORS_ARE_TAKEN
#endif

namespace {

thread_local unsigned depth = 0;
thread_local std::size_t wiped = 0;

#ifndef SOLEMN_OPERATORS_ARE_TAKEN
void release(void* memory) noexcept {
  if (depth != 0 && memory != nullptr) {
    const std::size_t size_bytes = malloc_usable_size(memory);
    solemn::base::wipe(memory, size_bytes);
    wiped += size_bytes;
  }
  std::free(memory);
}
#endif

}  // namespace

#ifndef SOLEMN_OPERATORS_ARE_TAKEN
// operator new stays the standard library's, which is malloc.
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
#endif

namespace solemn::paper {

WipedHeap::WipedHeap() noexcept { ++depth; }
WipedHeap::~WipedHeap() {
  --depth;
  base::wipe_stack();
}
std::size_t WipedHeap::wiped_bytes() noexcept { return wiped; }

}  // namespace solemn::paper
