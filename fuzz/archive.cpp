// A release bundle: what is accepted is written again and read back the same.
#include "release/bundle.hpp"

#include "fuzz.hpp"
#include "release/archive_internal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const base::ByteSpan bytes = fuzz::bytes_of(data, size);
  const release::Archive archive = release::read_archive(bytes);
  fuzz::require(!archive.fault || (archive.members.empty() && !archive.fault->rule.empty()));
  if (!archive.fault) {
    const release::Archive again = release::read_archive(release::write_archive(archive.members, 1));
    fuzz::require(!again.fault && again.members.size() == archive.members.size());
    for (std::size_t i = 0; i < again.members.size(); ++i)
      fuzz::require(again.members[i].name == archive.members[i].name &&
                    again.members[i].bytes == archive.members[i].bytes);
  }
  std::optional<release::ArchiveFault> fault;
  fuzz::require(release::unpack_bundle(bytes, fault).has_value() == !fault.has_value());
  // The tar inside, without a checksum in the way.
  const release::Archive inner = release::read_archive(release::internal::gzip_stored(bytes));
  fuzz::require(!inner.fault || inner.members.empty());
  return 0;
}
