#pragma once
// Seeds as words: BIP-39, English.
#include <string_view>

#include "sign/signer.hpp"

namespace solemn::sharing {

/// entropy: 16, 20, 24, 28 or 32 bytes. 12 to 24 words with one blank between them.
sign::SecretText bip39_words(base::ByteSpan entropy);
/// The entropy of the words; any blanks between them, any case. Throws Error{malformed} naming the position of a word
/// that is not in the list, or for a wrong checksum.
sign::SecretText bip39_entropy(base::ByteSpan words);
/// The 64 bytes that wallets derive from: PBKDF2-HMAC-SHA512(words, "mnemonic" || passphrase, 2048). The words are
/// checked first. passphrase: printable ASCII (other scripts would need NFKD). Throws Error{malformed}, Error{usage}.
sign::SecretText bip39_seed(base::ByteSpan words, base::ByteSpan passphrase);

}  // namespace solemn::sharing
