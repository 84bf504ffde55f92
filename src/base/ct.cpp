#include "base/ct.hpp"

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#endif

namespace solemn::ct {

void mark_secret([[maybe_unused]] const void* memory, [[maybe_unused]] std::size_t size_bytes) noexcept {
#if __has_include(<valgrind/memcheck.h>)
  VALGRIND_MAKE_MEM_UNDEFINED(memory, size_bytes);
#endif
}

void mark_public([[maybe_unused]] const void* memory, [[maybe_unused]] std::size_t size_bytes) noexcept {
#if __has_include(<valgrind/memcheck.h>)
  VALGRIND_MAKE_MEM_DEFINED(memory, size_bytes);
#endif
}

bool declassify(Choice choice) noexcept {
  std::uint64_t mask = choice.mask();
  mark_public(&mask, sizeof(mask));
  return value_barrier(mask) != 0;
}

bool marks_are_followed() noexcept {
#if __has_include(<valgrind/memcheck.h>)
  return RUNNING_ON_VALGRIND != 0;
#else
  return false;
#endif
}

}  // namespace solemn::ct
