#pragma once
// A content in parts: how it is cut, and the texts of S3's multipart upload. docs/store.md.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/progress.hpp"

namespace solemn::store {

/// What S3 takes: parts of 5 MiB (but the last) to 5 GiB, at most so many.
constexpr std::uint64_t kMaxPartBytes = std::uint64_t{5} << 30, kDefaultPartBytes = std::uint64_t{1} << 30;
constexpr std::uint32_t kMaxParts = 10'000;

/// SHA-256 of a file, and of each of its parts (none when it is not larger than one).
struct Digests {
  base::Hash32 whole{};
  std::vector<base::Hash32> parts;
  /// What S3 calls the composite checksum: SHA-256 of the parts' digests one after the other.
  base::Hash32 of_parts() const;
};
/// In one pass, so that the parts are those of the whole. Memory: 32 bytes a part.
/// Throws Error{refused}: more than kMaxParts; Error{io}.
Digests digests_of(const base::InputFile& file, std::uint64_t part_bytes, base::Progress& progress);

/// A part that a server has.
struct StoredPart {
  std::string etag;  // as it stands in XML
  std::uint64_t size_bytes = 0;
  std::optional<base::Hash32> sha256;  // nullopt: the server gives no checksum
};
using StoredParts = std::map<std::uint32_t, StoredPart>;  // by number, from 1

/// Adds the parts of one answer to ListParts. Returns where the next page goes on; nullopt: this was the last.
/// Throws Error{malformed}: not such an answer, a number that is none, twice or out of range.
std::optional<std::uint32_t> read_parts_page(std::string_view xml, StoredParts& parts);
/// Of the answer to CreateMultipartUpload: printable, without what XML escapes. Throws Error{malformed}.
std::string read_upload_id(std::string_view xml);
/// Of the header of an answer. Throws Error{malformed} for what does not fit into XML as it is.
std::string read_etag(std::string_view header);
/// The body of CompleteMultipartUpload.
std::string write_completion(const StoredParts& parts, const std::vector<base::Hash32>& sha256);

}  // namespace solemn::store
