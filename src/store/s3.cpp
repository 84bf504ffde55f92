#include "store/s3.hpp"

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/time.hpp"
#include "hash/sha256.hpp"
#include "sign/base64.hpp"

namespace solemn::store {

using base::Code;
using base::Error;
using base::Hash32;

namespace {

constexpr std::string_view kScheme = "s3://";

bool is_good_bucket(std::string_view bucket) noexcept {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return bucket.size() >= 3 && bucket.size() <= 63 && std::ranges::all_of(bucket, allowed) &&
         bucket.find("..") == std::string_view::npos && bucket.front() != '.' && bucket.front() != '-';
}

/// Letters, digits, '-', '_' and '.' need no encoding in a signed path.
bool is_good_prefix(std::string_view prefix) noexcept {
  return prefix.empty() || (is_good_name(prefix) && prefix.find_first_of("+@=,") == std::string_view::npos);
}

std::string hex_of_nothing() { return base::to_hex(hash::sha256({})); }

/// "BASE64", or "BASE64-N" over the checksums of N parts.
void read_checksum(const net::Head& head, Stored& stored) {
  const std::string_view text = head.header("x-amz-checksum-sha256");
  const std::size_t dash = text.find('-');
  const auto bytes = sign::from_base64(text.substr(0, dash));
  if (!bytes || bytes->size() != std::tuple_size_v<Hash32>) return;
  std::ranges::copy(*bytes, stored.sha256.emplace().begin());
  stored.sha256_of_parts = dash != std::string_view::npos || head.header("x-amz-checksum-type") == "COMPOSITE";
}

/// "2030-01-31T00:00:00Z" and the same with a fraction of a second, which is cut off.
std::optional<std::int64_t> time_in(std::string_view text) {
  constexpr std::size_t kToSeconds = std::string_view("2030-01-31T00:00:00").size();
  if (text.size() <= kToSeconds || !text.ends_with('Z')) return std::nullopt;
  return base::parse_utc(std::string(text.substr(0, kToSeconds)) + "Z");
}

}  // namespace

std::string_view name(RetentionMode mode) noexcept {
  return mode == RetentionMode::compliance ? "COMPLIANCE" : "GOVERNANCE";
}

Headers retention_headers(const std::optional<Retention>& retention) {
  if (!retention) return {};
  return {{"x-amz-object-lock-mode", std::string(name(retention->mode))},
          {"x-amz-object-lock-retain-until-date", base::utc(retention->until)}};
}

bool is_s3(std::string_view place) noexcept { return place.starts_with(kScheme); }

Bucket::Bucket(std::string_view place) {
  std::string_view rest = place.substr(std::min(place.size(), kScheme.size()));
  bucket_ = rest.substr(0, rest.find('/'));
  rest.remove_prefix(std::min(rest.size(), bucket_.size() + 1));
  while (rest.ends_with('/')) rest.remove_suffix(1);
  if (!is_s3(place) || !is_good_bucket(bucket_) || !is_good_prefix(rest))
    throw Error(Code::usage, "'" + base::printable(place) + "' is not a place in a bucket",
                "a place looks like s3://my-bucket/ceremony-7");
  prefix_ = std::string(rest) + (rest.empty() ? "" : "/");
  const auto region = sign::aws_region();
  if (!region) throw Error(Code::usage, "no AWS region", "set AWS_REGION");
  region_ = *region;
  if (const auto endpoint = sign::aws_endpoint("S3")) {
    base_url_ = *endpoint;
    base_path_ = "/" + bucket_;
    const bool safe = endpoint->starts_with("https://") || net::is_plain_to_this_machine(*endpoint);
    if (!safe || endpoint->find_first_of("/?#@", 8) != std::string::npos)
      throw Error(Code::usage, "'" + net::origin_of(*endpoint) + "' cannot be the address of a bucket's server",
                  "https, host and port only; http is only taken to this machine itself");
  } else {
    const bool in_path = bucket_.find('.') != std::string::npos;  // else no certificate fits
    base_url_ = "https://" + (in_path ? std::string() : bucket_ + ".") + "s3." + region_ + ".amazonaws.com";
    base_path_ = in_path ? "/" + bucket_ : "";
  }
  credentials_.emplace(sign::aws_credentials());
}

void Bucket::bad_answer(const std::string& key, const net::Answer& answer) const {
  constexpr std::string_view kOpen = "<Code>";
  std::string text = shown(key) + ": the server answers " + std::to_string(answer.head.status);
  const std::size_t at = answer.body.find(kOpen);
  if (at != std::string::npos) {
    const std::string code = answer.body.substr(at + kOpen.size(), 64);
    text += " " + base::printable(code.substr(0, code.find('<')));
  }
  const bool denied = answer.head.status == 401 || answer.head.status == 403;
  throw Error(Code::io, text, denied ? "are the credentials those of this bucket, and the clock right?" : "");
}

net::Request Bucket::signed_request(const std::string& method, const std::string& key, const std::string& query,
                                    Headers headers, const std::string& payload_sha256) const {
  const std::string time = sign::aws_date_time(), host = base_url_.substr(base_url_.find("://") + 3);
  sign::SigV4Request to_sign{method, base_path_ + "/" + prefix_ + key, query, std::move(headers), "", payload_sha256};
  to_sign.headers.emplace_back("host", host);
  to_sign.headers.emplace_back("x-amz-content-sha256", payload_sha256);
  to_sign.headers.emplace_back("x-amz-date", time);
  if (!credentials_->session_token.empty())
    to_sign.headers.emplace_back("x-amz-security-token", credentials_->session_token);
  net::Request request;
  request.method = method;
  request.url = base_url_ + to_sign.path + (query.empty() ? "" : "?" + query);
  request.authorities = sign::aws_authorities();
  for (const auto& [header, value] : to_sign.headers) request.headers.push_back(header + ": " + value);
  request.headers.push_back("authorization: " + sign::sigv4_authorization(to_sign, *credentials_, time, region_, "s3"));
  request.headers.emplace_back("expect:");  // libcurl would wait for an interim answer
  return request;
}

net::Request Bucket::get(const std::string& key, std::uint64_t offset_bytes) const {
  Headers headers;
  if (offset_bytes != 0) headers.emplace_back("range", "bytes=" + std::to_string(offset_bytes) + "-");
  return signed_request("GET", key, "", std::move(headers), hex_of_nothing());
}

std::optional<Stored> Bucket::look(const std::string& key, const net::Limits& limits, base::Progress& progress) const {
  const net::Answer answer = net::exchange(
      signed_request("HEAD", key, "", {{"x-amz-checksum-mode", "ENABLED"}}, hex_of_nothing()), limits, progress);
  if (answer.head.status == 404) return std::nullopt;
  if (answer.head.status != 200) bad_answer(key, answer);
  Stored stored;
  const std::string_view size = answer.head.header("content-length");
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), stored.size_bytes);
  if (error != std::errc() || end != size.data() + size.size())
    throw Error(Code::io, shown(key) + ": the server does not say how long it is");
  read_checksum(answer.head, stored);
  stored.lock_mode = answer.head.header("x-amz-object-lock-mode");
  stored.locked_until = time_in(answer.head.header("x-amz-object-lock-retain-until-date"));
  return stored;
}

bool Bucket::put(const std::string& key, const base::InputFile& content, const Hash32& sha256,
                 const std::optional<Retention>& retention, const net::Limits& limits, base::Progress& progress) const {
  Headers headers = retention_headers(retention);
  headers.emplace_back("if-none-match", "*");
  headers.emplace_back("x-amz-checksum-sha256", sign::to_base64(sha256));
  headers.emplace_back("x-amz-sdk-checksum-algorithm", "SHA256");
  net::Request request = signed_request("PUT", key, "", std::move(headers), base::to_hex(sha256));
  request.upload = {&content, 0, content.size()};
  const net::Answer answer = net::exchange(std::move(request), limits, progress);
  if (answer.head.status == 412 || answer.head.status == 409) return false;
  if (answer.head.status != 200) bad_answer(key, answer);
  return true;
}

}  // namespace solemn::store
