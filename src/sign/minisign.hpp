#pragma once
// Signature files of minisign (jedisct1/minisign): Ed25519 over BLAKE2b-512 of the file, and a second signature that
// covers the trusted comment. The older form without prehashing is not written and not accepted.
#include "sign/signer.hpp"

namespace solemn::sign {

struct Minisig {
  std::string untrusted_comment;
  std::array<std::byte, 8> key_number;  // ours: the first 8 bytes of the key id
  std::array<std::byte, 64> signature;
  std::string trusted_comment;
  std::array<std::byte, 64> global_signature;  // over signature and trusted comment
};

/// Four lines, UTF-8 without control characters (tabs in comments are allowed). Throws Error{malformed}.
Minisig parse_minisig(base::ByteSpan file);
std::string write_minisig(const Minisig& minisig);

/// Throws Error{usage} when the key is not Ed25519, Error{malformed} for a comment with control characters or more than
/// 8 KiB.
Minisig sign_minisig(Signer& signer, const base::Hash64& blake2b512, std::string_view trusted_comment);

enum class [[nodiscard]] MinisigStatus : std::uint8_t{ok, other_key_number, bad_signature, bad_trusted_comment};
/// key_number: of the minisign public key file; without it (other key formats) the number is not compared.
MinisigStatus verify_minisig(const Minisig& minisig, const PublicKey& key,
                             const std::optional<std::array<std::byte, 8>>& key_number, const base::Hash64& blake2b512);
/// The key number when the public key file is minisign's; nullopt for other forms. Throws what parse_public_key throws.
std::optional<std::array<std::byte, 8>> minisign_number_in(base::ByteSpan public_key_file);

}  // namespace solemn::sign
