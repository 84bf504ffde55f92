#include "paper/guarded_buffer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/error.hpp"

namespace solemn::paper {

GuardedBuffer::GuardedBuffer(std::size_t reserve_bytes) : data_(std::max<std::size_t>(reserve_bytes, 64)) {}

GuardedBuffer& GuardedBuffer::bytes(base::ByteSpan in) {
  if (in.empty()) return *this;
  if (data_.size() - size_ < in.size()) {
    base::SecretArray<std::byte> larger(std::max(2 * data_.size(), size_ + in.size()));
    std::ranges::copy(view(), larger.expose().begin());
    data_ = std::move(larger);
  }
  std::ranges::copy(in, data_.expose().begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += in.size();
  return *this;
}

GuardedBuffer& GuardedBuffer::operator<<(std::string_view text) { return bytes(base::as_bytes(text)); }

GuardedBuffer& GuardedBuffer::operator<<(std::size_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return *this << std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

GuardedBuffer& GuardedBuffer::operator<<(double number) {
  ASSERT(std::isfinite(number) && std::abs(number) < 1e9);
  const long long thousandths = std::llround(number * 1000);
  if (thousandths < 0) *this << "-";
  const auto magnitude = static_cast<std::size_t>(std::abs(thousandths));
  *this << magnitude / 1000;
  std::size_t rest = magnitude % 1000;
  if (rest == 0) return *this;
  std::array<char, 4> digits{'.', static_cast<char>('0' + rest / 100), static_cast<char>('0' + rest / 10 % 10),
                             static_cast<char>('0' + rest % 10)};
  std::size_t n = 4;
  while (digits[n - 1] == '0') --n;
  return *this << std::string_view(digits.data(), n);
}

GuardedBuffer& GuardedBuffer::hex16(std::uint16_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const std::array<char, 4> digits{kDigits[value >> 12], kDigits[(value >> 8) & 15], kDigits[(value >> 4) & 15],
                                   kDigits[value & 15]};
  return *this << std::string_view(digits.data(), 4);
}

GuardedBuffer& GuardedBuffer::ten_digits(std::size_t number) {
  std::array<char, 10> digits{};
  for (std::size_t i = 10; i-- > 0; number /= 10) digits[i] = static_cast<char>('0' + number % 10);
  return *this << std::string_view(digits.data(), 10);
}

base::SecretArray<std::byte> GuardedBuffer::take() const {
  base::SecretArray<std::byte> out(size_);
  std::ranges::copy(view(), out.expose().begin());
  return out;
}

}  // namespace solemn::paper
