#pragma once
// Vectors that begin where a cache line does, for elements that are met at random: one of 64 bytes then lies in one
// line, not in two. Large ones lie in huge pages where the system gives them: fewer page faults, and fewer waits for
// addresses (zkey new: 1.5 % less CPU time, AMD EPYC, 2026).
#include <cstddef>
#include <vector>

namespace solemn::base {

inline constexpr std::size_t kLineBytes = 64;

/// Throws std::bad_alloc. What one gave the other takes back, with the same n_bytes.
void* allocate_lines(std::size_t n_bytes);
void free_lines(void* memory, std::size_t n_bytes) noexcept;

template <class T>
class LineAllocator {
 public:
  static_assert(alignof(T) <= kLineBytes);
  using value_type = T;
  LineAllocator() noexcept = default;
  template <class Other>
  LineAllocator(const LineAllocator<Other>&) noexcept {}
  T* allocate(std::size_t n) { return static_cast<T*>(allocate_lines(n * sizeof(T))); }
  void deallocate(T* memory, std::size_t n) noexcept { free_lines(memory, n * sizeof(T)); }
  friend bool operator==(const LineAllocator&, const LineAllocator&) noexcept { return true; }
};

template <class T>
using LineVector = std::vector<T, LineAllocator<T>>;

}  // namespace solemn::base
