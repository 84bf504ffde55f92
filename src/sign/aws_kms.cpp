// AWS KMS: JSON over HTTPS, signed with Signature Version 4.
#include <algorithm>
#include <ctime>

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

/// "name = value" of a section of an INI file.
std::optional<std::string> ini_value(std::string_view text, std::string_view section, std::string_view name) {
  bool inside = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    if (line.starts_with('[')) inside = line == "[" + std::string(section) + "]";
    if (inside && line.starts_with(std::string(name) + "=")) return line.substr(name.size() + 1);
  }
  return std::nullopt;
}

AwsCredentials find_credentials() {
  const auto id = setting("AWS_ACCESS_KEY_ID"), secret = setting("AWS_SECRET_ACCESS_KEY");
  if (id && secret) return {*id, secret_copy(base::as_bytes(*secret)), setting("AWS_SESSION_TOKEN").value_or("")};
  const base::Path path = setting("AWS_SHARED_CREDENTIALS_FILE").value_or(in_home(".aws/credentials").string());
  const std::string profile = setting("AWS_PROFILE").value_or("default");
  if (std::filesystem::exists(path)) {
    Bytes file = base::read_file(path, 1 << 20);
    const std::string_view text = base::as_text(file);
    const auto file_id = ini_value(text, profile, "aws_access_key_id"),
               file_secret = ini_value(text, profile, "aws_secret_access_key");
    const std::string token = ini_value(text, profile, "aws_session_token").value_or("");
    base::wipe(file.data(), file.size());
    if (file_id && file_secret) return {*file_id, secret_copy(base::as_bytes(*file_secret)), token};
  }
  throw Error(Code::usage, "no AWS credentials",
              "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them to ~/.aws/credentials (aws configure)");
}

std::string find_region(std::string_view key) {
  if (key.starts_with("arn:")) {  // arn:aws:kms:REGION:ACCOUNT:key/ID
    for (int i = 0; i < 3 && !key.empty(); ++i) key.remove_prefix(std::min(key.find(':'), key.size() - 1) + 1);
    if (const std::string region(key.substr(0, key.find(':'))); !region.empty()) return region;
  }
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"})
    if (auto region = setting(name)) return *region;
  throw Error(Code::usage, "no AWS region", "set AWS_REGION, or name the key by its full ARN");
}

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[17];
  std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &utc);
  return text;
}

class AwsClient {
 public:
  AwsClient(std::string_view key, unsigned time_limit_seconds)
      : region_(find_region(key)), credentials_(find_credentials()), time_limit_seconds_(time_limit_seconds) {
    const auto own = setting("AWS_ENDPOINT_URL_KMS"), all = setting("AWS_ENDPOINT_URL");
    url_ = own ? *own : all.value_or("https://kms." + region_ + ".amazonaws.com");
    while (url_.ends_with('/')) url_.pop_back();
  }
  Json call(const std::string& action, const Json& body) const {
    const std::size_t scheme = url_.find("://");
    const std::string host = scheme == std::string::npos ? url_ : url_.substr(scheme + 3), time = now_text();
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
    HttpRequest http{url_ + "/", {}, request.body, setting("AWS_CA_BUNDLE").value_or("")};
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
