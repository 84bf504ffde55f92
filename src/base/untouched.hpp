#pragma once
// Arrays that are written as a whole before they are read, by several threads at once: nothing is in them at first, so
// that the first touch of their memory, which costs a page fault, is shared out with the work.
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

namespace solemn::base {

/// Shape: n elements, not moved. Domain: no element is read before it is written. Errors: std::bad_alloc.
template <class T>
class UntouchedArray {
 public:
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  UntouchedArray() noexcept = default;
  explicit UntouchedArray(std::size_t n) : items_(std::allocator<T>().allocate(n), Free{n}), size_(n) {}
  std::size_t size() const noexcept { return size_; }
  T& operator[](std::size_t i) noexcept { return items_.get()[i]; }
  const T& operator[](std::size_t i) const noexcept { return items_.get()[i]; }
  T* begin() noexcept { return items_.get(); }
  T* end() noexcept { return items_.get() + size_; }
  std::span<T> all() noexcept { return {items_.get(), size_}; }
  std::span<const T> all() const noexcept { return {items_.get(), size_}; }

 private:
  struct Free {
    std::size_t n = 0;
    void operator()(T* items) const noexcept { std::allocator<T>().deallocate(items, n); }
  };
  std::unique_ptr<T, Free> items_;
  std::size_t size_ = 0;
};

}  // namespace solemn::base
