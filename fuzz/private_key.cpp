// PKCS#8, and a key file that is not encrypted: what is accepted can sign.
#include "fuzz.hpp"
#include "sign/file_key.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const base::ByteSpan bytes = fuzz::bytes_of(data, size);
  fuzz::accepts([&] { (void)sign::signer_from_pkcs8(sign::secret_copy(bytes)); });
  fuzz::accepts([&] { (void)sign::key_file_form(bytes); });
  return 0;
}
