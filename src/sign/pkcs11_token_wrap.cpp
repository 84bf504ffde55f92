// Keys that wrap keys.
#include <algorithm>

#include "base/error.hpp"
#include "sign/pkcs11_token_internal.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr CK_ULONG kMaxWrappedBytes = 1024;

/// What a file key is while it is in the token: a value of this session only, that may leave wrapped or plain.
class SessionKey {
 public:
  explicit SessionKey(ByteSpan value) {
    if (!value.empty()) attributes_.push_back(attribute_of(CKA_VALUE, value));
  }
  CK_ATTRIBUTE* data() noexcept { return attributes_.data(); }
  CK_ULONG size() const noexcept { return static_cast<CK_ULONG>(attributes_.size()); }

 private:
  static constexpr CK_OBJECT_CLASS kSecret = CKO_SECRET_KEY;
  static constexpr CK_KEY_TYPE kGeneric = CKK_GENERIC_SECRET;
  static constexpr CK_BBOOL kYes = CK_TRUE, kNo = CK_FALSE;
  std::vector<CK_ATTRIBUTE> attributes_{attribute_of(CKA_CLASS, base::object_bytes(std::span(&kSecret, 1))),
                                        attribute_of(CKA_KEY_TYPE, base::object_bytes(std::span(&kGeneric, 1))),
                                        attribute_of(CKA_TOKEN, base::object_bytes(std::span(&kNo, 1))),
                                        attribute_of(CKA_PRIVATE, base::object_bytes(std::span(&kYes, 1))),
                                        attribute_of(CKA_SENSITIVE, base::object_bytes(std::span(&kNo, 1))),
                                        attribute_of(CKA_EXTRACTABLE, base::object_bytes(std::span(&kYes, 1)))};
};

CK_BYTE* in(ByteSpan bytes) { return reinterpret_cast<CK_BYTE*>(const_cast<std::byte*>(bytes.data())); }

}  // namespace

void Pkcs11Token::login_wrapping(ByteSpan pin) {
  log_in(pin);
  wrapping_key_ = the_one(CKO_SECRET_KEY, "secret key");
}

Bytes Pkcs11Token::wrap(ByteSpan value) {
  SessionKey key(value);
  CK_OBJECT_HANDLE object = 0;
  check(functions_->C_CreateObject(session_, key.data(), key.size(), &object), "to take the key that is to be wrapped");
  CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
  Bytes wrapped(kMaxWrappedBytes);
  CK_ULONG size = kMaxWrappedBytes;
  const CK_RV result = functions_->C_WrapKey(session_, &mechanism, wrapping_key_, object,
                                             reinterpret_cast<CK_BYTE*>(wrapped.data()), &size);
  functions_->C_DestroyObject(session_, object);
  if (result == CKR_MECHANISM_INVALID || result == CKR_KEY_FUNCTION_NOT_PERMITTED ||
      result == CKR_WRAPPING_KEY_TYPE_INCONSISTENT)
    fail("the key on token '" + label_ + "' cannot wrap with AES key wrap",
         "make an AES key that may wrap and unwrap: pkcs11-tool --keygen --key-type AES:32 --usage-wrap");
  check(result, "to wrap");
  wrapped.resize(std::min(size, kMaxWrappedBytes));
  return wrapped;
}

SecretText Pkcs11Token::unwrap(ByteSpan wrapped) {
  SessionKey key({});
  CK_OBJECT_HANDLE object = 0;
  CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
  const CK_RV result = functions_->C_UnwrapKey(session_, &mechanism, wrapping_key_, in(wrapped),
                                               static_cast<CK_ULONG>(wrapped.size()), key.data(), key.size(), &object);
  if (result == CKR_WRAPPED_KEY_INVALID || result == CKR_WRAPPED_KEY_LEN_RANGE || result == CKR_GENERAL_ERROR)
    throw Error(Code::usage, "token '" + label_ + "' did not wrap this key, or it was changed",
                "bring the token that the file names");
  check(result, "to unwrap");
  SecretText value(kMaxWrappedBytes);
  CK_ATTRIBUTE wanted{CKA_VALUE, value.expose().data(), kMaxWrappedBytes};
  const CK_RV read = functions_->C_GetAttributeValue(session_, object, &wanted, 1);
  functions_->C_DestroyObject(session_, object);
  check(read, "to give the key that it unwrapped");
  return secret_copy(value.expose().first(std::min(wanted.ulValueLen, kMaxWrappedBytes)));
}

}  // namespace solemn::sign
