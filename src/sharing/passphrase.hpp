#pragma once
// What BIP-39 and SLIP-39 do with a passphrase. Private to this folder.
#include <openssl/evp.h>

#include "base/bytes.hpp"

namespace solemn::sharing {

/// Printable ASCII or nothing; throws Error{usage}.
void require_printable_passphrase(base::ByteSpan passphrase);
/// PBKDF2-HMAC (RFC 8018).
void pbkdf2(base::MutableByteSpan out, const EVP_MD* digest, base::ByteSpan password, base::ByteSpan salt, int rounds);

}  // namespace solemn::sharing
