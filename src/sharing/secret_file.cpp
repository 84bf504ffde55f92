#include "sharing/secret_file.hpp"

#include <algorithm>

#include "base/ct.hpp"
#include "base/error.hpp"
#include "sharing/bip39.hpp"
#include "sharing/generate.hpp"
#include "sharing/nostr.hpp"
#include "sharing/secret_hex.hpp"
#include "sign/file_key.hpp"

namespace solemn::sharing {

using base::ByteSpan;
using base::Code;
using base::Error;
using sign::SecretText;

namespace {

SecretText with_newline(const SecretText& text) {
  SecretText out(text.size() + 1);
  *std::ranges::copy(text.expose(), out.expose().begin()).out = std::byte{'\n'};
  return out;
}

bool has_words(std::size_t seed_bytes) noexcept { return seed_bytes <= 32 && seed_bytes % 4 == 0; }

SecretText exactly(std::size_t n_bytes, ByteSpan text, const char* what) {
  auto bytes = from_secret_hex(text);
  if (!bytes || bytes->size() != n_bytes)
    throw Error(Code::malformed, std::string("not ") + what, std::to_string(2 * n_bytes) + " hexadecimal digits");
  return std::move(*bytes);
}

}  // namespace

Scalar read_scalar(ByteSpan text) {
  text = without_blanks(text);
  // Hexadecimal digits do not begin so: which of the two forms it is, is no secret.
  if (!text.empty() && ct::declassify(ct::equal(static_cast<std::uint64_t>(text[0]), 'n'))) return parse_nsec(text);
  const SecretText bytes = exactly(32, text, "a private key of secp256k1");
  if (!is_scalar(bytes.expose()))
    throw Error(Code::malformed, "the private key is out of range", "1 to n-1 of secp256k1");
  Scalar key;
  std::ranges::copy(bytes.expose(), key.expose().begin());
  return key;
}

SecretText read_seed(ByteSpan text) {
  if (auto bytes = from_secret_hex(text)) {
    if (bytes->size() < 16 || bytes->size() > 64)
      throw Error(Code::malformed, "a seed is 16 to 64 bytes", "32 to 128 hexadecimal digits, or words of BIP-39");
    return std::move(*bytes);
  }
  return bip39_entropy(text);
}

SecretText read_secret(SecretKind kind, ByteSpan file) {
  switch (kind) {
    case SecretKind::seed:
      return read_seed(file);
    case SecretKind::ed25519:
      return exactly(32, file, "an Ed25519 private key");
    case SecretKind::pkcs8:
      return import_pem(file);
    case SecretKind::other:
      break;
  }
  return sign::secret_copy(file);
}

SecretText recovered_text(const SetFile& file, const Scalar& key) {
  if (!file.sealed) return with_newline(to_secret_hex(key.expose()));
  SecretText secret = open(key, *file.sealed);
  switch (file.sealed->kind) {
    case SecretKind::seed:
      return with_newline(has_words(secret.size()) ? bip39_words(secret.expose()) : to_secret_hex(secret.expose()));
    case SecretKind::ed25519:
      return with_newline(to_secret_hex(secret.expose()));
    case SecretKind::pkcs8:
      return sign::key_file_text(secret, nullptr);
    case SecretKind::other:
      break;
  }
  return secret;
}

std::string recovered_form(const SetFile& file) {
  if (!file.sealed) return "private key of secp256k1, hexadecimal digits";
  switch (file.sealed->kind) {
    case SecretKind::seed:
      return "seed, words of BIP-39 or hexadecimal digits";
    case SecretKind::ed25519:
      return "Ed25519 private key, hexadecimal digits";
    case SecretKind::pkcs8:
      return "private key, PKCS#8 PEM";
    case SecretKind::other:
      break;
  }
  return "the bytes that were sealed";
}

}  // namespace solemn::sharing
