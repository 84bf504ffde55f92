#include "sign/sigv4.hpp"

#include <sodium.h>

#include <algorithm>
#include <map>

#include "hash/sha256.hpp"
#include "sign/openssl_handles.hpp"

namespace solemn::sign {

using base::ByteSpan;

namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

/// Without spaces at the ends; runs of spaces inside become one.
std::string trimmed(std::string_view value) {
  std::string out;
  for (const char c : value)
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

/// By name; values of one name joined by commas in their order.
std::map<std::string, std::string> canonical_headers(const SigV4Request& request) {
  std::map<std::string, std::string> headers;
  for (const auto& [name, value] : request.headers) {
    const auto [at, fresh] = headers.emplace(lower(name), trimmed(value));
    if (!fresh) at->second += "," + trimmed(value);
  }
  return headers;
}

std::string signed_names(const SigV4Request& request) {
  std::string names;
  for (const auto& [name, value] : canonical_headers(request)) names += (names.empty() ? "" : ";") + name;
  return names;
}

std::string hex_sha256(std::string_view text) { return base::to_hex(hash::sha256(base::as_bytes(text))); }

SecretText hmac(const SecretText& key, std::string_view text) {
  SecretText out(32);
  base::Secret<crypto_auth_hmacsha256_state> state;
  crypto_auth_hmacsha256_init(&state.expose(), raw(key.expose()), key.size());
  crypto_auth_hmacsha256_update(&state.expose(), raw(base::as_bytes(text)), text.size());
  crypto_auth_hmacsha256_final(&state.expose(), raw_out(out.expose()));
  return out;
}

}  // namespace

std::string sigv4_canonical_request(const SigV4Request& request) {
  std::string text = request.method + "\n" + request.path + "\n" + request.query + "\n";
  for (const auto& [name, value] : canonical_headers(request)) text += name + ":" + value + "\n";
  return text + "\n" + signed_names(request) + "\n" +
         (request.payload_sha256.empty() ? hex_sha256(request.body) : request.payload_sha256);
}

std::string sigv4_authorization(const SigV4Request& request, const AwsCredentials& credentials,
                                std::string_view date_time, std::string_view region, std::string_view service) {
  const std::string date(date_time.substr(0, 8));
  const std::string scope = date + "/" + std::string(region) + "/" + std::string(service) + "/aws4_request";
  const std::string to_sign = "AWS4-HMAC-SHA256\n" + std::string(date_time) + "\n" + scope + "\n" +
                              hex_sha256(sigv4_canonical_request(request));
  SecretText start(4 + credentials.secret_key.size());
  std::ranges::copy(base::as_bytes("AWS4"), start.expose().begin());
  std::ranges::copy(credentials.secret_key.expose(), start.expose().begin() + 4);
  const SecretText key = hmac(hmac(hmac(hmac(start, date), region), service), "aws4_request");
  return "AWS4-HMAC-SHA256 Credential=" + credentials.access_key_id + "/" + scope +
         ", SignedHeaders=" + signed_names(request) + ", Signature=" + base::to_hex(hmac(key, to_sign).expose());
}

}  // namespace solemn::sign
