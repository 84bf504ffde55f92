// From a path or URI to a signer.
#include "base/error.hpp"
#include "sign/file_key.hpp"
#include "sign/key_service.hpp"
#include "sign/pkcs11_signer.hpp"

namespace solemn::sign {

bool is_key_uri(std::string_view uri_or_path) noexcept {
  for (const std::string_view scheme : {"pkcs11:", "awskms:", "gcpkms:", "vault:"})
    if (uri_or_path.starts_with(scheme)) return true;
  return false;
}

std::unique_ptr<Signer> open_signer(std::string_view uri_or_path, const OpenOptions& options) {
  if (uri_or_path.starts_with("pkcs11:")) return open_pkcs11(parse_pkcs11_uri(uri_or_path), options);
  if (uri_or_path.starts_with("awskms:")) return open_aws_kms(uri_or_path, options);
  if (uri_or_path.starts_with("gcpkms:")) return open_google_kms(uri_or_path, options);
  if (uri_or_path.starts_with("vault:")) return open_vault(uri_or_path, options);
  return open_key_file(base::Path(uri_or_path), options);
}

}  // namespace solemn::sign
