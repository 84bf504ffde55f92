// An age file under a file key that is known to the seeds: armor, header, MAC, chunks.
#include "sign/age.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  static const base::Bytes file_key = *base::from_hex("59454c4c4f57205355424d4152494e45");
  fuzz::accepts([&] {
    const base::Bytes binary = sign::age_without_armor(fuzz::bytes_of(data, size));
    (void)sign::decrypt_age_payload(sign::parse_age_header(binary), file_key);
  });
  return 0;
}
