#pragma once
// Decryption of small files that age (https://age-encryption.org/v1) encrypted with a passphrase.
#include <vector>

#include "sign/signer.hpp"

namespace solemn::sign {

/// By its first bytes: binary or armored.
bool looks_like_age(base::ByteSpan file) noexcept;

/// What the file holds. Strict: one scrypt stanza and no other, canonical base64, header MAC, each chunk, nothing after
/// the last. Errors: Error{malformed}; also for a work factor above 2^20 (1 GiB of memory), and for files that are
/// encrypted to recipients; Error{usage}: wrong passphrase.
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
