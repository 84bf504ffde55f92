#include "sign/ssh_wire.hpp"

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sign/base64.hpp"
#include "sign/der.hpp"
#include "sign/openssl_handles.hpp"
#include "sign/public_key_internal.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;

ByteSpan SshReader::bytes(std::size_t n_bytes) {
  if (n_bytes > rest_.size()) fail("it ends too early");
  const ByteSpan content = rest_.first(n_bytes);
  rest_ = rest_.subspan(n_bytes);
  return content;
}

std::uint32_t SshReader::number() { return base::load_be32(bytes(4)); }

ByteSpan SshReader::string() { return bytes(number()); }

ByteSpan SshReader::positive() {
  ByteSpan content = string();
  if (!content.empty() && content[0] == std::byte{0}) {
    content = content.subspan(1);
    if (content.empty() || (content[0] & std::byte{0x80}) == std::byte{0}) fail("an integer that is not minimal");
  } else if (content.empty() || (content[0] & std::byte{0x80}) != std::byte{0}) {
    fail("an integer that is not positive");
  }
  return content;
}

void SshReader::finish() const {
  if (!rest_.empty()) fail("bytes after its end");
}

void SshReader::fail(std::string_view why) const {
  throw base::Error(base::Code::malformed, std::string(what_) + ": " + std::string(why));
}

void put_ssh_number(Bytes& out, std::uint32_t number) {
  std::array<std::byte, 4> bytes{};
  base::store_be32(bytes, number);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void put_ssh_string(Bytes& out, ByteSpan content) {
  put_ssh_number(out, static_cast<std::uint32_t>(content.size()));
  out.insert(out.end(), content.begin(), content.end());
}

void put_ssh_text(Bytes& out, std::string_view text) { put_ssh_string(out, base::as_bytes(text)); }

void put_ssh_positive(Bytes& out, ByteSpan big_endian) {
  while (!big_endian.empty() && big_endian[0] == std::byte{0}) big_endian = big_endian.subspan(1);
  const bool sign = !big_endian.empty() && (big_endian[0] & std::byte{0x80}) != std::byte{0};
  put_ssh_number(out, static_cast<std::uint32_t>(big_endian.size() + (sign ? 1 : 0)));
  if (sign) out.push_back(std::byte{0});
  out.insert(out.end(), big_endian.begin(), big_endian.end());
}

std::string_view ssh_type_of(Algorithm algorithm) noexcept {
  switch (algorithm) {
    case Algorithm::ed25519:
      return "ssh-ed25519";
    case Algorithm::ecdsa_p256_sha256:
      return "ecdsa-sha2-nistp256";
    case Algorithm::ecdsa_p384_sha384:
      return "ecdsa-sha2-nistp384";
    case Algorithm::rsa_pss_sha256:
      return "ssh-rsa";
  }
  return "?";
}

namespace {
std::string_view curve_word(Algorithm algorithm) { return ssh_type_of(algorithm).substr(11); }  // "nistp256"
}  // namespace

PublicKey public_key_from_ssh_blob(ByteSpan blob) {
  SshReader reader(blob, "OpenSSH key");
  const std::string_view type = reader.text();
  for (const Algorithm algorithm : kAlgorithms) {
    if (ssh_type_of(algorithm) != type) continue;
    if (algorithm == Algorithm::ed25519) {
      const ByteSpan key = reader.string();
      reader.finish();
      return PublicKey::from_ed25519(key);
    }
    if (algorithm == Algorithm::rsa_pss_sha256) {
      const ByteSpan exponent = reader.positive(), modulus = reader.positive();
      reader.finish();
      return PublicKey::from_rsa(modulus, exponent);
    }
    if (reader.text() != curve_word(algorithm)) reader.fail("the curve is not that of its type");
    const ByteSpan point = reader.string();
    reader.finish();
    return PublicKey::from_ec_point(algorithm, point);
  }
  reader.fail("its type is none of ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ssh-rsa");
}

Bytes ssh_blob_of(const PublicKey& key) {
  Bytes blob;
  put_ssh_text(blob, ssh_type_of(key.algorithm()));
  if (key.algorithm() == Algorithm::rsa_pss_sha256) {
    DerReader reader(key.key_bytes(), "public key");
    DerReader numbers = reader.enter(der::kSequence);
    const ByteSpan modulus = numbers.positive(), exponent = numbers.positive();
    put_ssh_positive(blob, exponent);
    put_ssh_positive(blob, modulus);
    return blob;
  }
  if (key.algorithm() != Algorithm::ed25519) put_ssh_text(blob, curve_word(key.algorithm()));
  put_ssh_string(blob, key.key_bytes());
  return blob;
}

std::string ssh_fingerprint(const PublicKey& key) {
  return "SHA256:" + to_base64(hash::sha256(ssh_blob_of(key)), Padding::forbidden);
}

}  // namespace solemn::sign
