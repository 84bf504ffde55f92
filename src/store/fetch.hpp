#pragma once
// A content by its SHA-256 from mirrors that nobody needs to trust: folders, http and https addresses, buckets.
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/progress.hpp"

namespace solemn::store {

struct FetchOptions {
  std::vector<std::string> from;            // asked in this order; at least one
  unsigned tries = 3;                       // passes over those that may still help, with growing pauses
  long stall_seconds = 30;                  // fewer than 64 bytes a second for so long is the end of a try
  std::optional<std::uint64_t> size_bytes;  // when it is known
  std::uint64_t max_bytes = std::uint64_t{1} << 40;
  base::Overwrite overwrite = base::Overwrite::no;
};

struct Fetched {
  std::string from;  // "" when everything was here already from an earlier run
  std::uint64_t size_bytes = 0;
  std::uint64_t resumed_bytes = 0;    // of an earlier run
  std::vector<std::string> refusals;  // "MIRROR: why", the last one of each that did not give it
};

/// Writes `out`, only with bytes of this digest. What a try that was cut has given stays beside `out` for the next try
/// or run; a whole that is wrong is asked for again from its start, and then its mirror is named and left. Errors:
/// Error{io} when no mirror gives it, Error{rejected} when each one that answered gave other bytes, Error{usage},
/// Error{interrupted}.
Fetched fetch(const base::Hash32& digest, const base::Path& out, const FetchOptions& options, base::Progress& progress);

}  // namespace solemn::store
