#include "sign/key_secret.hpp"

#include <algorithm>

#include "sign/der.hpp"

namespace solemn::sign {

std::string secret_behind(const PublicKey& key) {
  const base::ByteSpan bytes = key.key_bytes();
  base::Bytes common(bytes.begin(), bytes.end());
  switch (key.algorithm()) {
    case Algorithm::ed25519:  // y; the topmost bit is the sign of x
      common.back() &= std::byte{0x7f};
      break;
    case Algorithm::ecdsa_p256_sha256:
    case Algorithm::ecdsa_p384_sha384:  // 04 and x
      common.resize(1 + bytes.size() / 2);
      break;
    case Algorithm::rsa_pss_sha256: {
      const base::ByteSpan modulus = DerReader(bytes, "public key").enter(der::kSequence).positive();
      common.assign(modulus.begin(), modulus.end());
      break;
    }
  }
  return std::string(name(key.algorithm())) + " " + base::to_hex(common);
}

bool same_secret(const PublicKey& a, const PublicKey& b) {
  if (a.algorithm() != b.algorithm()) return false;
  const bool begins_alike = std::ranges::equal(a.key_bytes().first(16), b.key_bytes().first(16));
  if (!begins_alike && a.algorithm() != Algorithm::rsa_pss_sha256) return false;
  return secret_behind(a) == secret_behind(b);
}

}  // namespace solemn::sign
