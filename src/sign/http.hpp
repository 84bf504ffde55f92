#pragma once
// HTTPS requests to key services. Private to this folder.
#include <string>
#include <vector>

#include "base/file.hpp"

namespace solemn::sign {

struct HttpRequest {
  std::string url;                   // https, or http to this machine itself only
  std::vector<std::string> headers;  // "Name: value"; wiped after use
  std::string body;                  // GET when empty
  base::Path authorities;            // PEM file of certificate authorities; empty: the system's
};
struct HttpResponse {
  long status = 0;
  std::string body;
};

/// One request; no redirects, no proxies for this machine, at most 1 MiB back. Errors: Error{io} with the reason, never
/// with a header; Error{usage}: http to another machine.
HttpResponse http_send(HttpRequest request, unsigned time_limit_seconds);

}  // namespace solemn::sign
