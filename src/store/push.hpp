#pragma once
// A store copied to another place: a folder or a bucket.
#include <optional>
#include <string>

#include "base/progress.hpp"
#include "store/names.hpp"
#include "store/parts.hpp"
#include "store/s3.hpp"

namespace solemn::store {

struct PushOptions {
  std::optional<Retention> retention;            // buckets only
  std::uint64_t part_bytes = kDefaultPartBytes;  // buckets: larger contents go in parts of so many, 1 to kMaxPartBytes
  long stall_seconds = 60;
};
struct Pushed {
  std::size_t n_written = 0, n_there = 0;
  std::uint64_t written_bytes = 0;
  std::uint64_t resumed_bytes = 0;           // of those: sent by an earlier push that did not end
  std::size_t n_read_back = 0;               // contents that the bucket gave no checksum for
  std::optional<base::Hash32> names_digest;  // buckets: the names are there too, as a content with this SHA-256
};

/// Writes what is missing in `to` ("s3://bucket/prefix" or a folder) and checks what is there: size and SHA-256 of
/// every content, retention when it was asked for. Can be run again after it was stopped. Errors: Error{rejected}
/// naming what the other place has instead; Error{refused}: the folder's names are not a beginning of these; Error{io}.
Pushed push(const base::Path& folder, const std::string& to, const PushOptions& options, base::Progress& progress);

}  // namespace solemn::store
