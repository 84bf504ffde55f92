// Key files: recognising and opening them.
#include "sign/file_key.hpp"

#include <sodium.h>
#include <algorithm>

#include "base/error.hpp"
#include "sign/age.hpp"
#include "sign/base64.hpp"
#include "sign/file_key_internal.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr std::uint64_t kMaxKeyFileBytes = 256 << 10;
constexpr std::string_view kPlain = "PRIVATE KEY", kEncrypted = "ENCRYPTED PRIVATE KEY";

std::string_view trimmed(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; });
}

/// The DER of one PEM block, decoded into guarded memory.
SecretText pem_content(std::string_view text, std::string_view label) {
  const std::string begin = "-----BEGIN " + std::string(label) + "-----\n",
                    end = "-----END " + std::string(label) + "-----";
  text = trimmed(text);
  if (text.size() < begin.size() + end.size() || !text.starts_with(begin) || !text.ends_with(end))
    throw Error(Code::malformed, "private key: not one well-formed PEM block '" + std::string(label) + "'");
  text = text.substr(begin.size(), text.size() - begin.size() - end.size());
  SecretText digits(text.size());
  std::size_t n = 0;
  for (const char c : text)
    if (c != '\n' && c != '\r') digits.expose()[n++] = static_cast<std::byte>(c);
  const std::string_view joined = base::as_text(digits.expose().first(n));
  const std::size_t pads = joined.ends_with("==") ? 2 : (joined.ends_with('=') ? 1 : 0);
  SecretText der(n / 4 * 3 - std::min(pads, n / 4 * 3));
  if (!decode_base64_into(der.expose(), joined))
    throw Error(Code::malformed, "private key: the base64 part of the PEM block is damaged");
  return der;
}

SecretText from_hex_secret(std::string_view digits) {
  SecretText out(digits.size() / 2);
  std::size_t n = 0;
  if (sodium_hex2bin(reinterpret_cast<unsigned char*>(out.expose().data()), out.size(), digits.data(), digits.size(),
                     nullptr, &n, nullptr) != 0 ||
      n != out.size())
    throw Error(Code::malformed, "private key: hexadecimal digits are damaged");
  return out;
}

/// A seed, or a seed with its public key after it.
std::unique_ptr<Signer> raw_signer(ByteSpan key) {
  auto signer = signer_from_pkcs8(pkcs8_of_seed(key.first(32)));
  if (key.size() == 64 && !std::ranges::equal(key.last(32), signer->public_key().key_bytes()))
    throw Error(Code::malformed, "private key: the 32 bytes after the seed are not its public key");
  return signer;
}

std::unique_ptr<Signer> open_bytes(ByteSpan file, const OpenOptions& options, const std::string& what, bool inside_age);

std::unique_ptr<Signer> open_form(KeyFileForm form, ByteSpan file, const OpenOptions& options, const std::string& what,
                                  bool inside_age) {
  const std::string_view text = base::as_text(file);
  switch (form) {
    case KeyFileForm::pkcs8_plain:
      return signer_from_pkcs8(pem_content(text, kPlain));
    case KeyFileForm::pkcs8_encrypted:
      return signer_from_pkcs8(decrypt_pkcs8(pem_content(text, kEncrypted).expose(), ask(options, what)));
    case KeyFileForm::raw:
      return raw_signer(file);
    case KeyFileForm::hex:
      return raw_signer(from_hex_secret(trimmed(text)).expose());
    case KeyFileForm::age:
      break;
  }
  if (inside_age) throw Error(Code::malformed, "private key: age encryption inside age encryption");
  return open_bytes(decrypt_age(file, ask(options, what)).expose(), options, what, true);
}

std::unique_ptr<Signer> open_bytes(ByteSpan file, const OpenOptions& options, const std::string& what,
                                   bool inside_age) {
  return open_form(key_file_form(file), file, options, what, inside_age);
}

[[noreturn]] void other_form(std::string_view what, std::string_view hint) {
  throw Error(Code::malformed, "private key: " + std::string(what), std::string(hint));
}

}  // namespace

SecretText ask(const OpenOptions& options, const std::string& what) {
  if (!options.passphrase)
    throw Error(Code::refused, what + " is encrypted, and there is nobody to ask for its passphrase",
                "give --passphrase-file FILE, or - for standard input");
  return options.passphrase(what);
}

std::string_view name(KeyFileForm form) noexcept {
  switch (form) {
    case KeyFileForm::pkcs8_plain:
      return "PKCS#8, not encrypted";
    case KeyFileForm::pkcs8_encrypted:
      return "PKCS#8, encrypted with a passphrase";
    case KeyFileForm::age:
      return "age, encrypted with a passphrase";
    case KeyFileForm::raw:
      return "raw Ed25519 secret key, not encrypted";
    case KeyFileForm::hex:
      return "hexadecimal Ed25519 secret key, not encrypted";
  }
  return "?";
}

KeyFileForm key_file_form(ByteSpan file) {
  const std::string_view text = base::as_text(file), digits = trimmed(text);
  if (text.starts_with("-----BEGIN PRIVATE KEY-----")) return KeyFileForm::pkcs8_plain;
  if (text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----")) return KeyFileForm::pkcs8_encrypted;
  if (looks_like_age(file)) return KeyFileForm::age;
  if (text.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"))
    other_form("an OpenSSH private key; PKCS#8 is read here",
               "RSA and ECDSA: ssh-keygen -p -m PKCS8 -f COPY; Ed25519 has no such form in ssh-keygen: make a new key "
               "with solemn key new");
  if (text.starts_with("-----BEGIN EC PRIVATE KEY-----") || text.starts_with("-----BEGIN RSA PRIVATE KEY-----"))
    other_form("an old form of PEM; PKCS#8 is read here", "openssl pkcs8 -topk8 -in OLD -out NEW");
  if (text.starts_with("-----BEGIN PUBLIC KEY-----") || text.starts_with("ssh-") || text.starts_with("ecdsa-sha2-"))
    other_form("this is a public key", "the private key signs; this one only verifies");
  if ((digits.size() == 64 || digits.size() == 128) && is_hex(digits)) return KeyFileForm::hex;
  if (file.size() == 32 || file.size() == 64) return KeyFileForm::raw;
  other_form("none of: PKCS#8 PEM, age, 32 or 64 bytes, 64 or 128 hexadecimal digits", "solemn key new OUT");
}

SecretText read_key_file(const base::Path& path) {
  const base::InputFile in(path);
  if (in.size() > kMaxKeyFileBytes) throw Error(Code::malformed, "'" + path.string() + "' is too large for a key file");
  SecretText file(static_cast<std::size_t>(in.size()));
  in.read_at(0, file.expose());
  return file;
}

std::unique_ptr<Signer> open_key_file(const base::Path& path, const OpenOptions& options) {
  const SecretText file = read_key_file(path);
  const std::string quoted = "'" + base::printable(path.string()) + "'";
  try {
    return open_bytes(file.expose(), options, quoted, false);
  } catch (const Error& error) {
    if (error.code() == Code::refused) throw;
    throw error.with_context(quoted);
  }
}

SecretText key_file_text(const SecretText& pkcs8, const SecretText* passphrase) {
  const std::string_view label = passphrase != nullptr ? kEncrypted : kPlain;
  const SecretText der =
      passphrase != nullptr ? secret_copy(encrypt_pkcs8(pkcs8, *passphrase)) : secret_copy(pkcs8.expose());
  SecretText digits((der.size() + 2) / 3 * 4);
  encode_base64_into(digits.expose(), der.expose());
  const std::string begin = "-----BEGIN " + std::string(label) + "-----\n",
                    end = "-----END " + std::string(label) + "-----\n";
  const std::size_t n_lines = (digits.size() + 63) / 64;
  SecretText text(begin.size() + digits.size() + n_lines + end.size());
  auto out = std::ranges::copy(base::as_bytes(begin), text.expose().begin()).out;
  for (std::size_t i = 0; i < digits.size(); i += 64) {
    const std::size_t n = std::min<std::size_t>(64, digits.size() - i);
    out = std::ranges::copy(digits.expose().subspan(i, n), out).out;
    *out++ = std::byte{'\n'};
  }
  std::ranges::copy(base::as_bytes(end), out);
  return text;
}

}  // namespace solemn::sign
