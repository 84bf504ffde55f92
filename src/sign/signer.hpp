#pragma once
// Keys that sign and keys that verify, whatever holds them. What uses signatures (contribution logs, transcripts,
// bundles) needs this header only.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/secret.hpp"

namespace solemn::sign {

/// The four ways to sign. A key has exactly one; it is never taken from a signature or an envelope.
enum class Algorithm : std::uint8_t {
  ed25519,            // RFC 8032, pure
  ecdsa_p256_sha256,  // signature: DER SEQUENCE of r and s
  ecdsa_p384_sha384,  // the same
  rsa_pss_sha256,     // RFC 8017, MGF1 with SHA-256, salt of 32 bytes; keys of 2048 to 8192 bits
};
/// "ed25519", "ecdsa-p256-sha256", "ecdsa-p384-sha384", "rsa-pss-sha256": the names in files and reports.
std::string_view name(Algorithm algorithm) noexcept;
std::optional<Algorithm> algorithm_named(std::string_view name) noexcept;

/// SHA-256 of the DER SubjectPublicKeyInfo: the same key has the same id in every file format.
using KeyId = base::Hash32;

/// A public key that was checked: canonical encoding, point on its curve and in the prime-order group, RSA modulus odd
/// and 2048 to 8192 bits, exponent odd and 65537 up to 64 bits. Equal keys have equal bytes.
class PublicKey {
 public:
  /// DER SubjectPublicKeyInfo, uncompressed points and named curves only. Throws Error{malformed}.
  static PublicKey from_spki(base::ByteSpan der);
  /// 32 bytes. Throws Error{malformed}.
  static PublicKey from_ed25519(base::ByteSpan raw);
  /// 04 || x || y; curve: ecdsa_p256_sha256 or ecdsa_p384_sha384. Throws Error{malformed}.
  static PublicKey from_ec_point(Algorithm curve, base::ByteSpan point);
  /// Big-endian, leading zeros allowed. Throws Error{malformed}.
  static PublicKey from_rsa(base::ByteSpan modulus, base::ByteSpan exponent);

  Algorithm algorithm() const noexcept { return algorithm_; }
  base::ByteSpan spki() const noexcept { return spki_; }
  /// Ed25519: 32 bytes. ECDSA: 04 || x || y. RSA: DER SEQUENCE of modulus and exponent.
  base::ByteSpan key_bytes() const noexcept;
  const KeyId& id() const noexcept { return id_; }
  std::string id_hex() const { return base::to_hex(id_); }

  friend bool operator==(const PublicKey& a, const PublicKey& b) noexcept { return a.id_ == b.id_; }
  friend bool operator<(const PublicKey& a, const PublicKey& b) noexcept { return a.id_ < b.id_; }

 private:
  PublicKey(Algorithm algorithm, base::Bytes spki, std::size_t key_offset_bytes);
  Algorithm algorithm_;
  base::Bytes spki_;
  std::size_t key_offset_bytes_;
  KeyId id_;
};

/// The forms of a public key in a file.
enum class PublicKeyFormat : std::uint8_t {
  pem,       // "-----BEGIN PUBLIC KEY-----"
  raw,       // 32 bytes (Ed25519 only): the bundle format's `.pub`
  hex,       // 64 hex digits (Ed25519 only)
  ssh,       // "ssh-ed25519 AAAA... comment" and the same for ecdsa-sha2-nistp256, -nistp384 and ssh-rsa
  minisign,  // two lines (Ed25519 only)
};
/// Recognises the form. Throws Error{malformed}; a private key given by mistake is named as such.
PublicKey parse_public_key(base::ByteSpan file);
/// The same with the path in the message. At most 64 KiB are read.
PublicKey read_public_key(const base::Path& path);
/// Throws Error{usage} when the format has no room for this algorithm.
std::string write_public_key(const PublicKey& key, PublicKeyFormat format, std::string_view comment = {});

/// "SHA256:..." as ssh-keygen -l shows it.
std::string ssh_fingerprint(const PublicKey& key);

/// True when the signature is one of this key over this message. Never throws for bad signatures.
/// Ed25519: RFC 8032 5.1.7 without cofactor, S below the group order, R not of small order (libsodium's rules), and the
/// key is in the prime-order group. ECDSA: strict DER, 0 < r, s < n; both s and n - s are accepted. RSA-PSS: exactly
/// the length of the modulus, salt of 32 bytes.
[[nodiscard]] bool verify(const PublicKey& key, base::ByteSpan message, base::ByteSpan signature) noexcept;

/// ECDSA signatures in their other form, r || s of fixed size. nullopt when the input is not one of the algorithm.
std::optional<base::Bytes> ecdsa_der_from_fixed(Algorithm algorithm, base::ByteSpan fixed);
std::optional<base::Bytes> ecdsa_fixed_from_der(Algorithm algorithm, base::ByteSpan der);

/// A passphrase or PIN.
using SecretText = base::SecretArray<std::byte>;
SecretText secret_copy(base::ByteSpan bytes);

/// A key that can sign: in a file, in a PKCS#11 token, at a key service.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual const PublicKey& public_key() const noexcept = 0;
  /// What holds the key, for logs and screens: "file", "pkcs11: token 'Alice'". Never a secret.
  virtual std::string description() const = 0;
  /// Bytes of the device's own generator, at most 4096. Errors: Error{device}; Error{usage} where there is no device.
  virtual SecretText random(std::size_t n_bytes);
  /// A signature over the message, verified with public_key() before it is returned.
  /// Errors: what sign_message throws; Error{device} when the signature does not verify.
  base::Bytes sign(base::ByteSpan message);
  /// RSA keys only, for OpenSSH's signature files, which know no PSS: PKCS#1 v1.5 with SHA-512, verified as well.
  /// Throws Error{usage} for other keys and for holders that cannot.
  base::Bytes sign_pkcs1_sha512(base::ByteSpan message);

 protected:
  /// Errors: Error{device} for tokens, Error{io} for services.
  virtual base::Bytes sign_message(base::ByteSpan message) = 0;
  virtual base::Bytes sign_message_pkcs1_sha512(base::ByteSpan message);
};

/// Where open_signer finds what it needs. Nothing is read from the command line or the environment but what the
/// vendor's own tools read there (see signers of key services).
struct OpenOptions {
  /// Asked when a key file is encrypted; `what` is its name, for a prompt. Without it such a key is Error{refused}.
  std::function<SecretText(std::string_view what)> passphrase;
  /// The same for the PIN of a token.
  std::function<SecretText(std::string_view what)> pin;
  /// The program that loads PKCS#11 modules; empty: `solemn-pkcs11-helper` beside this program.
  base::Path pkcs11_helper;
  /// PKCS#11 module, when the URI does not name one (`module-path`).
  base::Path pkcs11_module;
  unsigned time_limit_seconds = 60;  // for one answer of a device or service
};

/// Whether it is a URI of a kind that open_signer knows; else it is a path.
bool is_key_uri(std::string_view uri_or_path) noexcept;
/// Opens a key: a path, or a URI of a kind below.
///   PATH        PKCS#8 PEM (plain or encrypted), the same inside age passphrase encryption, raw or hex Ed25519 secret
///   keys pkcs11:...  a PKCS#11 token (RFC 7512) awskms:...  AWS KMS; gcpkms:... Google Cloud KMS; vault:... Vault
///   transit (key_service.hpp)
/// Errors: Error{usage} for a wrong URI or passphrase, Error{io}, Error{malformed}, Error{device} for tokens,
/// Error{refused}.
std::unique_ptr<Signer> open_signer(std::string_view uri_or_path, const OpenOptions& options);

}  // namespace solemn::sign
