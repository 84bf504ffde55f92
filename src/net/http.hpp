#pragma once
// One HTTP(S) exchange over libcurl: streamed both ways, bounded, no redirects, no credentials of its own. Used by what
// asks key services, drand relays and mirrors.
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/progress.hpp"

namespace solemn::net {

constexpr std::uint64_t kMaxHeadBytes = 64 << 10;  // all header lines of an answer together

struct Limits {
  long total_ms = 0;            // for the whole exchange; 0: none, then stall_seconds is what ends it
  long connect_ms = 5000;       // also at most total_ms
  long stall_seconds = 30;      // nothing, or fewer than 64 bytes a second, for so long is the end
  std::uint64_t max_bytes = 0;  // of the answer's body
};

struct Head {
  long status = 0;
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case, values trimmed; the last of a name
  /// The value, or "" when there is none.
  std::string_view header(std::string_view name) const;
};

/// A part of a file. REQUIRES: offset_bytes + n_bytes <= file->size().
struct Upload {
  const base::InputFile* file = nullptr;
  std::uint64_t offset_bytes = 0, n_bytes = 0;
};

struct Request {
  std::string method = "GET";        // or HEAD, PUT, POST, DELETE
  std::string url;                   // http or https
  std::vector<std::string> headers;  // "Name: value"; wiped after use
  base::ByteSpan body;               // with PUT and POST
  Upload upload;                     // with PUT, instead of body, when there is a file
  base::Path authorities;            // PEM file of certificate authorities; empty: the system's
};

/// Called once before the first byte of the body, and with every piece of it. What they throw ends the exchange and is
/// thrown again by exchange().
struct Receiver {
  std::function<void(const Head&)> head;
  std::function<void(base::ByteSpan)> body;
};

/// Sends the request and hands the answer, whatever its status, to `to`. No proxy stands before this machine itself.
/// Errors: Error{io} with the reason, never with a header or the query of the address; Error{interrupted}.
Head exchange(Request request, const Limits& limits, const Receiver& to, base::Progress& progress);

/// The same with the body as text.
struct Answer {
  Head head;
  std::string body;
};
Answer exchange(Request request, const Limits& limits, base::Progress& progress);

/// "scheme://host:port" for people, without a user, path or query.
std::string origin_of(std::string_view url);
/// http:// to 127.0.0.1, localhost or [::1].
bool is_plain_to_this_machine(std::string_view url);

}  // namespace solemn::net
