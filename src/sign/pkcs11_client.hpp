#pragma once
// solemn-pkcs11-helper, running, with one token open. Private to this folder.
#include <sys/types.h>

#include "sign/pkcs11_channel.hpp"
#include "sign/pkcs11_uri.hpp"

namespace solemn::sign {

[[noreturn]] void device_error(const std::string& what, const std::string& hint = {});

/// Ended with this object.
class Pkcs11Client {
 public:
  /// Starts the helper, and finds the one token that the URI names. Errors as open_pkcs11.
  Pkcs11Client(const Pkcs11Uri& uri, const OpenOptions& options);
  Pkcs11Client(const Pkcs11Client&) = delete;
  Pkcs11Client& operator=(const Pkcs11Client&) = delete;
  ~Pkcs11Client();
  /// "token 'Alice'"
  const std::string& token() const noexcept { return token_; }
  /// Sends one request and returns the answer's fields. Throws what the helper reports.
  SecretText ask(HelperRequest request, std::initializer_list<base::ByteSpan> fields);
  /// login or login_wrapping, with the PIN if the token wants one.
  SecretText log_in(HelperRequest kind, const Pkcs11Uri& uri, const OpenOptions& options);
  /// For answers of one field of a known request: the field.
  SecretText ask_for_bytes(HelperRequest request, std::initializer_list<base::ByteSpan> fields);

 private:
  explicit Pkcs11Client(unsigned time_limit_seconds) noexcept : time_limit_seconds_(time_limit_seconds) {}
  void start(const base::Path& program);
  void check(ChannelStatus status) const;
  unsigned time_limit_seconds_;
  int socket_ = -1;
  pid_t process_ = -1;
  std::string token_;
  bool wants_pin_ = false;
};

}  // namespace solemn::sign
