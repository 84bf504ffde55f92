#pragma once
// AWS Signature Version 4. Private to this folder.
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
};

/// The canonical request: headers in lower case, sorted, inner runs of spaces made one.
std::string sigv4_canonical_request(const SigV4Request& request);
/// The value of the Authorization header. date_time: "20150830T123600Z", as in the header x-amz-date.
std::string sigv4_authorization(const SigV4Request& request, const AwsCredentials& credentials,
                                std::string_view date_time, std::string_view region, std::string_view service);

}  // namespace solemn::sign
