#pragma once
// Vectors that begin where a cache line does, for elements that are met at random: one of 64 bytes then lies in one
// line, not in two.
#include <cstddef>
#include <new>
#include <vector>

namespace solemn::base {

inline constexpr std::size_t kLineBytes = 64;

template <class T>
class LineAllocator {
 public:
  static_assert(alignof(T) <= kLineBytes);
  using value_type = T;
  LineAllocator() noexcept = default;
  template <class Other>
  LineAllocator(const LineAllocator<Other>&) noexcept {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{kLineBytes})); }
  void deallocate(T* memory, std::size_t) noexcept { ::operator delete (memory, std::align_val_t{kLineBytes}); }
  friend bool operator==(const LineAllocator&, const LineAllocator&) noexcept { return true; }
};

template <class T>
using LineVector = std::vector<T, LineAllocator<T>>;

}  // namespace solemn::base
