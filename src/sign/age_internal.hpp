#pragma once
// What the files of age share. Private to this folder.
#include <sodium.h>

#include "sign/age.hpp"
#include "sign/openssl_handles.hpp"

namespace solemn::sign {

inline constexpr std::string_view kAgeVersion = "age-encryption.org/v1\n",
                                  kAgeBegin = "-----BEGIN AGE ENCRYPTED FILE-----",
                                  kAgeEnd = "-----END AGE ENCRYPTED FILE-----", kAgeTokenStanza = "pkcs11-aes-kw";
inline constexpr std::size_t kAgeColumns = 64, kAgeChunkBytes = 64 << 10, kAgeTagBytes = 16, kAgeFileKeyBytes = 16;
inline constexpr unsigned kAgeMaxWorkFactor = 20;

[[noreturn]] void age_malformed(std::string_view why);
void age_hmac(base::MutableByteSpan out, base::ByteSpan key, std::initializer_list<base::ByteSpan> parts);
/// HKDF-SHA-256 (RFC 5869) of one block: 32 bytes.
SecretText age_hkdf(base::ByteSpan key, base::ByteSpan salt, std::string_view info);
/// ChaCha20-Poly1305 (RFC 8439). out: 16 bytes more than in.
void age_seal(base::MutableByteSpan out, base::ByteSpan in, base::ByteSpan nonce, const SecretText& key);
/// False when the tag is wrong.
[[nodiscard]] bool age_open(base::MutableByteSpan out, base::ByteSpan in, base::ByteSpan nonce, const SecretText& key);
/// The nonce of a chunk of the content.
std::array<std::byte, 12> age_chunk_nonce(std::size_t number, bool last) noexcept;

/// A stanza to be written: "-> first second\n" and its body.
std::string age_stanza_text(std::initializer_list<std::string_view> arguments, base::ByteSpan body);
std::string age_scrypt_stanza(const SecretText& file_key, const SecretText& passphrase, unsigned work_factor);
std::string age_x25519_stanza(const SecretText& file_key, const AgeRecipient& recipient);
std::string age_token_stanza(const SecretText& file_key, FileKeyWrapper& token);
/// The file key out of the stanzas of a header. Errors as decrypt_age.
SecretText age_file_key(const std::vector<AgeStanza>& stanzas, const AgeKeys& keys);

}  // namespace solemn::sign
