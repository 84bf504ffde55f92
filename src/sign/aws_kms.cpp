// AWS KMS: JSON over HTTPS, signed with Signature Version 4.
#include <algorithm>

#include "base/error.hpp"
#include "sign/base64.hpp"
#include "sign/key_service_internal.hpp"
#include "sign/public_key_internal.hpp"
#include "sign/sigv4.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;
using Json = nlohmann::json;

namespace {

constexpr std::string_view kService = "AWS KMS";
constexpr std::size_t kMaxRawBytes = 4096;

std::string find_region(std::string_view key) {
  if (key.starts_with("arn:")) {  // arn:aws:kms:REGION:ACCOUNT:key/ID
    for (int i = 0; i < 3 && !key.empty(); ++i) key.remove_prefix(std::min(key.find(':'), key.size() - 1) + 1);
    if (const std::string region(key.substr(0, key.find(':'))); !region.empty()) return region;
  }
  if (auto region = aws_region()) return *region;
  throw Error(Code::usage, "no AWS region", "set AWS_REGION, or name the key by its full ARN");
}

class AwsClient {
 public:
  AwsClient(std::string_view key, unsigned time_limit_seconds)
      : region_(find_region(key)), credentials_(aws_credentials()), time_limit_seconds_(time_limit_seconds) {
    url_ = aws_endpoint("KMS").value_or("https://kms." + region_ + ".amazonaws.com");
  }
  Json call(const std::string& action, const Json& body) const {
    const std::size_t scheme = url_.find("://");
    const std::string host = scheme == std::string::npos ? url_ : url_.substr(scheme + 3), time = aws_date_time();
    SigV4Request request{"POST",
                         "/",
                         "",
                         {{"content-type", "application/x-amz-json-1.1"},
                          {"host", host},
                          {"x-amz-date", time},
                          {"x-amz-target", "TrentService." + action}},
                         body.dump()};
    if (!credentials_.session_token.empty())
      request.headers.emplace_back("x-amz-security-token", credentials_.session_token);
    HttpRequest http{url_ + "/", {}, request.body, aws_authorities()};
    for (const auto& [name, value] : request.headers) http.headers.push_back(name + ": " + value);
    http.headers.push_back("authorization: " + sigv4_authorization(request, credentials_, time, region_, "kms"));
    return json_answer(http_send(std::move(http), time_limit_seconds_), kService);
  }

 private:
  std::string region_, url_;
  AwsCredentials credentials_;
  unsigned time_limit_seconds_;
};

std::string aws_algorithm(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::ed25519:
      return "ED25519_SHA_512";
    case Algorithm::ecdsa_p256_sha256:
      return "ECDSA_SHA_256";
    case Algorithm::ecdsa_p384_sha384:
      return "ECDSA_SHA_384";
    case Algorithm::rsa_pss_sha256:
      return "RSASSA_PSS_SHA_256";
  }
  return {};
}

class AwsSigner final : public Signer {
 public:
  AwsSigner(AwsClient client, std::string arn, PublicKey key)
      : client_(std::move(client)), arn_(std::move(arn)), key_(std::move(key)) {}
  const PublicKey& public_key() const noexcept override { return key_; }
  std::string description() const override { return "AWS KMS key " + base::printable(arn_); }

 private:
  Bytes ask(const std::string& algorithm, const char* kind, ByteSpan data) {
    const Json answer = client_.call(
        "Sign",
        {{"KeyId", arn_}, {"Message", to_base64(data)}, {"MessageType", kind}, {"SigningAlgorithm", algorithm}});
    if (text_in(answer, "KeyId", kService) != arn_) service_error(kService, "it signed with another key");
    return base64_in(answer, "Signature", kService);
  }
  Bytes sign_message(ByteSpan message) override {
    const std::string algorithm = aws_algorithm(key_.algorithm());
    if (key_.algorithm() != Algorithm::ed25519) return ask(algorithm, "DIGEST", digest_for(key_.algorithm(), message));
    if (message.size() > kMaxRawBytes)
      throw Error(Code::usage, "AWS KMS signs at most 4096 bytes with an Ed25519 key",
                  "use --format minisign or ssh, which sign a hash, or an ECDSA or RSA key");
    return ask(algorithm, "RAW", message);
  }
  Bytes sign_message_pkcs1_sha512(ByteSpan message) override {
    return ask("RSASSA_PKCS1_V1_5_SHA_512", "DIGEST", sha512_of(message));
  }
  AwsClient client_;
  std::string arn_;
  PublicKey key_;
};

}  // namespace

std::unique_ptr<Signer> open_aws_kms(std::string_view uri, const OpenOptions& options) {
  const std::string_view key = uri.substr(std::string_view("awskms:").size());
  if (key.empty()) throw Error(Code::usage, "no key in 'awskms:'", "awskms:alias/NAME, awskms:ID or awskms:ARN");
  AwsClient client(key, options.time_limit_seconds);
  const Json answer = client.call("GetPublicKey", {{"KeyId", std::string(key)}});
  if (text_in(answer, "KeyUsage", kService) != "SIGN_VERIFY") service_error(kService, "the key is not for signing");
  PublicKey public_key = PublicKey::from_spki(base64_in(answer, "PublicKey", kService));
  return std::make_unique<AwsSigner>(std::move(client), text_in(answer, "KeyId", kService), std::move(public_key));
}

}  // namespace solemn::sign
