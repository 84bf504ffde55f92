#pragma once
// Hexadecimal digits of secrets, in guarded memory and constant time.
#include <optional>

#include "sign/signer.hpp"

namespace solemn::sharing {

/// Without blanks and line ends around it. That there are some is no secret.
base::ByteSpan without_blanks(base::ByteSpan text) noexcept;
/// Lower case, without newline.
sign::SecretText to_secret_hex(base::ByteSpan bytes);
/// Digits in either case, blanks and line ends around them passed over; nullopt for anything else, and for nothing.
/// Which of the two is no secret.
std::optional<sign::SecretText> from_secret_hex(base::ByteSpan text);

}  // namespace solemn::sharing
