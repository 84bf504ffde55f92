#pragma once
// DER (X.690), the part that keys need: definite minimal lengths, one-byte tags. Strict: what is read has one encoding.
#include <initializer_list>

#include "base/bytes.hpp"

namespace solemn::sign {

namespace der {
inline constexpr std::uint8_t kInteger = 0x02, kBitString = 0x03, kOctetString = 0x04, kNull = 0x05, kObject = 0x06,
                              kSequence = 0x30, kContext0 = 0xa0, kContext1 = 0xa1;
}

/// Walks over the values inside one. All of it throws Error{malformed} naming `what`.
class DerReader {
 public:
  DerReader(base::ByteSpan bytes, std::string_view what) noexcept : rest_(bytes), what_(what) {}
  bool empty() const noexcept { return rest_.empty(); }
  bool next_is(std::uint8_t tag) const noexcept;
  /// The content of the next value, which must have this tag.
  base::ByteSpan take(std::uint8_t tag);
  DerReader enter(std::uint8_t tag) { return {take(tag), what_}; }
  /// A positive INTEGER without its sign byte, minimal, not zero.
  base::ByteSpan positive();
  /// A positive INTEGER up to `most`.
  std::uint64_t number(std::uint64_t most);
  void expect(std::uint8_t tag, base::ByteSpan content);
  void finish() const;  // nothing may be left
  [[noreturn]] void fail(std::string_view why) const;

 private:
  base::ByteSpan rest_;
  std::string_view what_;
};

/// tag, length, the parts one after the other.
base::Bytes der_value(std::uint8_t tag, std::initializer_list<base::ByteSpan> parts);
/// The header alone, for a content that stays elsewhere (secrets).
base::Bytes der_header(std::uint8_t tag, std::size_t content_bytes);
base::Bytes der_positive(base::ByteSpan big_endian);
base::Bytes der_number(std::uint64_t value);

}  // namespace solemn::sign
