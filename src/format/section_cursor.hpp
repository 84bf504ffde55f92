#pragma once
// Reads one section from its begin to its end in bounded memory, and never outside it. Not for other folders.
#include "format/container.hpp"

namespace solemn::format::internal {

class SectionCursor {
 public:
  /// Shape: section lies inside the file (Container checked it).
  SectionCursor(const base::InputFile& file, const Section& section);
  std::uint64_t remaining() const noexcept { return end_ - at_; }
  /// Throws Error{malformed} "section N ends too early" when fewer bytes are left.
  void take(base::MutableByteSpan out);
  std::uint32_t take_le32();
  std::uint64_t take_le64();
  /// n bytes; n is compared with what is left before anything is allocated.
  base::Bytes take_bytes(std::uint64_t n);
  /// Throws Error{malformed} unless the section is used up.
  void require_end() const;

 private:
  void refill();
  const base::InputFile& file_;
  std::uint32_t type_;
  std::uint64_t at_, end_;  // offsets in the file
  base::Bytes buffer_;
  std::size_t used_ = 0, filled_ = 0;  // buffer_[used_, filled_) is the content at at_
};

/// u32 n8, then a prime of n8 bytes. Throws Error{malformed} unless n8 is 32 or 48.
base::Bytes take_prime(SectionCursor& cursor);

/// One point as it lies in the file, unchecked: the caller checks it before anything else.
template <class G>
typename G::Affine take_point_unchecked(SectionCursor& cursor) {
  typename G::Affine point;
  static_assert(sizeof(point) == G::kBytes);
  cursor.take(base::writable_object_bytes(std::span(&point, 1)));
  return point;
}

}  // namespace solemn::format::internal
