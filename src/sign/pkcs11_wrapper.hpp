#pragma once
// An AES key in a PKCS#11 token that wraps the file keys of backups: it never leaves the token.
#include "sign/age.hpp"
#include "sign/pkcs11_uri.hpp"

namespace solemn::sign {

/// Starts the helper, finds the one token and AES key that the URI names, and logs in. The wrapper's name is the URI's
/// path with token, object and id. Errors as open_pkcs11; Error{usage} for the URI of a private key.
std::unique_ptr<FileKeyWrapper> open_pkcs11_wrapper(const Pkcs11Uri& uri, const OpenOptions& options);

}  // namespace solemn::sign
