#pragma once
// Small tar.gz archives: the same members give the same bytes on every machine; what is read is refused unless it is
// exactly a few plain files.
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace solemn::release {

struct Member {
  std::string name;  // [A-Za-z0-9._-], no folder, does not begin with a dot
  base::Bytes bytes;
};

constexpr std::size_t kMaxArchiveBytes = 8 << 20;  // compressed
constexpr std::size_t kMaxTarBytes = 16 << 20;     // uncompressed
constexpr std::size_t kMaxMembers = 16;

/// POSIX ustar, mode 0644, no owner, members in the given order; then gzip (RFC 1952) of stored blocks, so that no
/// compressor's version shows in the bytes. seconds: the time of every member.
base::Bytes write_archive(std::span<const Member> members, std::uint64_t seconds);
/// The tar inside, before gzip.
base::Bytes write_tar(std::span<const Member> members, std::uint64_t seconds);

/// Why an archive was refused: the name of the check and what was seen.
struct ArchiveFault {
  std::string_view rule;
  std::string detail;
};
struct Archive {
  std::vector<Member> members;  // complete only when there is no fault
  std::optional<ArchiveFault> fault;
};
/// Never throws for bad content; at most kMaxTarBytes are ever held. Rules of the faults:
///   archive-gzip      not a gzip file, damaged, or cut
///   archive-size      larger than the limits above: more than kMaxTarBytes unpacked is how a bomb looks
///   archive-trailing  bytes after the gzip stream
///   archive-tar       header, checksum, padding or end mark not as in ustar
///   member-type       a link, folder, device or extension header
///   member-name       a folder in the name, `..`, or characters outside the set above
///   member-unique     two members of one name
Archive read_archive(base::ByteSpan file);

}  // namespace solemn::release
