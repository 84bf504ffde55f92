#pragma once
// Different public keys of one secret: whoever counts keys counts secrets.
#include <string>

#include "sign/signer.hpp"

namespace solemn::sign {

/// Equal for keys that the same person can sign with when they can sign with one of them: a key and its negative
/// (P-256, P-384: the x coordinate; Ed25519: y), and keys of one RSA modulus. For comparing, and for nothing else.
std::string secret_behind(const PublicKey& key);
/// The same question of two keys, answered fast where they have nothing in common.
bool same_secret(const PublicKey& a, const PublicKey& b);

}  // namespace solemn::sign
