#include "base/ct.hpp"

#include <valgrind/memcheck.h>

namespace solemn::ct {

void mark_secret(const void* memory, std::size_t size_bytes) noexcept {
  VALGRIND_MAKE_MEM_UNDEFINED(memory, size_bytes);
}

void mark_public(const void* memory, std::size_t size_bytes) noexcept { VALGRIND_MAKE_MEM_DEFINED(memory, size_bytes); }

bool declassify(Choice choice) noexcept {
  std::uint64_t mask = choice.mask();
  mark_public(&mask, sizeof(mask));
  return value_barrier(mask) != 0;
}

bool marks_are_followed() noexcept { return RUNNING_ON_VALGRIND != 0; }

}  // namespace solemn::ct
