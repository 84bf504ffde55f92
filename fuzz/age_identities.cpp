// An identity file of age, and a file locked to such an identity.
#include "fuzz.hpp"
#include "sign/age.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  static const auto identities = sign::parse_age_identities(
      base::as_bytes("AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0\n"));
  const auto file = fuzz::bytes_of(data, size);
  try {
    (void)sign::decrypt_age(file, sign::AgeKeys{nullptr, identities, nullptr});
  } catch (const base::Error& error) {
    fuzz::require(error.code() == base::Code::malformed || error.code() == base::Code::usage);
  }
  try {
    (void)sign::parse_age_identities(file);
  } catch (const base::Error& error) { fuzz::require(error.code() == base::Code::usage); }
  return 0;
}
