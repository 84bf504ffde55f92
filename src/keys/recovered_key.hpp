#pragma once
// A key that its shares have rebuilt, for as long as the object lives.
#include <memory>

#include "keys/threshold.hpp"
#include "sharing/secret_file.hpp"
#include "sharing/set_json.hpp"

namespace solemn::keys {

/// The signer of a sealed private key: Ed25519 and PKCS#8. Throws Error{usage} for what cannot sign.
std::unique_ptr<sign::Signer> signer_of_secret(sharing::SecretKind kind, base::ByteSpan secret);

class RecoveredKey {
 public:
  /// Throws Error{rejected}: what recover() and open() throw, and when it is not the expected key.
  RecoveredKey(const sharing::SetFile& file, std::span<const sharing::Share> shares, const CeremonyKey& expected);
  /// As its scheme signs (threshold.hpp); verified before it is returned.
  base::Bytes sign(base::ByteSpan message) const;
  /// As recovered_text().
  sign::SecretText text() const { return sharing::recovered_text(file_, scalar_); }

 private:
  const sharing::SetFile& file_;
  CeremonyKey key_;
  sharing::Scalar scalar_;
};

}  // namespace solemn::keys
