#pragma once
// Private to this folder.
#include "sign/signer.hpp"

namespace solemn::sign {

/// PKCS#8 of an Ed25519 seed of 32 bytes.
SecretText pkcs8_of_seed(base::ByteSpan seed);
/// The passphrase of `what`; Error{refused} when nobody can be asked.
SecretText ask(const OpenOptions& options, const std::string& what);

}  // namespace solemn::sign
