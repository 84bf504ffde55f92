// From a path or URI to a signer.
#include "base/error.hpp"
#include "sign/file_key.hpp"

namespace solemn::sign {

std::unique_ptr<Signer> open_signer(std::string_view uri_or_path, const OpenOptions& options) {
  return open_key_file(base::Path(uri_or_path), options);
}

}  // namespace solemn::sign
