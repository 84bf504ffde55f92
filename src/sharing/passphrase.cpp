#include "sharing/passphrase.hpp"

#include "base/ct.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"

namespace solemn::sharing {

void require_printable_passphrase(base::ByteSpan passphrase) {
  ct::Choice printable = ct::Choice::yes();
  for (const std::byte c : passphrase) {
    const std::uint64_t above = static_cast<std::uint64_t>(c) - 32;  // printable: 0 to 94
    printable = printable & ct::is_zero((above | (94 - above)) >> 63);
  }
  if (!ct::declassify(printable))
    throw base::Error(base::Code::usage, "a passphrase must be printable ASCII here",
                      "other programs would encode other letters in other ways");
}

void pbkdf2(base::MutableByteSpan out, const EVP_MD* digest, base::ByteSpan password, base::ByteSpan salt, int rounds) {
  static constexpr char kNothing = 0;
  const char* text = password.empty() ? &kNothing : reinterpret_cast<const char*>(password.data());
  if (PKCS5_PBKDF2_HMAC(text, static_cast<int>(password.size()), reinterpret_cast<const unsigned char*>(salt.data()),
                        static_cast<int>(salt.size()), rounds, digest, static_cast<int>(out.size()),
                        reinterpret_cast<unsigned char*>(out.data())) != 1)
    throw base::Error(base::Code::internal, "OpenSSL failed: PBKDF2");
  base::wipe_stack();
}

}  // namespace solemn::sharing
