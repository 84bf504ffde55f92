// Fingerprints of secrets, and certificates of clean-up.
#include "fuzz.hpp"
#include "keys/cleanup.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const std::string_view text = base::as_text(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    const std::string json = keys::Fingerprints::from_json(text).json();
    fuzz::require(keys::Fingerprints::from_json(json).json() == json);
  });
  fuzz::accepts([&] {
    const auto certificate = keys::CleanupCertificate::from_json(transcript::parse_json(text));
    fuzz::require(keys::CleanupCertificate::from_json(certificate.json()).json() == certificate.json());
  });
  return 0;
}
