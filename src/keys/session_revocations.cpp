// Revocations that the keys of a ceremony sign while they are there.
#include <algorithm>

#include "base/error.hpp"
#include "keys/recovered_key.hpp"
#include "keys/session.hpp"
#include "keys/statements.hpp"

namespace solemn::keys {

std::vector<KeySession::SignedRevocation> KeySession::sign_revocations(const std::string& record,
                                                                       const std::string& issued) const {
  std::vector<SignedRevocation> all;
  for (const Held& held : held_) {
    InventoryKey known;
    known.id = held.name;
    known.key = std::ranges::find(made_, held.name, &MadeKey::name)->key;
    known.set = held.set.set;
    sign::DsseEnvelope envelope = statement_of(presigned_revocation(reference_to(known), record, issued));
    if (held.scalar) {
      approve_with_key(envelope, held.scalar->key);
    } else if (held.kind == sharing::SecretKind::seed) {
      approve_with_key(envelope, sharing::master_key(held.secret->expose()).key);
    } else {
      sign::sign_dsse(envelope, *signer_of_secret(held.kind, held.secret->expose()));
    }
    if (!approval_of(known, envelope).by_key)
      throw base::Error(base::Code::internal, "the revocation of " + held.name + " does not verify");
    all.push_back({held.name, std::move(envelope)});
  }
  return all;
}

}  // namespace solemn::keys
