#include <algorithm>
#include <cstdlib>

#include "sign/base64.hpp"
#include "sign/key_service_internal.hpp"
#include "sign/openssl_handles.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;
using Json = nlohmann::json;

std::optional<std::string> setting(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
}

base::Path in_home(const char* name) { return base::Path(setting("HOME").value_or("/")) / name; }

SecretText secret_line(const base::Path& path) {
  const base::InputFile in(path);
  if (in.size() > 16384) throw Error(Code::usage, "'" + path.string() + "' is too long for a token");
  SecretText file(static_cast<std::size_t>(in.size()));
  in.read_at(0, file.expose());
  const auto end =
      std::ranges::find_if(file.expose(), [](std::byte b) { return b == std::byte{'\n'} || b == std::byte{'\r'}; });
  return secret_copy(file.expose().first(static_cast<std::size_t>(end - file.expose().begin())));
}

void service_error(std::string_view service, const std::string& what, const std::string& hint) {
  throw Error(Code::io, std::string(service) + ": " + what, hint);
}

Json json_answer(const HttpResponse& response, std::string_view service) {
  const Json json = Json::parse(response.body, nullptr, false);
  if (response.status == 200 && json.is_object()) return json;
  std::string reason;
  if (json.is_object()) {
    if (json.contains("message") && json["message"].is_string()) reason = json["message"];  // AWS
    if (json.contains("__type") && json["__type"].is_string()) reason = std::string(json["__type"]) + " " + reason;
    if (json.contains("errors") && json["errors"].is_array() && !json["errors"].empty() &&
        json["errors"][0].is_string())
      reason = json["errors"][0];  // Vault
    if (json.contains("error") && json["error"].is_object() && json["error"].value("message", Json()).is_string())
      reason = json["error"]["message"];  // Google
  }
  service_error(service, "answered " + std::to_string(response.status) +
                             (reason.empty() ? "" : ": " + base::printable(reason.substr(0, 300))));
}

std::string text_in(const Json& object, const char* field, std::string_view service) {
  if (!object.is_object() || !object.contains(field) || !object[field].is_string())
    service_error(service, std::string("its answer has no text '") + field + "'");
  return object[field];
}

Bytes base64_in(const Json& object, const char* field, std::string_view service) {
  auto bytes = from_base64(text_in(object, field, service));
  if (!bytes) service_error(service, std::string("'") + field + "' in its answer is not base64");
  return std::move(*bytes);
}

namespace {
Bytes hashed(const EVP_MD* hash, ByteSpan message) {
  Bytes out(static_cast<std::size_t>(EVP_MD_get_size(hash)));
  if (EVP_Digest(raw(message), message.size(), raw_out(out), nullptr, hash, nullptr) != 1) openssl_failed("hashing");
  return out;
}
}  // namespace

Bytes digest_for(Algorithm algorithm, ByteSpan message) { return hashed(digest_of(algorithm), message); }
Bytes sha512_of(ByteSpan message) { return hashed(EVP_sha512(), message); }

}  // namespace solemn::sign
