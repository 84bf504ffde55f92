#include "sign/http.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace solemn::sign {

using base::Code;
using base::Error;

namespace {

constexpr std::size_t kMaxAnswerBytes = 1 << 20;

struct Sink {
  std::string text;
  bool too_long = false;
};

std::size_t receive(char* data, std::size_t, std::size_t n_bytes, void* to) {
  auto& sink = *static_cast<Sink*>(to);
  sink.too_long = sink.text.size() + n_bytes > kMaxAnswerBytes;
  if (sink.too_long) return 0;
  sink.text.append(data, n_bytes);
  return n_bytes;
}

bool is_this_machine(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  std::string_view host = url.substr(kScheme.size());
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.find('@') != std::string_view::npos) return false;
  host =
      host.substr(0, host.rfind(':') == std::string_view::npos || host.ends_with(']') ? host.size() : host.rfind(':'));
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

void require_https(const std::string& url) {
  if (url.starts_with("https://")) return;
  if (url.starts_with("http://") && is_this_machine(url)) return;
  throw Error(Code::usage, "'" + base::printable(url) + "' is not https",
              "http is only taken to this machine itself, for tests");
}

void wipe_text(std::string& text) { base::wipe(text.data(), text.size()); }

class HeaderList {
 public:
  explicit HeaderList(std::vector<std::string>& headers) {
    for (std::string& header : headers) {
      list_ = curl_slist_append(list_, header.c_str());
      wipe_text(header);
    }
  }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  ~HeaderList() {
    for (curl_slist* item = list_; item != nullptr; item = item->next)
      base::wipe(item->data, std::string_view(item->data).size());
    curl_slist_free_all(list_);
  }
  curl_slist* get() const noexcept { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

}  // namespace

HttpResponse http_send(HttpRequest request, unsigned time_limit_seconds) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  require_https(request.url);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), curl_easy_cleanup);
  if (!handle) throw Error(Code::io, "libcurl does not start");
  const HeaderList headers(request.headers);
  Sink sink;
  CURL* const curl = handle.get();
  char reason[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "127.0.0.1,localhost,::1");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(time_limit_seconds));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &sink);
  if (!request.authorities.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, request.authorities.c_str());
  if (!request.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  const CURLcode code = curl_easy_perform(curl);
  const std::string host = base::printable(request.url.substr(0, request.url.find('/', 8)));
  if (sink.too_long) throw Error(Code::io, host + ": the answer is larger than 1 MiB");
  if (code != CURLE_OK)
    throw Error(Code::io, host + ": " + base::printable(reason[0] != '\0' ? reason : curl_easy_strerror(code)));
  HttpResponse response{0, std::move(sink.text)};
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response.status);
  return response;
}

}  // namespace solemn::sign
