#include "beacon/http.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <exception>
#include <memory>

#include "base/error.hpp"

namespace solemn::beacon::internal {

namespace {

using base::Code;
using base::Error;

struct Transfer {
  std::string body;
  std::size_t max_bytes = 0;
  bool too_large = false;
  base::Progress* progress = nullptr;
  std::exception_ptr interrupted;  // carried past libcurl, which is C
};

std::size_t take(char* data, std::size_t size, std::size_t count, void* context) noexcept {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::size_t n_bytes = size * count;
  if (n_bytes > transfer.max_bytes - transfer.body.size()) {
    transfer.too_large = true;
    return 0;  // not what was given: libcurl stops
  }
  transfer.body.append(data, n_bytes);  // within the capacity reserved before
  return n_bytes;
}

int watch(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  auto& transfer = *static_cast<Transfer*>(context);
  try {
    transfer.progress->check_interrupt();
    return 0;
  } catch (...) {
    transfer.interrupted = std::current_exception();
    return 1;
  }
}

void start_curl_once() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw Error(Code::io, std::string("libcurl: ") + curl_easy_strerror(started));
}

template <class Value>
void set(CURL* curl, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(curl, option, value);
  if (code != CURLE_OK) throw Error(Code::internal, std::string("libcurl: ") + curl_easy_strerror(code));
}

void configure(CURL* curl, const std::string& url, const HttpLimits& limits, Transfer& transfer) {
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_FOLLOWLOCATION, 0L);
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_CONNECTTIMEOUT_MS, std::min(limits.timeout_ms, 5000L));
  set(curl, CURLOPT_TIMEOUT_MS, limits.timeout_ms);
  set(curl, CURLOPT_MAXFILESIZE, static_cast<long>(limits.max_bytes));
  set(curl, CURLOPT_USERAGENT, "solemn");
  set(curl, CURLOPT_WRITEFUNCTION, &take);
  set(curl, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
  set(curl, CURLOPT_XFERINFOFUNCTION, &watch);
  set(curl, CURLOPT_XFERINFODATA, static_cast<void*>(&transfer));
  set(curl, CURLOPT_NOPROGRESS, 0L);
}

}  // namespace

HttpAnswer http_get(const std::string& url, const HttpLimits& limits, base::Progress& progress) {
  start_curl_once();
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) throw Error(Code::io, "libcurl does not start");
  Transfer transfer{{}, limits.max_bytes, false, &progress, nullptr};
  transfer.body.reserve(limits.max_bytes);
  std::array<char, CURL_ERROR_SIZE> reason{};
  set(curl.get(), CURLOPT_ERRORBUFFER, reason.data());
  configure(curl.get(), url, limits, transfer);
  const CURLcode code = curl_easy_perform(curl.get());
  if (transfer.interrupted) std::rethrow_exception(transfer.interrupted);
  if (transfer.too_large || code == CURLE_FILESIZE_EXCEEDED) {
    throw Error(Code::io, "the answer is larger than " + std::to_string(limits.max_bytes) + " bytes");
  }
  if (code != CURLE_OK) throw Error(Code::io, reason[0] != '\0' ? reason.data() : curl_easy_strerror(code));
  HttpAnswer answer{0, std::move(transfer.body)};
  if (curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status) != CURLE_OK) answer.status = 0;
  return answer;
}

}  // namespace solemn::beacon::internal
