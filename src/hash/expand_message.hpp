#pragma once
// expand_message_xmd of RFC 9380 section 5.3.1 with SHA-256: any number of uniform bytes from a message and a domain.
#include <string_view>

#include "base/bytes.hpp"

namespace solemn::hash {

/// Fills out. Domain: 1 <= |domain|, longer than 255 bytes is hashed first (5.3.3); 1 <= |out| <= 8160.
/// Cost: |out| / 32 + 2 hashes.  Errors: none; another shape is a bug of ours.
void expand_message_xmd(base::ByteSpan message, std::string_view domain, base::MutableByteSpan out);

}  // namespace solemn::hash
