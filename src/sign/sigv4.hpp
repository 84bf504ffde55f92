#pragma once
// AWS Signature Version 4, and the settings of the AWS tools. For this folder and the artifact store.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sign/signer.hpp"

namespace solemn::sign {

struct AwsCredentials {
  std::string access_key_id;
  SecretText secret_key;
  std::string session_token;  // may be empty
};

struct SigV4Request {
  std::string method, path, query;                           // path and query encoded and in canonical order
  std::vector<std::pair<std::string, std::string>> headers;  // all that are signed, host and x-amz-date among them
  std::string body;
  std::string payload_sha256 = {};  // hex; when given, in place of the body (which is then streamed from elsewhere)
};

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, or the profile AWS_PROFILE in
/// AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials). Throws Error{usage} when there are none.
AwsCredentials aws_credentials();
/// AWS_REGION, AWS_DEFAULT_REGION.
std::optional<std::string> aws_region();
/// AWS_ENDPOINT_URL_<service>, AWS_ENDPOINT_URL; without slashes at the end.
std::optional<std::string> aws_endpoint(const char* service);
/// AWS_CA_BUNDLE, or "".
std::string aws_authorities();
/// Now, as in the header x-amz-date.
std::string aws_date_time();

/// The canonical request: headers in lower case, sorted, inner runs of spaces made one.
std::string sigv4_canonical_request(const SigV4Request& request);
/// The value of the Authorization header. date_time: "20150830T123600Z", as in the header x-amz-date.
std::string sigv4_authorization(const SigV4Request& request, const AwsCredentials& credentials,
                                std::string_view date_time, std::string_view region, std::string_view service);

}  // namespace solemn::sign
