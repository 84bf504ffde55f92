// Google Cloud KMS: REST, with the CRC-32C of everything that matters in both directions.
#include <chrono>

#include "base/error.hpp"
#include "sign/base64.hpp"
#include "sign/file_key.hpp"
#include "sign/key_service_internal.hpp"
#include "sign/public_key_internal.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;
using Json = nlohmann::json;

namespace {

constexpr std::string_view kService = "Google Cloud KMS";

std::uint32_t crc32c(ByteSpan bytes) {
  std::uint32_t crc = ~0U;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<std::uint32_t>(byte);
    for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ (0x82f63b78U & (0U - (crc & 1U)));
  }
  return ~crc;
}

/// 64-bit integers are texts in Google's JSON.
bool crc_matches(const Json& object, const char* field, ByteSpan bytes) {
  return text_in(object, field, kService) == std::to_string(crc32c(bytes));
}

bool is_key_version(std::string_view name) {
  static constexpr std::string_view kParts[] = {"projects/", "/locations/", "/keyRings/", "/cryptoKeys/",
                                                "/cryptoKeyVersions/"};
  for (const std::string_view part : kParts) {
    if (!name.starts_with(part)) return false;
    name.remove_prefix(part.size());
    std::size_t n = 0;
    while (n < name.size() && name[n] != '/') {
      const char c = name[n++];
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                         c == '_' || c == '.' || c == ':';
      if (!plain) return false;
    }
    if (n == 0) return false;
    name.remove_prefix(n);
  }
  return name.empty();
}

/// The algorithms whose signatures we know; "" for others.
std::string google_algorithm(const PublicKey& key) {
  switch (key.algorithm()) {
    case Algorithm::ed25519:
      return "EC_SIGN_ED25519";
    case Algorithm::ecdsa_p256_sha256:
      return "EC_SIGN_P256_SHA256";
    case Algorithm::ecdsa_p384_sha384:
      return "EC_SIGN_P384_SHA384";
    case Algorithm::rsa_pss_sha256:
      break;
  }
  const std::size_t n = key.spki().size();
  return n < 350 ? "RSA_SIGN_PSS_2048_SHA256" : (n < 500 ? "RSA_SIGN_PSS_3072_SHA256" : "RSA_SIGN_PSS_4096_SHA256");
}

class GoogleClient {
 public:
  explicit GoogleClient(unsigned time_limit_seconds)
      : url_(setting("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS").value_or("https://cloudkms.googleapis.com")),
        authorities_(setting("CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE").value_or("")),
        time_limit_seconds_(time_limit_seconds),
        token_(find_token()) {
    while (url_.ends_with('/')) url_.pop_back();
  }
  Json call(const std::string& path, const std::string& body) const {
    HttpRequest request{url_ + "/v1/" + path, {}, body, authorities_};
    request.headers.push_back("Authorization: Bearer " + std::string(base::as_text(token_.expose())));
    request.headers.emplace_back("Content-Type: application/json");
    return json_answer(http_send(std::move(request), time_limit_seconds_), kService);
  }

 private:
  SecretText find_token() const {
    if (const auto token = setting("CLOUDSDK_AUTH_ACCESS_TOKEN")) return secret_copy(base::as_bytes(*token));
    throw Error(Code::usage, "no access token for Google Cloud",
                "export CLOUDSDK_AUTH_ACCESS_TOKEN=\"$(gcloud auth print-access-token)\"");
  }
  std::string url_;
  base::Path authorities_;
  unsigned time_limit_seconds_;
  SecretText token_;
};

class GoogleSigner final : public Signer {
 public:
  GoogleSigner(GoogleClient client, std::string name, PublicKey key)
      : client_(std::move(client)), name_(std::move(name)), key_(std::move(key)) {}
  const PublicKey& public_key() const noexcept override { return key_; }
  std::string description() const override { return "Google Cloud KMS key " + name_; }

 private:
  Bytes sign_message(ByteSpan message) override {
    const bool whole = key_.algorithm() == Algorithm::ed25519;
    const Bytes hash = whole ? Bytes() : digest_for(key_.algorithm(), message);
    const char* const kind = key_.algorithm() == Algorithm::ecdsa_p384_sha384 ? "sha384" : "sha256";
    const Json body = whole
                          ? Json{{"data", to_base64(message)}, {"dataCrc32c", std::to_string(crc32c(message))}}
                          : Json{{"digest", {{kind, to_base64(hash)}}}, {"digestCrc32c", std::to_string(crc32c(hash))}};
    const Json answer = client_.call(name_ + ":asymmetricSign", body.dump());
    const char* const seen = whole ? "verifiedDataCrc32c" : "verifiedDigestCrc32c";
    if (text_in(answer, "name", kService) != name_) service_error(kService, "it signed with another key");
    if (!answer.contains(seen) || answer[seen] != true) service_error(kService, "it did not check what it was sent");
    Bytes signature = base64_in(answer, "signature", kService);
    if (!crc_matches(answer, "signatureCrc32c", signature))
      service_error(kService, "the signature was damaged on its way");
    return signature;
  }
  GoogleClient client_;
  std::string name_;
  PublicKey key_;
};

}  // namespace

std::unique_ptr<Signer> open_google_kms(std::string_view uri, const OpenOptions& options) {
  std::string name(uri.substr(std::string_view("gcpkms:").size()));
  if (name.starts_with("//")) name.erase(0, 2);
  if (!is_key_version(name))
    throw Error(Code::usage, "'" + base::printable(uri) + "' does not name a key version",
                "gcpkms:projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/V");
  GoogleClient client(options.time_limit_seconds);
  const Json answer = client.call(name + "/publicKey", "");
  const std::string pem = text_in(answer, "pem", kService);
  if (!crc_matches(answer, "pemCrc32c", base::as_bytes(pem)))
    service_error(kService, "the public key was damaged on its way");
  if (text_in(answer, "name", kService) != name) service_error(kService, "it gave another key");
  PublicKey key = parse_public_key(base::as_bytes(pem));
  const std::string algorithm = text_in(answer, "algorithm", kService);
  if (algorithm != google_algorithm(key))
    service_error(kService, "the key signs with " + base::printable(algorithm) + ", which is not supported",
                  "EC_SIGN_ED25519, EC_SIGN_P256_SHA256, EC_SIGN_P384_SHA384, RSA_SIGN_PSS_..._SHA256 are");
  return std::make_unique<GoogleSigner>(std::move(client), std::move(name), std::move(key));
}

}  // namespace solemn::sign
