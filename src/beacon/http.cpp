#include "beacon/http.hpp"

#include "net/http.hpp"

namespace solemn::beacon::internal {

HttpAnswer http_get(const std::string& url, const HttpLimits& limits, base::Progress& progress) {
  net::Request request;
  request.url = url;
  net::Limits bounds;
  bounds.total_ms = limits.timeout_ms;
  bounds.max_bytes = limits.max_bytes;
  net::Answer answer = net::exchange(std::move(request), bounds, progress);
  return {answer.head.status, std::move(answer.body)};
}

}  // namespace solemn::beacon::internal
