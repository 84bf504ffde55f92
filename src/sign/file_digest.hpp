#pragma once
// What the prehashing formats sign instead of the file. Private to this folder and cli.
#include "base/file.hpp"

namespace solemn::sign {

struct FileDigests {
  base::Hash64 blake2b512;
  base::Bytes sha512;
  base::Bytes sha256;
};
/// One pass over the file, in blocks.
FileDigests file_digests(const base::Path& path);
FileDigests digests_of(base::ByteSpan content);

}  // namespace solemn::sign
