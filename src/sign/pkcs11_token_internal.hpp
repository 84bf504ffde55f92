#pragma once
// What the files of a token share. Private to this folder.
#include "sign/pkcs11_token.hpp"

namespace solemn::sign {

[[noreturn]] void fail(const std::string& what, const std::string& hint = {});
/// Error{device}: "the PKCS#11 module refused ...".
void check(CK_RV result, const std::string& what);
/// Cryptoki takes a pointer to data that it only reads.
inline CK_ATTRIBUTE attribute_of(CK_ATTRIBUTE_TYPE type, base::ByteSpan value) {
  return {type, const_cast<std::byte*>(value.data()), static_cast<CK_ULONG>(value.size())};
}

}  // namespace solemn::sign
