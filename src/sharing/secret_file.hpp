#pragma once
// Secrets as files: how a key or seed is read to be split, and how it is written when it was recovered.
#include "sharing/set_json.hpp"

namespace solemn::sharing {

/// 64 hexadecimal digits or an nsec. Throws Error{malformed}.
Scalar read_scalar(base::ByteSpan text);
/// BIP-39 words (their entropy is the seed: what SLIP-39 and the ceremony's paths start from), or 32 to 128 hexadecimal
/// digits. Throws Error{malformed}.
sign::SecretText read_seed(base::ByteSpan text);
/// A secret of a kind: seed as above, ed25519 as 64 hexadecimal digits, pkcs8 as PEM (PKCS#1 or PKCS#8), other as it
/// is.
sign::SecretText read_secret(SecretKind kind, base::ByteSpan file);
/// The same forms: digits or words with a newline, PEM, bytes. key: the recovered scalar of the set; sealed secrets are
/// opened. Throws what open() throws.
sign::SecretText recovered_text(const SetFile& file, const Scalar& key);
/// What the recovered thing is: "secp256k1 private key, hexadecimal digits".
std::string recovered_form(const SetFile& file);

}  // namespace solemn::sharing
