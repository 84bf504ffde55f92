#pragma once
// Arrays that are written as a whole before they are read, by several threads at once: nothing is in them at first, so
// that the first touch of their memory, which costs a page fault, is shared out with the work.
#include <cstddef>
#include <span>
#include <type_traits>

#include "base/lines.hpp"

namespace solemn::base {

/// Shape: n elements, the first where a cache line begins. Domain: none is read before it is written. Errors:
/// std::bad_alloc.
template <class T>
class UntouchedArray {
 public:
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  explicit UntouchedArray(std::size_t n) : items_(LineAllocator<T>().allocate(n)), size_(n) {}
  ~UntouchedArray() { LineAllocator<T>().deallocate(items_, size_); }
  UntouchedArray(const UntouchedArray&) = delete;
  UntouchedArray& operator=(const UntouchedArray&) = delete;
  std::size_t size() const noexcept { return size_; }
  T& operator[](std::size_t i) noexcept { return items_[i]; }
  const T& operator[](std::size_t i) const noexcept { return items_[i]; }
  std::span<T> all() noexcept { return {items_, size_}; }
  std::span<const T> all() const noexcept { return {items_, size_}; }

 private:
  T* items_;
  std::size_t size_;
};

}  // namespace solemn::base
