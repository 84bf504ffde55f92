// A DSSE envelope; what is accepted is written back and read again.
#include "sign/dsse.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  fuzz::accepts([&] {
    const sign::DsseEnvelope envelope = sign::parse_dsse(fuzz::bytes_of(data, size));
    const sign::DsseEnvelope again = sign::parse_dsse(base::as_bytes(write_dsse(envelope)));
    fuzz::require(again.payload == envelope.payload && again.payload_type == envelope.payload_type &&
                  again.signatures.size() == envelope.signatures.size());
  });
  return 0;
}
