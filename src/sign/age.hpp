#pragma once
// Files of age (https://age-encryption.org/v1), small ones: encrypted with a passphrase, to X25519 recipients, or to a
// key in a PKCS#11 token. The first two are what the program age writes and reads; the third is a stanza of our own,
// "-> pkcs11-aes-kw NAME" with the file key wrapped by AES key wrap (RFC 3394), which age passes over when it has
// another way in. docs/backups.md.
#include <memory>
#include <vector>

#include "sign/signer.hpp"

namespace solemn::sign {

/// By its first bytes: binary or armored.
bool looks_like_age(base::ByteSpan file) noexcept;

/// Who can read: an X25519 point, "age1...".
using AgeRecipient = std::array<std::byte, 32>;
/// Throws Error{usage}.
AgeRecipient parse_age_recipient(std::string_view text);
std::string age_recipient_text(const AgeRecipient& recipient);
/// The secret half, "AGE-SECRET-KEY-1...".
using AgeIdentity = base::Secret<std::array<std::byte, 32>>;
AgeIdentity new_age_identity();
AgeRecipient age_recipient(const AgeIdentity& identity);
SecretText age_identity_text(const AgeIdentity& identity);
/// A file as age-keygen writes it: one a line, comments after '#'. Throws Error{usage} when there is none or one is
/// damaged; the text is never in the message.
std::vector<AgeIdentity> parse_age_identities(base::ByteSpan file);

/// A key that never leaves its token, wrapping file keys (pkcs11_wrapper.hpp).
class FileKeyWrapper {
 public:
  virtual ~FileKeyWrapper() = default;
  /// Visible ASCII without blanks; stands in the file, and tells people which token to bring.
  virtual std::string name() const = 0;
  virtual base::Bytes wrap(const SecretText& file_key) = 0;
  /// Throws Error{usage} when it was wrapped by another key or is damaged, Error{device}.
  virtual SecretText unwrap(base::ByteSpan wrapped) = 0;
};

/// The ways into a file that is to be written: a passphrase alone, or recipients and tokens, any of which opens it.
struct AgeLocks {
  const SecretText* passphrase = nullptr;
  unsigned work_factor = 18;  // scrypt with 2^18 rounds: 256 MiB, about a second; at most 20
  std::span<const AgeRecipient> recipients;
  std::span<FileKeyWrapper* const> tokens;
};
enum class Armor : std::uint8_t { no, yes };
struct AgeFile {
  base::Bytes bytes;
  SecretText file_key;  // to read it back at once, without the recipients' secrets
};
/// Throws Error{usage} when there is no lock, or a passphrase among others (the format forbids it).
AgeFile encrypt_age(base::ByteSpan content, const AgeLocks& locks, Armor armor);

/// What the reader has.
struct AgeKeys {
  const SecretText* passphrase = nullptr;
  std::span<const AgeIdentity> identities;
  FileKeyWrapper* token = nullptr;
};
/// What the file holds. Strict: canonical base64, scrypt alone, header MAC, each chunk, nothing after the last.
/// Errors: Error{malformed}; also for a work factor above 2^20 (1 GiB of memory). Error{usage}: wrong passphrase, no
/// identity or token that fits.
SecretText decrypt_age(base::ByteSpan file, const AgeKeys& keys);
/// The same with a passphrase only.
SecretText decrypt_age(base::ByteSpan file, const SecretText& passphrase);

/// The parts of the above, for tests with files whose file key is known.
struct AgeStanza {
  std::vector<std::string_view> arguments;  // the first is the type
  base::Bytes body;
};
struct AgeHeader {
  std::vector<AgeStanza> stanzas;
  base::ByteSpan authenticated;  // up to and with "---"
  base::Bytes mac;
  base::ByteSpan payload;
};
/// The binary form of an armored file; other files as they are.
base::Bytes age_without_armor(base::ByteSpan file);
/// Views into `file`.
AgeHeader parse_age_header(base::ByteSpan file);
/// Checks the MAC and decrypts. file_key: 16 bytes.
SecretText decrypt_age_payload(const AgeHeader& header, base::ByteSpan file_key);

}  // namespace solemn::sign
