// The forms of public keys in files.
#include <algorithm>

#include "base/error.hpp"
#include "sign/base64.hpp"
#include "sign/public_key_internal.hpp"
#include "sign/ssh_wire.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr std::uint64_t kMaxPublicKeyBytes = 64 << 10;
constexpr std::string_view kMinisignComment = "untrusted comment: ";

[[noreturn]] void malformed(std::string_view why, std::string hint = {}) {
  throw Error(Code::malformed, "public key: " + std::string(why), std::move(hint));
}

/// One line, its newline (or carriage return and newline) optional. nullopt when there are more.
std::optional<std::string_view> only_line(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.find_first_of("\r\n") != std::string_view::npos) return std::nullopt;
  return text;
}

PublicKey parse_pem(std::string_view text) {
  const auto der = from_pem(text, "PUBLIC KEY");
  if (!der) malformed("not one well-formed PEM block 'PUBLIC KEY'");
  return PublicKey::from_spki(*der);
}

PublicKey parse_ssh_line(std::string_view text) {
  const auto line = only_line(text);
  if (!line) malformed("more than one line; one OpenSSH key is expected");
  const std::size_t space = line->find(' ');
  if (space == std::string_view::npos) malformed("an OpenSSH key without its base64 part");
  const std::string_view type = line->substr(0, space), rest = line->substr(space + 1);
  const auto blob = from_base64(rest.substr(0, rest.find(' ')));
  if (!blob) malformed("the base64 part of an OpenSSH key is damaged");
  PublicKey key = public_key_from_ssh_blob(*blob);
  if (type != ssh_type_of(key.algorithm()))
    malformed("the type before and in the base64 part of an OpenSSH key differ");
  return key;
}

PublicKey parse_minisign(std::string_view text) {
  const std::size_t end = text.find('\n');
  const auto line = end == std::string_view::npos ? std::nullopt : only_line(text.substr(end + 1));
  const auto bytes = line ? from_base64(*line) : std::nullopt;
  if (!bytes || bytes->size() != 42 || base::as_text(*bytes).substr(0, 2) != "Ed")
    malformed("not a minisign public key: a comment line, then 42 bytes in base64 that begin with 'Ed'");
  return PublicKey::from_ed25519(ByteSpan(*bytes).subspan(10));
}

bool is_hex_of(std::string_view text, std::size_t n_digits) {
  return text.size() == n_digits && base::from_hex(text).has_value();
}

}  // namespace

PublicKey parse_public_key(ByteSpan file) {
  const std::string_view text = base::as_text(file);
  if (text.find("PRIVATE KEY-----") != std::string_view::npos || text.find("AGE ENCRYPTED") != std::string_view::npos ||
      text.starts_with("untrusted comment: minisign encrypted secret key"))
    malformed("this is a private key; a public key is expected", "solemn key public KEY");
  if (text.starts_with("-----BEGIN ")) return parse_pem(text);
  if (text.starts_with("ssh-") || text.starts_with("ecdsa-sha2-")) return parse_ssh_line(text);
  if (text.starts_with(kMinisignComment)) return parse_minisign(text);
  if (file.size() == 32) return PublicKey::from_ed25519(file);
  if (const auto line = only_line(text); line && is_hex_of(*line, 64))
    return PublicKey::from_ed25519(*base::from_hex(*line));
  malformed("none of: PEM, 32 bytes, 64 hex digits, an OpenSSH line, a minisign public key");
}

PublicKey read_public_key(const base::Path& path) {
  try {
    return parse_public_key(base::read_file(path, kMaxPublicKeyBytes));
  } catch (const Error& error) {
    if (error.code() == Code::io) throw;
    throw error.with_context("'" + base::printable(path.string()) + "'");
  }
}

std::string write_public_key(const PublicKey& key, PublicKeyFormat format, std::string_view comment) {
  const bool only_ed25519 =
      format == PublicKeyFormat::raw || format == PublicKeyFormat::hex || format == PublicKeyFormat::minisign;
  if (only_ed25519 && key.algorithm() != Algorithm::ed25519)
    throw Error(Code::usage,
                "raw, hex and minisign public keys are Ed25519; this key is " + std::string(name(key.algorithm())),
                "use --format pem or ssh");
  switch (format) {
    case PublicKeyFormat::pem:
      return to_pem(key.spki(), "PUBLIC KEY");
    case PublicKeyFormat::raw:
      return std::string(base::as_text(key.key_bytes()));
    case PublicKeyFormat::hex:
      return base::to_hex(key.key_bytes()) + "\n";
    case PublicKeyFormat::ssh:
      return std::string(ssh_type_of(key.algorithm())) + " " + to_base64(ssh_blob_of(key)) +
             (comment.empty() ? "" : " " + base::printable(comment)) + "\n";
    case PublicKeyFormat::minisign:
      break;
  }
  const auto number = minisign_number(key);
  Bytes bytes{std::byte{'E'}, std::byte{'d'}};
  bytes.insert(bytes.end(), number.begin(), number.end());
  bytes.insert(bytes.end(), key.key_bytes().begin(), key.key_bytes().end());
  const Bytes shown(number.rbegin(), number.rend());  // minisign shows the number as a little-endian integer
  std::string hex = base::to_hex(shown);
  std::ranges::transform(hex, hex.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
  return std::string(kMinisignComment) + "minisign public key " + hex + "\n" + to_base64(bytes) + "\n";
}

std::array<std::byte, 8> minisign_number(const PublicKey& key) noexcept {
  std::array<std::byte, 8> number{};
  std::copy_n(key.id().begin(), number.size(), number.begin());
  return number;
}

std::optional<Bytes> from_pem(std::string_view text, std::string_view label) {
  const std::string begin = "-----BEGIN " + std::string(label) + "-----",
                    end = "-----END " + std::string(label) + "-----";
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  if (!text.starts_with(begin) || !text.ends_with(end) || text.size() < begin.size() + end.size()) return std::nullopt;
  text = text.substr(begin.size(), text.size() - begin.size() - end.size());
  std::string digits;
  for (const char c : text)
    if (c != '\n' && c != '\r') digits += c;
  if (!text.starts_with('\n') && !text.starts_with('\r')) return std::nullopt;
  return from_base64(digits);
}

std::string to_pem(ByteSpan der, std::string_view label) {
  return "-----BEGIN " + std::string(label) + "-----\n" + wrapped_base64(der, 64) + "-----END " + std::string(label) +
         "-----\n";
}

}  // namespace solemn::sign
