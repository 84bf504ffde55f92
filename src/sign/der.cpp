#include "sign/der.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;

bool DerReader::next_is(std::uint8_t tag) const noexcept { return !rest_.empty() && rest_[0] == std::byte{tag}; }

ByteSpan DerReader::take(std::uint8_t tag) {
  if (rest_.size() < 2 || rest_[0] != std::byte{tag}) fail("not the DER value that stands here");
  std::size_t length = std::to_integer<std::size_t>(rest_[1]), header = 2;
  if (length >= 0x80) {
    const std::size_t n = length & 0x7f;
    if (n == 0 || n > 4 || rest_.size() < 2 + n || rest_[2] == std::byte{0}) fail("a length that is not DER");
    length = 0;
    for (std::size_t i = 0; i < n; ++i) length = (length << 8) | std::to_integer<std::size_t>(rest_[2 + i]);
    if (length < 0x80) fail("a length that is not DER");
    header += n;
  }
  if (length > rest_.size() - header) fail("it ends too early");
  const ByteSpan content = rest_.subspan(header, length);
  rest_ = rest_.subspan(header + length);
  return content;
}

ByteSpan DerReader::positive() {
  ByteSpan content = take(der::kInteger);
  if (content.empty()) fail("an empty integer");
  if (content[0] == std::byte{0}) {
    content = content.subspan(1);
    if (content.empty() || (content[0] & std::byte{0x80}) == std::byte{0}) fail("zero, or an integer that is not DER");
  } else if ((content[0] & std::byte{0x80}) != std::byte{0}) {
    fail("a negative integer");
  }
  return content;
}

std::uint64_t DerReader::number(std::uint64_t most) {
  const ByteSpan digits = positive();
  std::uint64_t value = 0;
  if (digits.size() > 8) fail("a number that is too large");
  for (const std::byte digit : digits) value = (value << 8) | std::to_integer<std::uint64_t>(digit);
  if (value > most) fail("a number that is too large");
  return value;
}

void DerReader::expect(std::uint8_t tag, ByteSpan content) {
  if (!std::ranges::equal(take(tag), content)) fail("a kind that is not supported here");
}

void DerReader::finish() const {
  if (!rest_.empty()) fail("bytes after its end");
}

void DerReader::fail(std::string_view why) const {
  throw base::Error(base::Code::malformed, std::string(what_) + ": " + std::string(why));
}

Bytes der_header(std::uint8_t tag, std::size_t content_bytes) {
  Bytes out{std::byte{tag}};
  if (content_bytes < 0x80) {
    out.push_back(static_cast<std::byte>(content_bytes));
    return out;
  }
  std::size_t n = 1;
  while (content_bytes >> (8 * n) != 0) ++n;
  out.push_back(static_cast<std::byte>(0x80 | n));
  for (std::size_t i = n; i-- > 0;) out.push_back(static_cast<std::byte>(content_bytes >> (8 * i)));
  return out;
}

Bytes der_value(std::uint8_t tag, std::initializer_list<ByteSpan> parts) {
  std::size_t size = 0;
  for (const ByteSpan part : parts) size += part.size();
  Bytes out = der_header(tag, size);
  out.reserve(out.size() + size);
  for (const ByteSpan part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

Bytes der_positive(ByteSpan big_endian) {
  while (!big_endian.empty() && big_endian[0] == std::byte{0}) big_endian = big_endian.subspan(1);
  static constexpr std::byte kZero{0};
  const bool sign = big_endian.empty() || (big_endian[0] & std::byte{0x80}) != std::byte{0};
  return der_value(der::kInteger, {ByteSpan(&kZero, sign ? 1 : 0), big_endian});
}

Bytes der_number(std::uint64_t value) {
  std::array<std::byte, 8> digits{};
  base::store_be64(digits, value);
  return der_positive(digits);
}

}  // namespace solemn::sign
