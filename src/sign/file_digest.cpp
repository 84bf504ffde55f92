#include "sign/file_digest.hpp"

#include <algorithm>

#include "base/blocks.hpp"
#include "hash/blake2b.hpp"
#include "hash/sha256.hpp"
#include "sign/openssl_handles.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;

namespace {

class Digester {
 public:
  Digester() : sha512_(EVP_MD_CTX_new()) {
    if (!sha512_ || EVP_DigestInit_ex(sha512_.get(), EVP_sha512(), nullptr) != 1) openssl_failed("SHA-512");
  }
  void update(ByteSpan bytes) {
    blake2b_.update(bytes);
    sha256_.update(bytes);
    if (EVP_DigestUpdate(sha512_.get(), bytes.data(), bytes.size()) != 1) openssl_failed("SHA-512");
  }
  FileDigests finish() {
    const base::Hash32 short_hash = sha256_.finish();
    FileDigests digests{blake2b_.finish(), Bytes(64), Bytes(short_hash.begin(), short_hash.end())};
    if (EVP_DigestFinal_ex(sha512_.get(), raw_out(digests.sha512), nullptr) != 1) openssl_failed("SHA-512");
    return digests;
  }

 private:
  hash::Blake2b blake2b_;
  hash::Sha256 sha256_;
  EvpDigestContext sha512_;
};

}  // namespace

FileDigests digests_of(ByteSpan content) {
  Digester digester;
  digester.update(content);
  return digester.finish();
}

FileDigests file_digests(const base::Path& path) {
  const base::InputFile in(path);
  Digester digester;
  base::for_each_block(in, base::silent_progress(), [&](ByteSpan block) { digester.update(block); });
  return digester.finish();
}

}  // namespace solemn::sign
