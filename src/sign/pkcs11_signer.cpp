#include "sign/pkcs11_signer.hpp"

#include <algorithm>

#include "sign/openssl_handles.hpp"
#include "sign/pkcs11_client.hpp"
#include "sign/ssh_wire.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

PublicKey key_in(ByteSpan answer) {
  SshReader reader(answer, "answer of the PKCS#11 helper");
  const auto kind = static_cast<HelperKey>(reader.bytes(1)[0]);
  const ByteSpan first = reader.string(), second = reader.string();
  reader.finish();
  switch (kind) {
    case HelperKey::ed25519:
      return PublicKey::from_ed25519(first);
    case HelperKey::p256:
      return PublicKey::from_ec_point(Algorithm::ecdsa_p256_sha256, first);
    case HelperKey::p384:
      return PublicKey::from_ec_point(Algorithm::ecdsa_p384_sha384, first);
    case HelperKey::rsa:
      return PublicKey::from_rsa(first, second);
  }
  reader.fail("a key of an unknown kind");
}

Bytes digest(const EVP_MD* hash, ByteSpan message) {
  Bytes out(static_cast<std::size_t>(EVP_MD_get_size(hash)));
  if (EVP_Digest(message.data(), message.size(), raw_out(out), nullptr, hash, nullptr) != 1) openssl_failed("hashing");
  return out;
}

class Pkcs11Signer final : public Signer {
 public:
  Pkcs11Signer(std::unique_ptr<Pkcs11Client> helper, PublicKey key, std::string description)
      : helper_(std::move(helper)), key_(std::move(key)), description_(std::move(description)) {}
  const PublicKey& public_key() const noexcept override { return key_; }
  std::string description() const override { return description_; }
  SecretText random(std::size_t n_bytes) override {
    std::array<std::byte, 4> count{};
    base::store_be32(count, static_cast<std::uint32_t>(n_bytes));
    SecretText bytes = helper_->ask_for_bytes(HelperRequest::random, {count});
    if (bytes.size() != n_bytes) device_error("the token gave another number of random bytes");
    return bytes;
  }

 private:
  Bytes ask(HelperMechanism mechanism, ByteSpan data) {
    const std::byte kind{static_cast<std::uint8_t>(mechanism)};
    const SecretText signature = helper_->ask_for_bytes(HelperRequest::sign, {ByteSpan(&kind, 1), data});
    return {signature.expose().begin(), signature.expose().end()};
  }
  Bytes sign_message(ByteSpan message) override {
    const Algorithm algorithm = key_.algorithm();
    if (algorithm == Algorithm::ed25519) return ask(HelperMechanism::eddsa, message);
    const Bytes hash = digest(digest_of(algorithm), message);
    if (algorithm == Algorithm::rsa_pss_sha256) return ask(HelperMechanism::rsa_pss, hash);
    return ecdsa_der_from_fixed(algorithm, ask(HelperMechanism::ecdsa, hash)).value_or(Bytes());
  }
  Bytes sign_message_pkcs1_sha512(ByteSpan message) override {
    Bytes info = *base::from_hex("3051300d060960864801650304020305000440");  // DigestInfo of SHA-512
    const Bytes hash = digest(EVP_sha512(), message);
    info.insert(info.end(), hash.begin(), hash.end());
    return ask(HelperMechanism::rsa_pkcs1, info);
  }
  std::unique_ptr<Pkcs11Client> helper_;
  PublicKey key_;
  std::string description_;
};

}  // namespace

std::unique_ptr<Signer> open_pkcs11(const Pkcs11Uri& uri, const OpenOptions& options) {
  auto helper = std::make_unique<Pkcs11Client>(uri, options);
  const SecretText key = helper->log_in(HelperRequest::login, uri, options);
  const std::string token = helper->token();
  try {
    return std::make_unique<Pkcs11Signer>(std::move(helper), key_in(key.expose()), "pkcs11: " + token);
  } catch (const Error& error) { throw Error(Code::device, token + ": " + error.message(), error.hint()); }
}

}  // namespace solemn::sign
