#include "store/multipart.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sign/base64.hpp"

namespace solemn::store::internal {

using base::Code;
using base::Error;
using base::Hash32;

namespace {

/// As Signature Version 4 wants it in a query.
std::string encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain) out += c;
    if (!plain) out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

/// Malformed answers are a fault of the other side: worth another try.
template <class Body>
auto of_answer(const std::string& where, Body&& body) {
  try {
    return body();
  } catch (const Error& error) {
    if (error.code() != Code::malformed) throw;
    throw Error(Code::io, where + ": " + error.message());
  }
}

}  // namespace

std::string Multipart::query(const std::string& before) const { return before + "uploadId=" + encoded(id_); }

net::Answer Multipart::ask(const std::string& method, const std::string& query, const Headers& headers,
                           base::ByteSpan body, long stall_seconds) const {
  net::Request request = bucket_.signed_request(method, key_, query, headers, base::to_hex(hash::sha256(body)));
  request.body = body;
  net::Limits limits = limits_;
  limits.stall_seconds = std::max(limits.stall_seconds, stall_seconds);
  return net::exchange(std::move(request), limits, progress_);
}

void Multipart::begin(const std::optional<Retention>& retention) {
  Headers headers = retention_headers(retention);
  headers.emplace_back("x-amz-checksum-algorithm", "SHA256");
  const net::Answer answer = ask("POST", "uploads=", headers);
  if (answer.head.status != 200) bucket_.bad_answer(key_, answer);
  id_ = of_answer(bucket_.shown(key_), [&] { return read_upload_id(answer.body); });
}

std::optional<StoredParts> Multipart::list() const {
  StoredParts parts;
  std::optional<std::uint32_t> next = 0;
  while (next) {
    const std::string from = *next == 0 ? "" : "part-number-marker=" + std::to_string(*next) + "&";
    const net::Answer answer = ask("GET", query(from), {});
    const long status = answer.head.status;
    if (status == 404 || status == 405 || status == 501) return std::nullopt;
    if (status != 200) bucket_.bad_answer(key_, answer);
    next = of_answer(bucket_.shown(key_), [&] { return read_parts_page(answer.body, parts); });  // each adds a part
  }
  return parts;
}

StoredPart Multipart::send(std::uint32_t number, const net::Upload& part, const Hash32& sha256) const {
  net::Request request = bucket_.signed_request(
      "PUT", key_, query("partNumber=" + std::to_string(number) + "&"),
      {{"x-amz-checksum-sha256", sign::to_base64(sha256)}, {"x-amz-sdk-checksum-algorithm", "SHA256"}},
      base::to_hex(sha256));
  request.upload = part;
  const net::Answer answer = net::exchange(std::move(request), limits_, progress_);
  if (answer.head.status != 200) bucket_.bad_answer(key_, answer);
  return {of_answer(bucket_.shown(key_), [&] { return read_etag(answer.head.header("etag")); }), part.n_bytes, sha256};
}

bool Multipart::complete(const StoredParts& parts, const std::vector<Hash32>& sha256) const {
  constexpr long kMinutesOfJoining = 30 * 60;  // a server may put the parts together before it says a word
  const std::string body = write_completion(parts, sha256);
  const net::Answer answer = ask("POST", query(), {{"if-none-match", "*"}, {"content-type", "application/xml"}},
                                 base::as_bytes(body), kMinutesOfJoining);
  const long status = answer.head.status;
  const bool final = status == 400 || status == 412;
  if (final) abandon();
  if (status == 412) return false;
  // Errors also come after the head: the status was sent long before.
  if (status != 200 || answer.body.find("<Error") != std::string::npos) bucket_.bad_answer(key_, answer);
  return true;
}

void Multipart::abandon() const {
  try {
    (void)ask("DELETE", query(), {});
  } catch (const Error& error) {
    if (error.code() != Code::io) throw;
  }
}

}  // namespace solemn::store::internal
