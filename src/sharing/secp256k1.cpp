#include "sharing/secp256k1.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <secp256k1.h>
#include <secp256k1_extrakeys.h>
#include <secp256k1_schnorrsig.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/ct.hpp"
#include "base/error.hpp"
#include "hash/entropy.hpp"

namespace solemn::sharing {

using base::ByteSpan;
using base::Code;
using base::Error;
using base::Hash32;

namespace {

const unsigned char* raw(ByteSpan bytes) noexcept { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* raw_out(base::MutableByteSpan bytes) noexcept { return reinterpret_cast<unsigned char*>(bytes.data()); }

/// One per thread, blinded once: its tables of the generator are then randomised against side channels.
secp256k1_context* context() {
  struct Freer {
    void operator()(secp256k1_context* c) const noexcept { secp256k1_context_destroy(c); }
  };
  thread_local const std::unique_ptr<secp256k1_context, Freer> own = [] {
    std::unique_ptr<secp256k1_context, Freer> made(secp256k1_context_create(SECP256K1_CONTEXT_NONE));
    base::Secret<Hash32> blind;
    hash::os_random(blind.expose());
    if (!made || secp256k1_context_randomize(made.get(), raw(blind.expose())) != 1)
      throw Error(Code::internal, "libsecp256k1 does not start");
    return made;
  }();
  return own.get();
}

[[noreturn]] void failed(const char* what) {
  throw Error(Code::internal, std::string("secp256k1: ") + what, "the chance of this is 2^-256: the machine is broken");
}

secp256k1_pubkey point_of(const PublicKey& key) {
  secp256k1_pubkey point;
  if (secp256k1_ec_pubkey_parse(context(), &point, raw(key.bytes()), PublicKey::kBytes) != 1) failed("a point is lost");
  return point;
}

PublicKey key_of(const secp256k1_pubkey& point) {
  std::array<std::byte, PublicKey::kBytes> bytes{};
  std::size_t size = bytes.size();
  secp256k1_ec_pubkey_serialize(context(), raw_out(bytes), &size, &point, SECP256K1_EC_COMPRESSED);
  return PublicKey::parse(bytes);
}

}  // namespace

Scalar copy(const Scalar& scalar) {
  Scalar out;
  out.expose() = scalar.expose();
  return out;
}

PublicKey PublicKey::parse(ByteSpan bytes) {
  secp256k1_pubkey point;
  if (bytes.size() != kBytes || secp256k1_ec_pubkey_parse(context(), &point, raw(bytes), kBytes) != 1)
    throw Error(Code::malformed, "not a compressed public key of secp256k1",
                "33 bytes: 02 or 03, then the x coordinate of a point on the curve");
  std::array<std::byte, kBytes> copied{};
  std::ranges::copy(bytes, copied.begin());
  return PublicKey(copied);
}

PublicKey PublicKey::parse_hex(std::string_view hex) { return parse(base::from_hex(hex).value_or(base::Bytes{})); }

Hash32 PublicKey::x_only() const noexcept {
  Hash32 x{};
  std::copy(bytes_.begin() + 1, bytes_.end(), x.begin());
  return x;
}

bool is_scalar(ByteSpan bytes) noexcept {
  if (bytes.size() != 32) return false;
  int answer = secp256k1_ec_seckey_verify(secp256k1_context_static, raw(bytes));
  ct::mark_public(&answer, sizeof answer);  // what is no scalar is drawn again, or refused
  return answer == 1;
}

namespace {

// What libsecp256k1 answers for a valid scalar is always 1; the point is public.
PublicKey published(int answer, secp256k1_pubkey& point, const char* what) {
  base::wipe_stack();
  ct::mark_public(&answer, sizeof answer);
  if (answer != 1) failed(what);
  ct::mark_public(&point, sizeof point);
  return key_of(point);
}

void require(int answer, const char* what) {
  base::wipe_stack();
  ct::mark_public(&answer, sizeof answer);
  if (answer != 1) failed(what);
}

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

}  // namespace

PublicKey public_key_of(const Scalar& k) {
  secp256k1_pubkey point;
  const int answer = secp256k1_ec_pubkey_create(context(), &point, raw(k.expose()));
  return published(answer, point, "the private key is out of range");
}

namespace {

using EcGroup = std::unique_ptr<EC_GROUP, Freer<EC_GROUP_free>>;
using EcPoint = std::unique_ptr<EC_POINT, Freer<EC_POINT_clear_free>>;
using BnWork = std::unique_ptr<BN_CTX, Freer<BN_CTX_free>>;

/// summand * G. OpenSSL's numbers are not constant time: summand is random and says nothing about any key by itself.
EcPoint multiply_by_openssl(const EC_GROUP* group, const Scalar& summand, BN_CTX* work) {
  ct::mark_public(summand.expose().data(), summand.expose().size());
  const std::unique_ptr<BIGNUM, Freer<BN_clear_free>> number(BN_secure_new());
  EcPoint point(EC_POINT_new(group));
  if (!number || !point || BN_bin2bn(raw(summand.expose()), 32, number.get()) == nullptr ||
      EC_POINT_mul(group, point.get(), number.get(), nullptr, nullptr, work) != 1)
    failed("OpenSSL");
  base::wipe_stack();
  return point;
}

/// k = first + second, first uniform.
std::pair<Scalar, Scalar> random_summands(const Scalar& k) {
  while (true) {
    Scalar first, negated;
    hash::os_random(first.expose());
    if (!is_scalar(first.expose())) continue;
    negated.expose() = first.expose();
    require(secp256k1_ec_seckey_negate(context(), raw_out(negated.expose())), "a scalar is out of range");
    if (auto second = try_add(k, negated)) return {std::move(first), std::move(*second)};
  }
}

}  // namespace

PublicKey public_key_by_openssl(const Scalar& k) {
  const auto [first, second] = random_summands(k);
  const EcGroup group(EC_GROUP_new_by_curve_name(NID_secp256k1));
  const BnWork work(BN_CTX_secure_new());
  if (!group || !work) failed("OpenSSL");
  const EcPoint sum = multiply_by_openssl(group.get(), first, work.get());
  const EcPoint other = multiply_by_openssl(group.get(), second, work.get());
  std::array<std::byte, PublicKey::kBytes> bytes{};
  if (EC_POINT_add(group.get(), sum.get(), sum.get(), other.get(), work.get()) != 1 ||
      EC_POINT_point2oct(group.get(), sum.get(), POINT_CONVERSION_COMPRESSED, raw_out(bytes), bytes.size(),
                         work.get()) != bytes.size())
    failed("OpenSSL");
  return PublicKey::parse(bytes);
}

PublicKey checked_public_key_of(const Scalar& k) {
  const PublicKey key = public_key_of(k);
  if (key != public_key_by_openssl(k))
    throw Error(Code::internal, "libsecp256k1 and OpenSSL compute two public keys from one private key",
                "do not use this machine or this build");
  return key;
}

std::optional<Scalar> try_add(const Scalar& a, const Scalar& b) {
  Scalar sum = copy(a);
  int answer = secp256k1_ec_seckey_tweak_add(context(), raw_out(sum.expose()), raw(b.expose()));
  base::wipe_stack();
  ct::mark_public(&answer, sizeof answer);
  if (answer != 1) return std::nullopt;
  return sum;
}

Scalar add(const Scalar& a, const Scalar& b) {
  auto sum = try_add(a, b);
  if (!sum) failed("a sum is zero");
  return std::move(*sum);
}

Scalar multiply(const Scalar& a, const Scalar& b) {
  Scalar product = copy(a);
  require(secp256k1_ec_seckey_tweak_mul(context(), raw_out(product.expose()), raw(b.expose())), "a product is zero");
  return product;
}

std::optional<PublicKey> add(const PublicKey& p, const PublicKey& q) {
  const secp256k1_pubkey a = point_of(p), b = point_of(q);
  const secp256k1_pubkey* both[] = {&a, &b};
  secp256k1_pubkey sum;
  if (secp256k1_ec_pubkey_combine(context(), &sum, both, 2) != 1) return std::nullopt;
  return key_of(sum);
}

PublicKey multiply_vartime(const PublicKey& p, const Hash32& factor) {
  secp256k1_pubkey point = point_of(p);
  if (secp256k1_ec_pubkey_tweak_mul(context(), &point, raw(factor)) != 1) failed("a factor is out of range");
  return key_of(point);
}

CompactSignature sign_ecdsa(const Scalar& k, const Hash32& digest) {
  secp256k1_ecdsa_signature signature;
  require(secp256k1_ecdsa_sign(context(), &signature, raw(digest), raw(k.expose()), nullptr, nullptr), "signing");
  CompactSignature compact{};
  secp256k1_ecdsa_signature_serialize_compact(context(), raw_out(compact), &signature);
  return compact;
}

bool verify_ecdsa(const PublicKey& key, const Hash32& digest, ByteSpan signature) noexcept {
  secp256k1_ecdsa_signature parsed;
  secp256k1_pubkey point;
  return signature.size() == 64 &&
         secp256k1_ecdsa_signature_parse_compact(secp256k1_context_static, &parsed, raw(signature)) == 1 &&
         secp256k1_ec_pubkey_parse(secp256k1_context_static, &point, raw(key.bytes()), PublicKey::kBytes) == 1 &&
         secp256k1_ecdsa_verify(secp256k1_context_static, &parsed, raw(digest), &point) == 1;
}

CompactSignature sign_bip340(const Scalar& k, const Hash32& message, const Hash32& auxiliary) {
  base::Secret<secp256k1_keypair> pair;
  CompactSignature signature{};
  require(secp256k1_keypair_create(context(), &pair.expose(), raw(k.expose())), "the private key is out of range");
  require(secp256k1_schnorrsig_sign32(context(), raw_out(signature), raw(message), &pair.expose(), raw(auxiliary)),
          "signing");
  return signature;
}

bool verify_bip340(const Hash32& x_only, ByteSpan message, ByteSpan signature) noexcept {
  secp256k1_xonly_pubkey key;
  static constexpr unsigned char kNothing = 0;
  return signature.size() == 64 && secp256k1_xonly_pubkey_parse(secp256k1_context_static, &key, raw(x_only)) == 1 &&
         secp256k1_schnorrsig_verify(secp256k1_context_static, raw(signature),
                                     message.empty() ? &kNothing : raw(message), message.size(), &key) == 1;
}

Hash32 tagged_hash(std::string_view tag, ByteSpan message) {
  Hash32 out{};
  static constexpr unsigned char kNothing = 0;
  if (secp256k1_tagged_sha256(secp256k1_context_static, raw_out(out), raw(base::as_bytes(tag)), tag.size(),
                              message.empty() ? &kNothing : raw(message), message.size()) != 1)
    failed("tagged hash");
  return out;
}

}  // namespace solemn::sharing
