#pragma once
// Keys at key services: AWS KMS, Google Cloud KMS, Vault transit. Private keys never leave them.
// Contract-tested against emulators; not run on the vendors' clouds.
#include "sign/signer.hpp"

namespace solemn::sign {

/// awskms:KEY (id, ARN, or alias/NAME). As the AWS tools: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,
/// or the profile AWS_PROFILE in AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials); region of the ARN, else AWS_REGION,
/// AWS_DEFAULT_REGION; AWS_ENDPOINT_URL_KMS, AWS_ENDPOINT_URL, AWS_CA_BUNDLE. Ed25519 keys sign up to 4096 bytes.
std::unique_ptr<Signer> open_aws_kms(std::string_view uri, const OpenOptions& options);

/// gcpkms:projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/V. As gcloud: CLOUDSDK_AUTH_ACCESS_TOKEN
/// (the only way to log in here), CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS, CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE.
std::unique_ptr<Signer> open_google_kms(std::string_view uri, const OpenOptions& options);

/// vault:MOUNT/KEY?version=N (transit engine; the version is part of the key's identity). VAULT_ADDR, VAULT_TOKEN or
/// ~/.vault-token, VAULT_NAMESPACE, VAULT_CACERT.
std::unique_ptr<Signer> open_vault(std::string_view uri, const OpenOptions& options);

}  // namespace solemn::sign
