#include "sign/pkcs11_wrapper.hpp"

#include "base/error.hpp"
#include "sign/pkcs11_client.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

/// Letters, digits and "-._~" as they are, the rest as %XX (RFC 7512).
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : "%" + base::to_hex(base::as_bytes(std::string_view(&c, 1)));
  }
  return out;
}

std::string name_of(const Pkcs11Uri& uri) {
  std::string name = "pkcs11:";
  const auto add = [&name](std::string_view attribute, std::string_view value) {
    name += (name.back() == ':' ? "" : ";") + std::string(attribute) + "=" + escaped(value);
  };
  if (uri.token) add("token", *uri.token);
  if (uri.serial) add("serial", *uri.serial);
  if (uri.object) add("object", *uri.object);
  if (uri.id) add("id", base::as_text(*uri.id));
  return name;
}

class Pkcs11Wrapper final : public FileKeyWrapper {
 public:
  Pkcs11Wrapper(const Pkcs11Uri& uri, const OpenOptions& options) : client_(uri, options), name_(name_of(uri)) {
    (void)client_.log_in(HelperRequest::login_wrapping, uri, options);
  }
  std::string name() const override { return name_; }
  Bytes wrap(const SecretText& file_key) override {
    const SecretText wrapped = client_.ask_for_bytes(HelperRequest::wrap, {file_key.expose()});
    return {wrapped.expose().begin(), wrapped.expose().end()};
  }
  SecretText unwrap(ByteSpan wrapped) override { return client_.ask_for_bytes(HelperRequest::unwrap, {wrapped}); }

 private:
  Pkcs11Client client_;
  std::string name_;
};

}  // namespace

std::unique_ptr<FileKeyWrapper> open_pkcs11_wrapper(const Pkcs11Uri& uri, const OpenOptions& options) {
  if (uri.type && *uri.type != "secret-key")
    throw Error(Code::usage, "backups are wrapped by a secret key, and the URI names a private one",
                "pkcs11:token=LABEL;object=LABEL;type=secret-key");
  return std::make_unique<Pkcs11Wrapper>(uri, options);
}

}  // namespace solemn::sign
