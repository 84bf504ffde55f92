#pragma once
// A growing text in guarded memory. Private to this folder.
#include <string_view>

#include "base/secret.hpp"

namespace solemn::paper {

/// What it grew out of is wiped. Numbers are written without locale: the same bytes everywhere.
class GuardedBuffer {
 public:
  explicit GuardedBuffer(std::size_t reserve_bytes = 4096);
  GuardedBuffer& operator<<(std::string_view text);
  GuardedBuffer& operator<<(std::size_t number);
  /// At most three digits after the point, trailing zeros left out: "12.5".
  GuardedBuffer& operator<<(double number);
  GuardedBuffer& bytes(base::ByteSpan bytes);
  /// Four hex digits.
  GuardedBuffer& hex16(std::uint16_t value);
  /// Ten decimal digits: PDF offsets.
  GuardedBuffer& ten_digits(std::size_t number);
  std::size_t size() const noexcept { return size_; }
  base::ByteSpan view() const noexcept { return data_.expose().first(size_); }
  /// Exactly the content.
  base::SecretArray<std::byte> take() const;

 private:
  base::SecretArray<std::byte> data_;
  std::size_t size_ = 0;
};

}  // namespace solemn::paper
