#include "hash/poly1305.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "base/error.hpp"

namespace solemn::hash {

namespace {

/// In a context of its own: no configuration file is read for it, and there is nothing to clear away in the end.
EVP_MAC* algorithm() {
  static OSSL_LIB_CTX* const library = OSSL_LIB_CTX_new();
  static EVP_MAC* const fetched = library == nullptr ? nullptr : EVP_MAC_fetch(library, "POLY1305", nullptr);
  if (fetched == nullptr) throw base::Error(base::Code::internal, "OpenSSL has no Poly1305");
  return fetched;
}

void require_ok(int status) {
  if (status != 1) throw base::Error(base::Code::internal, "OpenSSL's Poly1305 failed");
}

unsigned char* as_uchar(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* as_uchar(const std::byte* bytes) { return reinterpret_cast<const unsigned char*>(bytes); }

}  // namespace

struct Poly1305::State {
  EVP_MAC_CTX* context = EVP_MAC_CTX_new(algorithm());
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MAC_CTX_free(context); }
};

Poly1305::Poly1305(base::ByteSpan key32) : state_(std::make_unique<State>()) {
  ASSERT(key32.size() == 32);
  if (state_->context == nullptr) throw std::bad_alloc();
  require_ok(EVP_MAC_init(state_->context, as_uchar(key32.data()), key32.size(), nullptr));
}

Poly1305::~Poly1305() = default;

void Poly1305::update(base::ByteSpan bytes) {
  require_ok(EVP_MAC_update(state_->context, as_uchar(bytes.data()), bytes.size()));
}

std::array<std::byte, 16> Poly1305::finish() {
  std::array<std::byte, 16> tag{};
  std::size_t n_bytes = 0;
  require_ok(EVP_MAC_final(state_->context, as_uchar(tag.data()), &n_bytes, tag.size()));
  ASSERT(n_bytes == tag.size());
  return tag;
}

Poly1305Pair::Tag Poly1305Pair::finish() {
  Tag both{};
  const auto first = first_.finish(), second = second_.finish();
  std::copy(second.begin(), second.end(), std::copy(first.begin(), first.end(), both.begin()));
  return both;
}

}  // namespace solemn::hash
