#pragma once
// Nostr's forms of a key: NIP-19 (nsec, npub) and NIP-06 (from words).
#include <string>

#include "sharing/secp256k1.hpp"
#include "sign/signer.hpp"

namespace solemn::sharing {

sign::SecretText write_nsec(const Scalar& key);  // "nsec1..."
std::string write_npub(const PublicKey& key);    // "npub1...", the x coordinate
Scalar parse_nsec(base::ByteSpan text);          // throws Error{malformed}
base::Hash32 parse_npub(std::string_view text);  // throws Error{malformed}, also for x that is on no point
/// m/44'/1237'/account'/0/0 of the words, without passphrase. Its last two steps are not hardened: keep the xpub of the
/// account as secret as the key. NIP-06 is marked unrecommended; here for keys that exist.
Scalar nip06_key(base::ByteSpan words, std::uint32_t account);

}  // namespace solemn::sharing
