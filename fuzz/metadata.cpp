// metadata.json, signer lists and revocation lists; what is accepted is written back and read again.
#include "release/metadata.hpp"
#include "fuzz.hpp"
#include "release/trust.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const base::ByteSpan text = fuzz::bytes_of(data, size);
  fuzz::accepts([&] {
    const release::Metadata metadata = release::read_metadata(text);
    fuzz::require(release::is_digest(metadata.vk_blake3));
    const std::string again = metadata.json.dump();
    fuzz::require(release::read_metadata(base::as_bytes(again)).json == metadata.json);
  });
  fuzz::accepts([&] {
    const std::string again = release::write_signer_list(release::read_signer_list(text));
    fuzz::require(release::write_signer_list(release::read_signer_list(base::as_bytes(again))) == again);
  });
  fuzz::accepts([&] {
    const std::string again = release::write_revocations(release::read_revocations(text));
    fuzz::require(release::write_revocations(release::read_revocations(base::as_bytes(again))) == again);
  });
  return 0;
}
