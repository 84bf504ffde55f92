// The transit engine of HashiCorp Vault and OpenBao.
#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "sign/base64.hpp"
#include "sign/key_service_internal.hpp"
#include "sign/public_key_internal.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;
using Json = nlohmann::json;

namespace {

constexpr std::string_view kService = "Vault";

struct VaultKey {
  std::string mount, name;
  unsigned version;
};

bool is_plain(std::string_view word) {
  return !word.empty() && word.find("..") == std::string_view::npos && std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '/';
  });
}

VaultKey parse_uri(std::string_view uri) {
  const std::string hint = "vault:MOUNT/KEY?version=N, such as vault:transit/ceremony?version=1";
  uri.remove_prefix(std::string_view("vault:").size());
  const std::size_t question = uri.find("?version=");
  if (question == std::string_view::npos)
    throw Error(Code::usage, "a Vault key needs its version: after a rotation the same name is another key", hint);
  const std::string_view path = uri.substr(0, question), digits = uri.substr(question + 9);
  const std::size_t slash = path.rfind('/');
  VaultKey key{"", "", 0};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), key.version);
  if (error != std::errc{} || end != digits.data() + digits.size() || key.version == 0 ||
      slash == std::string_view::npos || !is_plain(path.substr(0, slash)) || !is_plain(path.substr(slash + 1)))
    throw Error(Code::usage, "'vault:" + base::printable(uri) + "' is not the URI of a Vault key", hint);
  key.mount = path.substr(0, slash);
  key.name = path.substr(slash + 1);
  return key;
}

class VaultClient {
 public:
  explicit VaultClient(unsigned time_limit_seconds) : token_(find_token()), time_limit_seconds_(time_limit_seconds) {
    const auto address = setting("VAULT_ADDR");
    if (!address) throw Error(Code::usage, "no address of Vault", "set VAULT_ADDR, as for the program vault");
    url_ = *address;
    while (url_.ends_with('/')) url_.pop_back();
  }
  /// GET without a body. The object "data" of the answer.
  Json call(const std::string& path, const std::string& body) const {
    HttpRequest request{url_ + "/v1/" + path, {}, body, setting("VAULT_CACERT").value_or("")};
    request.headers.push_back("X-Vault-Token: " + std::string(base::as_text(token_.expose())));
    request.headers.emplace_back("X-Vault-Request: true");
    request.headers.emplace_back("Content-Type: application/json");
    if (const auto name_space = setting("VAULT_NAMESPACE"))
      request.headers.push_back("X-Vault-Namespace: " + *name_space);
    Json answer = json_answer(http_send(std::move(request), time_limit_seconds_), kService);
    if (!answer.contains("data") || !answer["data"].is_object()) service_error(kService, "its answer has no 'data'");
    return std::move(answer["data"]);
  }

 private:
  static SecretText find_token() {
    if (const auto token = setting("VAULT_TOKEN")) return secret_copy(base::as_bytes(*token));
    const base::Path path = in_home(".vault-token");
    if (std::filesystem::exists(path)) return secret_line(path);
    throw Error(Code::usage, "no token for Vault", "log in with 'vault login', or set VAULT_TOKEN");
  }
  std::string url_;
  SecretText token_;
  unsigned time_limit_seconds_;
};

PublicKey read_key(const Json& data, const VaultKey& wanted) {
  const std::string version = std::to_string(wanted.version);
  if (!data.contains("keys") || !data["keys"].is_object() || !data["keys"].contains(version))
    service_error(kService, "the key '" + wanted.name + "' has no version " + version);
  const std::string text = text_in(data["keys"][version], "public_key", kService);
  if (text_in(data, "type", kService) != "ed25519") return parse_public_key(base::as_bytes(text));
  const auto raw_key = from_base64(text);
  if (!raw_key) service_error(kService, "the public key is not base64");
  return PublicKey::from_ed25519(*raw_key);
}

class VaultSigner final : public Signer {
 public:
  VaultSigner(VaultClient client, VaultKey where, PublicKey key)
      : client_(std::move(client)), where_(std::move(where)), key_(std::move(key)) {}
  const PublicKey& public_key() const noexcept override { return key_; }
  std::string description() const override {
    return "Vault key '" + where_.mount + "/" + where_.name + "' version " + std::to_string(where_.version);
  }

 private:
  Bytes ask(Json body) {
    body["key_version"] = where_.version;
    const Json data = client_.call(where_.mount + "/sign/" + where_.name, body.dump());
    const std::string text = text_in(data, "signature", kService);
    const std::string prefix = "vault:v" + std::to_string(where_.version) + ":";
    const auto signature =
        text.starts_with(prefix) ? from_base64(std::string_view(text).substr(prefix.size())) : std::nullopt;
    if (!signature) service_error(kService, "its signature is not of version " + std::to_string(where_.version));
    return *signature;
  }
  Bytes sign_message(ByteSpan message) override {
    const Algorithm algorithm = key_.algorithm();
    if (algorithm == Algorithm::ed25519) return ask({{"input", to_base64(message)}});
    Json body{{"input", to_base64(digest_for(algorithm, message))},
              {"prehashed", true},
              {"hash_algorithm", algorithm == Algorithm::ecdsa_p384_sha384 ? "sha2-384" : "sha2-256"}};
    if (algorithm == Algorithm::rsa_pss_sha256) {
      body["signature_algorithm"] = "pss";
      body["salt_length"] = "hash";
    } else {
      body["marshaling_algorithm"] = "asn1";
    }
    return ask(std::move(body));
  }
  Bytes sign_message_pkcs1_sha512(ByteSpan message) override {
    return ask({{"input", to_base64(sha512_of(message))},
                {"prehashed", true},
                {"hash_algorithm", "sha2-512"},
                {"signature_algorithm", "pkcs1v15"}});
  }
  VaultClient client_;
  VaultKey where_;
  PublicKey key_;
};

}  // namespace

std::unique_ptr<Signer> open_vault(std::string_view uri, const OpenOptions& options) {
  VaultKey where = parse_uri(uri);
  VaultClient client(options.time_limit_seconds);
  PublicKey key = read_key(client.call(where.mount + "/keys/" + where.name, ""), where);
  return std::make_unique<VaultSigner>(std::move(client), std::move(where), std::move(key));
}

}  // namespace solemn::sign
