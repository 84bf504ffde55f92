#include "keys/recovered_key.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sign/file_key.hpp"

namespace solemn::keys {

using base::Code;
using base::Error;

namespace {

CeremonyKey public_half(const sharing::SetFile& file, const sharing::Scalar& scalar, Scheme scheme) {
  if (file.sealed && file.sealed->kind == sharing::SecretKind::seed)
    return CeremonyKey::parse(scheme, base::to_hex(file.sealed->public_half));
  if (file.sealed) {
    const sign::PublicKey read = sign::PublicKey::from_spki(file.sealed->public_half);
    return CeremonyKey::parse(scheme, base::to_hex(scheme == Scheme::ed25519 ? read.key_bytes() : read.spki()));
  }
  const sharing::PublicKey key = sharing::checked_public_key_of(scalar);
  return CeremonyKey::parse(scheme, scheme == Scheme::bip340 ? base::to_hex(key.x_only()) : key.hex());
}

}  // namespace

std::unique_ptr<sign::Signer> signer_of_secret(sharing::SecretKind kind, base::ByteSpan secret) {
  if (kind != sharing::SecretKind::ed25519 && kind != sharing::SecretKind::pkcs8)
    throw Error(Code::usage, "a secret of the kind '" + std::string(name(kind)) + "' signs nothing");
  return sign::signer_from_pkcs8(kind == sharing::SecretKind::ed25519 ? sign::pkcs8_of_seed(secret)
                                                                      : sign::secret_copy(secret));
}

RecoveredKey::RecoveredKey(const sharing::SetFile& file, std::span<const sharing::Share> shares,
                           const CeremonyKey& expected)
    : file_(file), key_(expected), scalar_(sharing::recover(file.set, shares)) {
  if (file.sealed) (void)sharing::open(scalar_, *file.sealed);  // its public half is the secret's
  if (public_half(file, scalar_, expected.scheme).bytes != expected.bytes)
    throw Error(Code::rejected, "the shares rebuild another key than the inventory's");
}

base::Bytes RecoveredKey::sign(base::ByteSpan message) const {
  base::Bytes signature;
  if (file_.sealed) {
    signature = signer_of_secret(file_.sealed->kind, sharing::open(scalar_, *file_.sealed).expose())->sign(message);
  } else {
    const base::Hash32 digest = hash::sha256(message);
    const sharing::CompactSignature made = key_.scheme == Scheme::bip340 ? sharing::sign_bip340(scalar_, digest, {})
                                                                         : sharing::sign_ecdsa(scalar_, digest);
    signature.assign(made.begin(), made.end());
  }
  if (!key_.verify(message, signature)) throw Error(Code::internal, "the signature of the rebuilt key does not verify");
  return signature;
}

}  // namespace solemn::keys
