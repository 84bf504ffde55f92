// A public key in any form; what is accepted has one DER encoding, and verifies nothing by chance.
#include "fuzz.hpp"
#include "sign/minisign.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const base::ByteSpan bytes = fuzz::bytes_of(data, size);
  fuzz::accepts([&] {
    const sign::PublicKey key = sign::parse_public_key(bytes);
    fuzz::require(sign::PublicKey::from_spki(key.spki()) == key);
    fuzz::require(!verify(key, bytes, bytes));
    (void)sign::minisign_number_in(bytes);
  });
  fuzz::accepts([&] { fuzz::require(std::ranges::equal(sign::PublicKey::from_spki(bytes).spki(), bytes)); });
  return 0;
}
