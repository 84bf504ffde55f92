#pragma once
// Private to this folder.
#include "sign/signer.hpp"

namespace solemn::sign {

/// The passphrase of `what`; Error{refused} when nobody can be asked.
SecretText ask(const OpenOptions& options, const std::string& what);

}  // namespace solemn::sign
