// Tagged values of a contribution; the first byte is its type.
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  if (size == 0) return 0;
  const base::ByteSpan tlv = fuzz::bytes_of(data, size).subspan(1);
  fuzz::accepts([&] {
    const format::ClaimedParams params = format::read_params(data[0], tlv);
    const base::Bytes written = format::write_params(params);
    const bool same = std::equal(written.begin(), written.end(), tlv.begin(), tlv.end());
    fuzz::require(same || params.name.empty());  // an empty name is not written
  });
  return 0;
}
