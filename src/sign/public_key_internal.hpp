#pragma once
// Private to this folder.
#include <array>

#include "sign/signer.hpp"

namespace solemn::sign {

inline constexpr std::array<Algorithm, 4> kAlgorithms = {Algorithm::ed25519, Algorithm::ecdsa_p256_sha256,
                                                         Algorithm::ecdsa_p384_sha384, Algorithm::rsa_pss_sha256};

/// The key inside an SSH wire blob ("ssh-ed25519", "ecdsa-sha2-nistp256", ...). Throws Error{malformed}.
PublicKey public_key_from_ssh_blob(base::ByteSpan blob);
base::Bytes ssh_blob_of(const PublicKey& key);
std::string_view ssh_type_of(Algorithm algorithm) noexcept;

/// Our number of a key in minisign's files: the first 8 bytes of its id.
std::array<std::byte, 8> minisign_number(const PublicKey& key) noexcept;

/// The DER inside one PEM block whose label is `label`; the text before and after it must be empty but for newlines.
/// nullopt when it is not that.
std::optional<base::Bytes> from_pem(std::string_view text, std::string_view label);
std::string to_pem(base::ByteSpan der, std::string_view label);

}  // namespace solemn::sign
