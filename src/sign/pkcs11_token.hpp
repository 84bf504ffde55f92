#pragma once
// One PKCS#11 token (OASIS PKCS #11 2.40 and 3.0), for solemn-pkcs11-helper. All errors are Error{device}.
#include <p11-kit/pkcs11.h>
#include <optional>
#include <vector>

#include "sign/pkcs11_channel.hpp"

namespace solemn::sign {

/// What the request `open` asks for; fields that are not given match everything.
struct TokenQuery {
  std::optional<std::string> module, manufacturer, serial, model, token, slot, object, id;
};

struct TokenKey {
  HelperKey kind;
  base::Bytes first, second;  // Ed25519 and EC: the point; RSA: modulus, exponent
};

class Pkcs11Token {
 public:
  /// Loads the module and finds the one token.
  explicit Pkcs11Token(TokenQuery query);
  const std::string& label() const noexcept { return label_; }
  bool wants_pin() const noexcept { return wants_pin_; }
  /// Logs in and finds the one private key, and its public half.
  TokenKey login(base::ByteSpan pin);
  /// Logs in and finds the one AES key that may wrap and unwrap.
  void login_wrapping(base::ByteSpan pin);
  /// AES key wrap (RFC 3394) of a value of whole 8-byte blocks, and back. A value that was wrapped by another key is
  /// Error{usage}.
  base::Bytes wrap(base::ByteSpan value);
  SecretText unwrap(base::ByteSpan wrapped);
  base::Bytes sign(HelperMechanism mechanism, base::ByteSpan data);
  /// From the token's own generator (C_GenerateRandom).
  SecretText random(std::size_t n_bytes);

 private:
  void load();
  void find_token();
  void log_in(base::ByteSpan pin);
  CK_OBJECT_HANDLE the_one(CK_OBJECT_CLASS object_class, const std::string& what);
  std::vector<CK_OBJECT_HANDLE> find(std::vector<CK_ATTRIBUTE> wanted, const char* what);
  std::optional<base::Bytes> attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);
  base::Bytes required(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, const char* name);
  TokenKey public_half(CK_ULONG key_type);
  CK_OBJECT_HANDLE public_object(CK_ULONG key_type);

  TokenQuery query_;
  CK_FUNCTION_LIST* functions_ = nullptr;  // of the module, which stays loaded
  CK_SLOT_ID slot_ = 0;
  CK_SESSION_HANDLE session_ = 0;
  CK_OBJECT_HANDLE private_key_ = 0, wrapping_key_ = 0;
  std::string label_;
  bool wants_pin_ = false, locked_ = false;
};

}  // namespace solemn::sign
