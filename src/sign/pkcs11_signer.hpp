#pragma once
// Keys in PKCS#11 tokens. The module is loaded by solemn-pkcs11-helper only: a crash or hang of it is an Error{device}
// here, and it never shares memory with other secrets.
#include "sign/pkcs11_uri.hpp"

namespace solemn::sign {

/// Starts the helper, finds the one token and key that the URI names, and logs in.
/// Errors: Error{device}: no module, token or key; more than one of them; wrong or locked PIN; the helper crashed or
/// did not answer in time. Error{usage}: no module named. Error{refused}: a PIN is wanted and options.pin is empty.
std::unique_ptr<Signer> open_pkcs11(const Pkcs11Uri& uri, const OpenOptions& options);

}  // namespace solemn::sign
