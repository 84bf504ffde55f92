#include "sign/sshsig.hpp"

#include <algorithm>

#include "sign/base64.hpp"
#include "sign/der.hpp"
#include "sign/openssl_handles.hpp"
#include "sign/public_key_internal.hpp"
#include "sign/ssh_wire.hpp"
#include "sign/utf8.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr std::string_view kMagic = "SSHSIG", kBegin = "-----BEGIN SSH SIGNATURE-----\n",
                           kEnd = "-----END SSH SIGNATURE-----", kWhat = "OpenSSH signature";
constexpr std::size_t kMaxBytes = 64 << 10, kColumns = 70;

[[noreturn]] void malformed(std::string_view why) {
  throw Error(Code::malformed, std::string(kWhat) + ": " + std::string(why));
}

Bytes without_armor(ByteSpan file) {
  std::string_view text = base::as_text(file);
  if (text.starts_with(kMagic)) return Bytes(file.begin(), file.end());
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  if (text.size() < kBegin.size() + kEnd.size() || !text.starts_with(kBegin) || !text.ends_with(kEnd))
    malformed("not one block 'SSH SIGNATURE'");
  std::string digits;
  for (const char c : text.substr(kBegin.size(), text.size() - kBegin.size() - kEnd.size()))
    if (c != '\n' && c != '\r') digits += c;
  auto bytes = from_base64(digits);
  if (!bytes) malformed("its base64 part is damaged");
  return std::move(*bytes);
}

std::string_view word_of(SshHash hash) { return hash == SshHash::sha512 ? "sha512" : "sha256"; }

std::string_view type_of(const SshSignature& signature) {
  switch (signature.kind) {
    case SshKind::rsa_sha2_256:
      return "rsa-sha2-256";
    case SshKind::rsa_sha2_512:
      return "rsa-sha2-512";
    case SshKind::native:
      break;
  }
  return ssh_type_of(signature.key.algorithm());
}

/// r and s, each an mpint.
Bytes der_from_wire(ByteSpan wire) {
  SshReader reader(wire, kWhat);
  const ByteSpan r = reader.positive(), s = reader.positive();
  reader.finish();
  return der_value(der::kSequence, {der_positive(r), der_positive(s)});
}

Bytes wire_from_der(ByteSpan der) {
  DerReader reader(der, kWhat);
  DerReader numbers = reader.enter(der::kSequence);
  Bytes wire;
  put_ssh_positive(wire, numbers.positive());
  put_ssh_positive(wire, numbers.positive());
  return wire;
}

void parse_inner(SshSignature& signature, ByteSpan wire) {
  SshReader reader(wire, kWhat);
  const std::string_view type = reader.text();
  const ByteSpan bytes = reader.string();
  reader.finish();
  const Algorithm algorithm = signature.key.algorithm();
  if (algorithm == Algorithm::rsa_pss_sha256) {
    if (type != "rsa-sha2-512" && type != "rsa-sha2-256")
      malformed("an RSA signature that is not rsa-sha2-256 or -512");
    signature.kind = type == "rsa-sha2-512" ? SshKind::rsa_sha2_512 : SshKind::rsa_sha2_256;
  } else if (type != ssh_type_of(algorithm)) {
    malformed("its type is not that of its key");
  }
  const bool ecdsa = coordinate_bytes(algorithm) != 0;
  signature.signature = ecdsa ? der_from_wire(bytes) : Bytes(bytes.begin(), bytes.end());
}

Bytes signed_message(const SshSignature& signature, const FileDigests& digests) {
  Bytes message(base::as_bytes(kMagic).begin(), base::as_bytes(kMagic).end());
  put_ssh_text(message, signature.name_space);
  put_ssh_text(message, "");
  put_ssh_text(message, word_of(signature.hash));
  put_ssh_string(message, signature.hash == SshHash::sha512 ? digests.sha512 : digests.sha256);
  return message;
}

}  // namespace

SshSignature parse_ssh_signature(ByteSpan file) {
  if (file.size() > kMaxBytes) malformed("more than 64 KiB");
  const Bytes blob = without_armor(file);
  SshReader reader(blob, kWhat);
  if (base::as_text(reader.bytes(kMagic.size())) != kMagic) reader.fail("it does not begin with SSHSIG");
  if (reader.number() != 1) reader.fail("a version that is not 1");
  SshSignature signature{public_key_from_ssh_blob(reader.string()), {}, SshHash::sha512, SshKind::native, {}};
  signature.name_space = reader.text();
  if (signature.name_space.empty() || !is_clean_text(signature.name_space))
    reader.fail("its namespace is empty or strange");
  if (!reader.string().empty()) reader.fail("its reserved field is not empty");
  const std::string_view hash = reader.text();
  if (hash != "sha256" && hash != "sha512") reader.fail("a hash function that is not sha256 or sha512");
  signature.hash = hash == "sha512" ? SshHash::sha512 : SshHash::sha256;
  const ByteSpan inner = reader.string();
  reader.finish();
  parse_inner(signature, inner);
  return signature;
}

std::string write_ssh_signature(const SshSignature& signature) {
  Bytes blob(base::as_bytes(kMagic).begin(), base::as_bytes(kMagic).end()), inner;
  put_ssh_number(blob, 1);
  put_ssh_string(blob, ssh_blob_of(signature.key));
  put_ssh_text(blob, signature.name_space);
  put_ssh_text(blob, "");
  put_ssh_text(blob, word_of(signature.hash));
  put_ssh_text(inner, type_of(signature));
  const bool ecdsa = coordinate_bytes(signature.key.algorithm()) != 0;
  put_ssh_string(inner, ecdsa ? wire_from_der(signature.signature) : signature.signature);
  put_ssh_string(blob, inner);
  return std::string(kBegin) + wrapped_base64(blob, kColumns) + std::string(kEnd) + "\n";
}

SshSignature sign_ssh(Signer& signer, const FileDigests& digests, std::string_view name_space) {
  if (name_space.empty() || !is_clean_text(name_space))
    throw Error(Code::usage, "the namespace of an OpenSSH signature may not be empty", "--namespace file");
  const bool rsa = signer.public_key().algorithm() == Algorithm::rsa_pss_sha256;
  SshSignature signature{
      signer.public_key(), std::string(name_space), SshHash::sha512, rsa ? SshKind::rsa_sha2_512 : SshKind::native, {}};
  const Bytes message = signed_message(signature, digests);
  signature.signature = rsa ? signer.sign_pkcs1_sha512(message) : signer.sign(message);
  return signature;
}

bool verify_ssh(const SshSignature& signature, const FileDigests& digests) {
  const Bytes message = signed_message(signature, digests);
  if (signature.kind == SshKind::native) return verify(signature.key, message, signature.signature);
  const Pkcs1Digest digest = signature.kind == SshKind::rsa_sha2_512 ? Pkcs1Digest::sha512 : Pkcs1Digest::sha256;
  return verify_pkcs1(signature.key, digest, message, signature.signature);
}

}  // namespace solemn::sign
