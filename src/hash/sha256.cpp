#include "hash/sha256.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "base/cpu.hpp"
#include "base/error.hpp"
#include "hash/sha256_internal.hpp"

namespace solemn::hash {

namespace {

// Fetched once: fetching for each hash costs more than hashing 32 bytes.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (fetched == nullptr) throw base::Error(base::Code::internal, "OpenSSL has no SHA-256");
  return fetched;
}

void require_ok(int status) {
  if (status != 1) throw base::Error(base::Code::internal, "OpenSSL's SHA-256 failed");
}

unsigned char* as_uchar(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

}  // namespace

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  if (state_->context == nullptr) throw std::bad_alloc();
  require_ok(EVP_DigestInit_ex2(state_->context, algorithm(), nullptr));
}

Sha256::~Sha256() = default;

void Sha256::update(base::ByteSpan bytes) { require_ok(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size())); }

base::Hash32 Sha256::finish() {
  base::Hash32 digest{};
  require_ok(EVP_DigestFinal_ex(state_->context, as_uchar(digest.data()), nullptr));
  return digest;
}

base::Hash32 sha256(base::ByteSpan bytes) {
  Sha256 state;
  state.update(bytes);
  return state.finish();
}

namespace internal {

void iterate_with_openssl(base::Hash32& hash, std::uint64_t iterations) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (context == nullptr) throw std::bad_alloc();
  for (std::uint64_t i = 0; i < iterations; ++i) {
    require_ok(EVP_DigestInit_ex2(context.get(), algorithm(), nullptr));
    require_ok(EVP_DigestUpdate(context.get(), hash.data(), hash.size()));
    require_ok(EVP_DigestFinal_ex(context.get(), as_uchar(hash.data()), nullptr));
  }
}

}  // namespace internal

base::Hash32 sha256_iterated(base::ByteSpan start, std::uint64_t iterations, base::Progress* progress) {
  constexpr std::uint64_t kBlock = std::uint64_t{1} << 18;
  if (start.empty() || start.size() > 255) {
    throw base::Error(base::Code::usage,
                      "a value to iterate SHA-256 on has 1 to 255 bytes, not " + std::to_string(start.size()));
  }
  if (iterations == 0) throw base::Error(base::Code::usage, "SHA-256 must be iterated at least once");
  base::Hash32 hash = sha256(start);
  const auto iterate =
      internal::processor_has_sha() ? internal::iterate_with_sha_instructions : internal::iterate_with_openssl;
  for (std::uint64_t left = iterations - 1; left != 0;) {
    const std::uint64_t now = std::min(left, kBlock);
    iterate(hash, now);
    left -= now;
    if (progress == nullptr) continue;
    progress->advance(now);
    progress->check_interrupt();
  }
  if (progress != nullptr) progress->advance(1);
  return hash;
}

}  // namespace solemn::hash
