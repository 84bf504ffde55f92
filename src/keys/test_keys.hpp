#pragma once
// Keys of a ceremony with their private halves, for tests.
#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "keys/threshold.hpp"
#include "sharing/secp256k1.hpp"
#include "sign/file_key.hpp"

namespace solemn::keys::testing {

inline sharing::Scalar scalar(unsigned number) {
  sharing::Scalar k;
  k.expose() = hash::sha256(base::as_bytes("test key " + std::to_string(number)));
  return k;
}
inline CeremonyKey ecdsa_key(unsigned number) {
  return CeremonyKey::parse(Scheme::ecdsa_secp256k1, sharing::public_key_of(scalar(number)).hex());
}
inline CeremonyKey bip340_key(unsigned number) {
  return CeremonyKey::parse(Scheme::bip340, sharing::public_key_of(scalar(number)).hex().substr(2));
}
inline base::Bytes ecdsa_signature(unsigned number, base::ByteSpan message) {
  const auto made = sharing::sign_ecdsa(scalar(number), hash::sha256(message));
  return {made.begin(), made.end()};
}
inline base::Bytes bip340_signature(unsigned number, base::ByteSpan message) {
  const auto made = sharing::sign_bip340(scalar(number), hash::sha256(message), {});
  return {made.begin(), made.end()};
}
/// maintainer-1 to maintainer-n, ECDSA.
inline std::vector<RegisteredKey> maintainers(unsigned n) {
  std::vector<RegisteredKey> all;
  for (unsigned i = 1; i <= n; ++i) all.push_back({"maintainer-" + std::to_string(i), ecdsa_key(i)});
  return all;
}

}  // namespace solemn::keys::testing
