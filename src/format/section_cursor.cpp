#include "format/section_cursor.hpp"

#include <algorithm>
#include <cstring>

#include "format/malformed.hpp"

namespace solemn::format::internal {

namespace {
constexpr std::size_t kBufferBytes = std::size_t{1} << 18;
}

SectionCursor::SectionCursor(const base::InputFile& file, const Section& section)
    : file_(file),
      type_(section.type),
      at_(section.offset_bytes),
      end_(section.offset_bytes + section.size_bytes),
      buffer_(static_cast<std::size_t>(std::min<std::uint64_t>(kBufferBytes, section.size_bytes))) {}

void SectionCursor::refill() {
  filled_ = static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), remaining()));
  used_ = 0;
  file_.read_at(at_, base::MutableByteSpan(buffer_).first(filled_));
}

void SectionCursor::take(base::MutableByteSpan out) {
  if (out.size() > remaining()) {
    malformed(section_name(type_) + " ends too early: " + std::to_string(out.size()) + " bytes expected, " +
              std::to_string(remaining()) + " are left");
  }
  while (!out.empty()) {
    if (used_ == filled_) refill();
    const std::size_t n = std::min(out.size(), filled_ - used_);
    std::memcpy(out.data(), buffer_.data() + used_, n);
    used_ += n;
    at_ += n;
    out = out.subspan(n);
  }
}

std::uint32_t SectionCursor::take_le32() {
  std::array<std::byte, 4> bytes;
  take(bytes);
  return base::load_le32(bytes);
}

std::uint64_t SectionCursor::take_le64() {
  std::array<std::byte, 8> bytes;
  take(bytes);
  return base::load_le64(bytes);
}

base::Bytes SectionCursor::take_bytes(std::uint64_t n) {
  if (n > remaining()) {
    malformed(section_name(type_) + " ends too early: " + std::to_string(n) + " bytes expected, " +
              std::to_string(remaining()) + " are left");
  }
  base::Bytes bytes(static_cast<std::size_t>(n));
  take(bytes);
  return bytes;
}

void SectionCursor::require_end() const {
  if (remaining() != 0) malformed(section_name(type_) + " has " + std::to_string(remaining()) + " bytes too many");
}

base::Bytes take_prime(SectionCursor& cursor) {
  const std::uint32_t n_bytes = cursor.take_le32();
  if (n_bytes != 32 && n_bytes != 48) malformed("the header names a prime of " + std::to_string(n_bytes) + " bytes");
  return cursor.take_bytes(n_bytes);
}

}  // namespace solemn::format::internal
