#pragma once
// PKCS#11 URIs (RFC 7512): "pkcs11:token=Alice;object=ceremony;id=%01?module-path=/usr/lib/softhsm/libsofthsm2.so".
#include "sign/signer.hpp"

namespace solemn::sign {

struct Pkcs11Uri {
  std::optional<std::string> token, manufacturer, serial, model;
  std::optional<std::uint64_t> slot_id;
  std::optional<std::string> type;  // "private" or "secret-key", when it is given
  std::optional<std::string> object;
  std::optional<base::Bytes> id;
  std::optional<base::Path> module_path;
  std::optional<base::Path> pin_source;  // a file; its first line is the PIN
};

/// Throws Error{usage}: unknown or repeated attributes, wrong escapes, neither object nor id, an object that is no
/// private or secret key, and pin-value (it would show in the list of processes).
Pkcs11Uri parse_pkcs11_uri(std::string_view uri);

}  // namespace solemn::sign
