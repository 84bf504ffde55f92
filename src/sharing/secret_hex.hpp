#pragma once
// Hexadecimal digits of secrets, in guarded memory and constant time.
#include <optional>

#include "sign/signer.hpp"

namespace solemn::sharing {

/// Lower case, without newline.
sign::SecretText to_secret_hex(base::ByteSpan bytes);
/// Digits in either case, blanks and line ends around them passed over; nullopt for anything else, and for nothing.
std::optional<sign::SecretText> from_secret_hex(base::ByteSpan text);

}  // namespace solemn::sharing
