#pragma once
// Base58Check, the form of extended keys. Constant time in the bytes. Private to this folder.
#include <optional>

#include "sign/signer.hpp"

namespace solemn::sharing {

/// bytes and the first four of SHA-256(SHA-256(bytes)). REQUIRES: bytes[0] != 0.
sign::SecretText base58check(base::ByteSpan bytes);
/// The n_bytes in front of a checksum that is right; nullopt otherwise.
std::optional<sign::SecretText> from_base58check(base::ByteSpan text, std::size_t n_bytes);

}  // namespace solemn::sharing
