#pragma once
// Secrets own guarded memory (libsodium: locked, guard pages, no core dump), and are wiped on every way out.
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include "base/bytes.hpp"

namespace solemn::base {

/// Guarded allocation, aligned to 64 bytes; throws Error{internal} when the memory cannot be had. Never returns null.
/// Cost: some system calls and at least four pages each: for a few values, not for millions.
void* allocate_guarded(std::size_t size_bytes);
void free_guarded(void* memory) noexcept;  // wipes first
void wipe(void* memory, std::size_t size_bytes) noexcept;
template <class T, std::size_t Extent>
void wipe(std::span<T, Extent> items) noexcept {
  wipe(items.data(), items.size_bytes());
}

/// Overwrites the 16 KiB of stack below the caller's frame: what functions that it called have spilled there.
void wipe_stack() noexcept;

/// Forbids core dumps and ptrace for this process and locks what it can. Called first thing in main().
void harden_process() noexcept;

/// A value that nobody may see. Move-only, on guarded heap; no copy, no comparison, no output. The door is expose().
template <class T>
class Secret {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Secret() : value_(new (allocate_guarded(sizeof(T))) T{}) {}
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : value_(std::exchange(other.value_, nullptr)) {}
  Secret& operator=(Secret&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Secret() {
    if (value_ != nullptr) free_guarded(value_);
  }
  T& expose() noexcept { return *value_; }
  const T& expose() const noexcept { return *value_; }

 private:
  T* value_;
};

/// Fixed number of secret bytes or scalars: a plain array in guarded memory.
template <class T>
class SecretArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit SecretArray(std::size_t size)
      : data_(static_cast<T*>(allocate_guarded(checked_mul(size, sizeof(T))))), size_(size) {
    std::memset(static_cast<void*>(data_), 0, size * sizeof(T));
  }
  SecretArray(const SecretArray&) = delete;
  SecretArray& operator=(const SecretArray&) = delete;
  SecretArray(SecretArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  SecretArray& operator=(SecretArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~SecretArray() {
    if (data_ != nullptr) free_guarded(data_);
  }
  std::span<T> expose() noexcept { return {data_, size_}; }
  std::span<const T> expose() const noexcept { return {data_, size_}; }
  std::size_t size() const noexcept { return size_; }

 private:
  T* data_;
  std::size_t size_;
};

}  // namespace solemn::base
