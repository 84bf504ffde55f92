#pragma once
// OpenSSH's signature files (PROTOCOL.sshsig): `ssh-keygen -Y sign` and `-Y verify`.
#include "sign/file_digest.hpp"
#include "sign/signer.hpp"

namespace solemn::sign {

enum class SshHash : std::uint8_t { sha256, sha512 };
enum class SshKind : std::uint8_t { native, rsa_sha2_256, rsa_sha2_512 };  // native: the key's own algorithm

struct SshSignature {
  PublicKey key;           // as the file claims; compare with the key that is trusted
  std::string name_space;  // what the signature is for: "file"
  SshHash hash;            // of the file
  SshKind kind;
  base::Bytes signature;  // Ed25519: 64 bytes; ECDSA: DER; RSA: PKCS#1 v1.5
};

/// Armored or binary. Throws Error{malformed}; also for keys that are not Ed25519, P-256, P-384 or RSA, and RSA with
/// SHA-1.
SshSignature parse_ssh_signature(base::ByteSpan file);
std::string write_ssh_signature(const SshSignature& signature);

/// With SHA-512 of the file; RSA keys sign as rsa-sha2-512. Throws Error{usage} for an empty namespace.
SshSignature sign_ssh(Signer& signer, const FileDigests& digests, std::string_view name_space);
/// Whether the signature verifies under the key it names, for this file. Compare key and namespace as well.
[[nodiscard]] bool verify_ssh(const SshSignature& signature, const FileDigests& digests);

}  // namespace solemn::sign
