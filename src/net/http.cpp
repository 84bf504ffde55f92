#include "net/http.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <memory>

#include "base/error.hpp"
#include "base/late_library.hpp"
#include "base/secret.hpp"

namespace solemn::net {

using base::Code;
using base::Error;

namespace {

/// libcurl, loaded with the first request: it brings twenty libraries, and their relocation takes more time than the
/// start of everything else, in every run that never talks to anybody.
class Curl {
  base::LateLibrary library_{"libcurl.so.4", "libcurl4"};  // that of <curl/curl.h> since 7.16

 public:
  decltype(&curl_global_init) global_init = library_.find<decltype(&curl_global_init)>("curl_global_init");
  decltype(&curl_easy_init) easy_init = library_.find<decltype(&curl_easy_init)>("curl_easy_init");
  decltype(&curl_easy_cleanup) easy_cleanup = library_.find<decltype(&curl_easy_cleanup)>("curl_easy_cleanup");
  decltype(&curl_easy_setopt) easy_setopt = library_.find<decltype(&curl_easy_setopt)>("curl_easy_setopt");
  decltype(&curl_easy_getinfo) easy_getinfo = library_.find<decltype(&curl_easy_getinfo)>("curl_easy_getinfo");
  decltype(&curl_easy_perform) easy_perform = library_.find<decltype(&curl_easy_perform)>("curl_easy_perform");
  decltype(&curl_easy_strerror) easy_strerror = library_.find<decltype(&curl_easy_strerror)>("curl_easy_strerror");
  decltype(&curl_slist_append) slist_append = library_.find<decltype(&curl_slist_append)>("curl_slist_append");
  decltype(&curl_slist_free_all) slist_free_all = library_.find<decltype(&curl_slist_free_all)>("curl_slist_free_all");

  static const Curl& get() {
    static const Curl curl;  // never closed: it leaves threads and handlers behind
    return curl;
  }

 private:
  Curl() {
    const CURLcode started = global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) throw Error(Code::io, std::string("libcurl: ") + easy_strerror(started));
  }
};

struct Transfer {
  const Receiver* to = nullptr;
  base::Progress* progress = nullptr;
  Upload upload;
  std::uint64_t max_bytes = 0, n_bytes = 0, n_head_bytes = 0, uploaded = 0;
  Head head;
  bool head_given = false;
  CURL* curl = nullptr;
  long stall_seconds = 0;
  curl_off_t n_moved = 0;  // both ways, when it last changed
  std::chrono::steady_clock::time_point moved_at = std::chrono::steady_clock::now();
  std::exception_ptr failure;  // carried past libcurl, which is C

  void give_head() {
    if (head_given) return;
    head_given = true;
    Curl::get().easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &head.status);
    if (to->head) to->head(head);
  }
};

/// Runs what may throw; false when it did.
template <class Body>
bool kept(Transfer& transfer, const Body& body) noexcept {
  try {
    body();
    return true;
  } catch (...) {
    transfer.failure = std::current_exception();
    return false;
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n'))
    text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* context) noexcept {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::size_t n_bytes = size * count;
  const bool good = kept(transfer, [&] {
    transfer.n_head_bytes += n_bytes;
    if (transfer.n_head_bytes > kMaxHeadBytes) throw Error(Code::io, "the headers of the answer never end");
    const std::string_view line(data, n_bytes);
    if (line.starts_with("HTTP/")) transfer.head.headers.clear();  // an interim answer came before
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    transfer.head.headers[name] = trimmed(line.substr(colon + 1));
  });
  return good ? n_bytes : 0;
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* context) noexcept {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::size_t n_bytes = size * count;
  const bool good = kept(transfer, [&] {
    transfer.give_head();
    if (n_bytes > transfer.max_bytes - transfer.n_bytes)
      throw Error(Code::io, "the answer is larger than " + std::to_string(transfer.max_bytes) + " bytes");
    transfer.n_bytes += n_bytes;
    if (transfer.to->body) transfer.to->body(base::as_bytes({data, n_bytes}));
  });
  return good ? n_bytes : 0;
}

std::size_t give_upload(char* out, std::size_t size, std::size_t count, void* context) noexcept {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::size_t n_bytes = std::min<std::uint64_t>(size * count, transfer.upload.n_bytes - transfer.uploaded);
  const bool good = kept(transfer, [&] {
    transfer.upload.file->read_at(transfer.upload.offset_bytes + transfer.uploaded,
                                  base::writable_object_bytes(std::span<char>(out, n_bytes)));
    transfer.uploaded += n_bytes;
    transfer.progress->advance(n_bytes);
  });
  return good ? n_bytes : CURL_READFUNC_ABORT;
}

int watch(void* context, curl_off_t, curl_off_t n_down, curl_off_t, curl_off_t n_up) noexcept {
  auto& transfer = *static_cast<Transfer*>(context);
  const bool good = kept(transfer, [&] {
    transfer.progress->check_interrupt();
    const auto now = std::chrono::steady_clock::now();
    if (n_down + n_up != transfer.n_moved) {
      transfer.n_moved = n_down + n_up;
      transfer.moved_at = now;
    } else if (now - transfer.moved_at >= std::chrono::seconds(transfer.stall_seconds)) {
      throw Error(Code::io, "nothing came for " + std::to_string(transfer.stall_seconds) + " s");
    }
  });
  return good ? 0 : 1;
}

template <class Value>
void set(CURL* curl, CURLoption option, Value value) {
  const CURLcode code = Curl::get().easy_setopt(curl, option, value);
  if (code != CURLE_OK) throw Error(Code::internal, std::string("libcurl: ") + Curl::get().easy_strerror(code));
}

/// Wipes the strings that it takes; they may hold tokens.
class HeaderList {
 public:
  explicit HeaderList(std::vector<std::string>& headers) {
    for (std::string& header : headers) {
      list_ = Curl::get().slist_append(list_, header.c_str());
      base::wipe(header.data(), header.size());
    }
  }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  ~HeaderList() {
    for (curl_slist* item = list_; item != nullptr; item = item->next)
      base::wipe(item->data, std::string_view(item->data).size());
    Curl::get().slist_free_all(list_);
  }
  curl_slist* get() const noexcept { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

void configure_limits(CURL* curl, const Limits& limits) {
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_CONNECTTIMEOUT_MS,
      limits.total_ms > 0 ? std::min(limits.total_ms, limits.connect_ms) : limits.connect_ms);
  set(curl, CURLOPT_TIMEOUT_MS, limits.total_ms);
  set(curl, CURLOPT_LOW_SPEED_LIMIT, 64L);
  set(curl, CURLOPT_LOW_SPEED_TIME, limits.stall_seconds);
}

void configure_receiver(CURL* curl, Transfer& transfer) {
  set(curl, CURLOPT_HEADERFUNCTION, &take_header);
  set(curl, CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
  set(curl, CURLOPT_WRITEFUNCTION, &take_body);
  set(curl, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
  set(curl, CURLOPT_XFERINFOFUNCTION, &watch);
  set(curl, CURLOPT_XFERINFODATA, static_cast<void*>(&transfer));
  set(curl, CURLOPT_NOPROGRESS, 0L);
}

void configure_request(CURL* curl, const Request& request, Transfer& transfer) {
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  set(curl, CURLOPT_URL, request.url.c_str());
  set(curl, CURLOPT_FOLLOWLOCATION, 0L);
  set(curl, CURLOPT_NOPROXY, "127.0.0.1,localhost,::1");
  set(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(curl, CURLOPT_USERAGENT, "solemn");
  if (!request.authorities.empty()) set(curl, CURLOPT_CAINFO, request.authorities.c_str());
  if (request.method == "HEAD") set(curl, CURLOPT_NOBODY, 1L);
  if (request.method == "DELETE") set(curl, CURLOPT_CUSTOMREQUEST, "DELETE");
  if (request.upload.file != nullptr) {
    set(curl, CURLOPT_UPLOAD, 1L);
    set(curl, CURLOPT_READFUNCTION, &give_upload);
    set(curl, CURLOPT_READDATA, static_cast<void*>(&transfer));
    set(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.upload.n_bytes));
  } else if (request.method == "POST" || request.method == "PUT") {
    set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(curl, CURLOPT_POSTFIELDS, base::as_text(request.body).data());
    set(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

}  // namespace

std::string_view Head::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : found->second;
}

Head exchange(Request request, const Limits& limits, const Receiver& to, base::Progress& progress) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(Curl::get().easy_init(), Curl::get().easy_cleanup);
  if (!curl) throw Error(Code::io, "libcurl does not start");
  Transfer transfer;
  transfer.to = &to;
  transfer.progress = &progress;
  transfer.upload = request.upload;
  transfer.max_bytes = limits.max_bytes;
  transfer.curl = curl.get();
  transfer.stall_seconds = limits.stall_seconds;
  const HeaderList headers(request.headers);
  std::array<char, CURL_ERROR_SIZE> reason{};
  set(curl.get(), CURLOPT_ERRORBUFFER, reason.data());
  set(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  configure_limits(curl.get(), limits);
  configure_receiver(curl.get(), transfer);
  configure_request(curl.get(), request, transfer);
  const CURLcode code = Curl::get().easy_perform(curl.get());
  if (transfer.failure) std::rethrow_exception(transfer.failure);
  if (code != CURLE_OK)
    throw Error(Code::io, base::printable(reason[0] != '\0' ? reason.data() : Curl::get().easy_strerror(code)));
  transfer.give_head();
  return std::move(transfer.head);
}

Answer exchange(Request request, const Limits& limits, base::Progress& progress) {
  Answer answer;
  const Receiver to{{}, [&](base::ByteSpan piece) { answer.body += base::as_text(piece); }};
  answer.head = exchange(std::move(request), limits, to, progress);
  return answer;
}

std::string origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return base::printable(url);
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  return base::printable(std::string(url.substr(0, scheme + 3)) + std::string(host));
}

bool is_plain_to_this_machine(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return false;
  std::string_view host = url.substr(kScheme.size());
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.find('@') != std::string_view::npos) return false;
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && !host.ends_with(']')) host = host.substr(0, colon);
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

}  // namespace solemn::net
