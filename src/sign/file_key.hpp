#pragma once
// Signing keys in files. Keys stay in guarded memory as PKCS#8; the objects that OpenSSL makes of them for one
// signature are freed and wiped after it.
#include "sign/signer.hpp"

namespace solemn::sign {

enum class KeyType : std::uint8_t { ed25519, p256, p384, rsa3072 };
/// "ed25519", "p256", "p384", "rsa-3072"
std::optional<KeyType> key_type_named(std::string_view name) noexcept;

/// A new private key as PKCS#8 DER.
SecretText generate_key(KeyType type);
/// PKCS#8 DER of an Ed25519 seed of 32 bytes.
SecretText pkcs8_of_seed(base::ByteSpan seed);
/// The signer of a PKCS#8 DER key. Throws Error{malformed}: not DER, another kind of key, numbers that do not fit
/// together.
std::unique_ptr<Signer> signer_from_pkcs8(SecretText pkcs8);

/// PEM of the key: "ENCRYPTED PRIVATE KEY" (PBES2: scrypt N = 2^14, r = 8, p = 5, AES-256-CBC), which openssl reads; or
/// "PRIVATE KEY" when there is no passphrase.
SecretText key_file_text(const SecretText& pkcs8, const SecretText* passphrase);

/// How the key lies in the file: for reports.
enum class KeyFileForm : std::uint8_t { pkcs8_plain, pkcs8_encrypted, age, raw, hex };
std::string_view name(KeyFileForm form) noexcept;
/// Throws Error{malformed} with the command that converts the file where one is known.
KeyFileForm key_file_form(base::ByteSpan file);

/// The whole file into guarded memory; at most 256 KiB.
SecretText read_key_file(const base::Path& path);
/// Opens a key file: PKCS#8 PEM (plain, or PBES2 with scrypt or PBKDF2 and AES-CBC), age with a passphrase around one
/// of the other forms, 32 or 64 bytes or their hex digits (Ed25519 seed, or seed and public key). Errors: Error{usage}
/// for a wrong passphrase, Error{malformed}, Error{io}, Error{refused} without options.passphrase.
std::unique_ptr<Signer> open_key_file(const base::Path& path, const OpenOptions& options);

/// DER EncryptedPrivateKeyInfo to PKCS#8 DER. Work is bounded (PBKDF2: 10 million rounds; scrypt: 1 GiB, a few
/// seconds): a file that asks for more is Error{malformed}. Error{usage}: wrong passphrase or damaged.
SecretText decrypt_pkcs8(base::ByteSpan der, const SecretText& passphrase);
base::Bytes encrypt_pkcs8(const SecretText& pkcs8, const SecretText& passphrase);

}  // namespace solemn::sign
