#pragma once
// One HTTP GET: bounded in time and size, no redirects, http and https only. Not for other folders.
#include <string>

#include "base/progress.hpp"

namespace solemn::beacon::internal {

struct HttpLimits {
  long timeout_ms = 10'000;  // for the whole answer
  std::size_t max_bytes = 16384;
};
struct HttpAnswer {
  long status = 0;
  std::string body;
};

/// Errors: Error{io} saying why there is no answer; Error{interrupted} from progress.
HttpAnswer http_get(const std::string& url, const HttpLimits& limits, base::Progress& progress);

}  // namespace solemn::beacon::internal
