// A minisign signature; what is accepted is written back and read again.
#include "fuzz.hpp"
#include "sign/minisign.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  fuzz::accepts([&] {
    const std::string written = write_minisig(sign::parse_minisig(fuzz::bytes_of(data, size)));
    fuzz::require(write_minisig(sign::parse_minisig(base::as_bytes(written))) == written);
  });
  return 0;
}
