#pragma once
// A content into a bucket in parts, going on with what an earlier push began. Private to this folder.
#include "store/parts.hpp"
#include "store/s3.hpp"

namespace solemn::store::internal {

struct PartsPush {
  const Bucket& bucket;
  const base::Path& store;  // its folder, which remembers uploads that did not end
  std::string key;
  std::uint64_t part_bytes;
  const std::optional<Retention>& retention;
  const net::Limits& limits;
  base::Progress& progress;
};

struct SentInParts {
  bool written = false;  // false: somebody else's was there first
  std::uint64_t resumed_bytes = 0;
};

/// `digests`: of the file, cut as push.part_bytes says; a part that is something else now is refused by the server.
/// After an error, also ctrl-C or a kill, the parts stay for the next push; where the store cannot remember them, the
/// server is told to drop them. Throws Error{io}.
SentInParts send_in_parts(const PartsPush& push, const base::InputFile& file, const Digests& digests);

/// The key is there: what was begun for it and never ended is dropped, here and at the server.
void drop_unfinished(const PartsPush& push);

}  // namespace solemn::store::internal
