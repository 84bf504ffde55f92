#pragma once
// A whole file, or its beginning, in blocks: what everything that hashes files is made of.
#include <algorithm>

#include "base/file.hpp"
#include "base/progress.hpp"

namespace solemn::base {

inline constexpr std::uint64_t kBlockBytes = std::uint64_t{1} << 20;

/// take(ByteSpan) for the first n_bytes of the file, in order, at most kBlockBytes at once. `file` has read_at().
/// Errors: those of read_at() and take(), and what progress.check_interrupt() throws. Advances progress by the bytes.
template <class File, class Take>
void for_each_block(File& file, std::uint64_t n_bytes, Progress& progress, Take&& take) {
  Bytes block(static_cast<std::size_t>(std::min(kBlockBytes, n_bytes)));
  for (std::uint64_t at = 0; at < n_bytes;) {
    progress.check_interrupt();
    const auto part = MutableByteSpan(block).first(static_cast<std::size_t>(std::min(kBlockBytes, n_bytes - at)));
    file.read_at(at, part);
    take(ByteSpan(part));
    progress.advance(part.size());
    at += part.size();
  }
}
template <class Take>
void for_each_block(const InputFile& file, Progress& progress, Take&& take) {
  for_each_block(file, file.size(), progress, std::forward<Take>(take));
}

}  // namespace solemn::base
