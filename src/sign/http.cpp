#include "sign/http.hpp"

#include "base/error.hpp"
#include "net/http.hpp"

namespace solemn::sign {

using base::Code;
using base::Error;

namespace {

constexpr std::uint64_t kMaxAnswerBytes = 1 << 20;

void require_https(const std::string& url) {
  if (url.starts_with("https://") || net::is_plain_to_this_machine(url)) return;
  throw Error(Code::usage, "'" + base::printable(url) + "' is not https",
              "http is only taken to this machine itself, for tests");
}

}  // namespace

HttpResponse http_send(HttpRequest request, unsigned time_limit_seconds) {
  require_https(request.url);
  const std::string host = net::origin_of(request.url);
  net::Request sent;
  sent.method = request.body.empty() ? "GET" : "POST";
  sent.url = std::move(request.url);
  sent.headers = std::move(request.headers);
  sent.body = base::as_bytes(request.body);
  sent.authorities = std::move(request.authorities);
  net::Limits limits;
  limits.total_ms = limits.connect_ms = 1000L * static_cast<long>(time_limit_seconds);
  limits.stall_seconds = static_cast<long>(time_limit_seconds);
  limits.max_bytes = kMaxAnswerBytes;
  try {
    net::Answer answer = net::exchange(std::move(sent), limits, base::silent_progress());
    return {answer.head.status, std::move(answer.body)};
  } catch (const Error& error) { throw error.with_context(host); }
}

}  // namespace solemn::sign
