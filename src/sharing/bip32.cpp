#include "sharing/bip32.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <charconv>

#include "base/ct.hpp"
#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sharing/base58.hpp"

namespace solemn::sharing {

using base::ByteSpan;
using base::Code;
using base::Error;
using base::Hash32;
using sign::SecretText;

namespace {

constexpr std::size_t kExtendedBytes = 78;
constexpr std::uint32_t kPrivateVersion = 0x0488ade4, kPublicVersion = 0x0488b21e, kPurpose = 45210;
constexpr std::size_t kMaxDepth = 255;

const unsigned char* raw(ByteSpan bytes) noexcept { return reinterpret_cast<const unsigned char*>(bytes.data()); }

void hmac_sha512(base::Secret<base::Hash64>& out, ByteSpan key, ByteSpan message) {
  if (HMAC(EVP_sha512(), raw(key), static_cast<int>(key.size()), raw(message), message.size(),
           reinterpret_cast<unsigned char*>(out.expose().data()), nullptr) == nullptr)
    throw Error(Code::internal, "OpenSSL failed: HMAC");
  base::wipe_stack();
}

void split(const base::Secret<base::Hash64>& from, base::MutableByteSpan left, base::Secret<Hash32>& right) {
  std::copy_n(from.expose().begin(), 32, left.begin());
  std::copy_n(from.expose().begin() + 32, 32, right.expose().begin());
}

std::array<std::byte, 20> ripemd160(ByteSpan bytes) {
  std::array<std::byte, 20> out{};
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, EVP_ripemd160(),
                 nullptr) != 1)
    throw Error(Code::internal, "OpenSSL failed: RIPEMD-160");
  return out;
}

/// What xprv and xpub have before the key.
void write_head(base::MutableByteSpan out, std::uint32_t version, const ExtendedKey& key) {
  base::store_be32(out, version);
  out[4] = static_cast<std::byte>(key.depth);
  std::ranges::copy(key.parent, out.begin() + 5);
  base::store_be32(out.subspan(9), key.child);
  std::ranges::copy(key.chain_code.expose(), out.begin() + 13);
}

}  // namespace

std::vector<std::uint32_t> parse_path(std::string_view text) {
  const auto wrong = [&]() -> Error {
    return {Code::usage, "'" + base::printable(text) + "' is no path of BIP-32", "as in m/45210'/1'/0'/0'"};
  };
  if (!text.starts_with('m')) throw wrong();
  text.remove_prefix(1);
  std::vector<std::uint32_t> path;
  while (!text.empty()) {
    if (text.front() != '/' || path.size() == kMaxDepth) throw wrong();
    std::uint32_t index = 0;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), index);
    if (error != std::errc{} || index >= kHardened) throw wrong();
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.empty() && (text.front() == '\'' || text.front() == 'h')) {
      index |= kHardened;
      text.remove_prefix(1);
    }
    path.push_back(index);
  }
  return path;
}

std::string path_text(std::span<const std::uint32_t> path) {
  std::string text = "m";
  for (const std::uint32_t index : path)
    text += "/" + std::to_string(index & ~kHardened) + ((index & kHardened) != 0 ? "'" : "");
  return text;
}

std::vector<std::uint32_t> ceremony_path(std::uint32_t ceremony, Role role, std::uint32_t index) {
  ASSERT(ceremony < kHardened && index < kHardened);
  return {kPurpose | kHardened, ceremony | kHardened, static_cast<std::uint32_t>(role) | kHardened, index | kHardened};
}

ExtendedKey master_key(ByteSpan seed) {
  if (seed.size() < 16 || seed.size() > 64) throw Error(Code::usage, "a seed is 16 to 64 bytes");
  base::Secret<base::Hash64> both;
  hmac_sha512(both, base::as_bytes("Bitcoin seed"), seed);
  ExtendedKey master;
  split(both, master.key.expose(), master.chain_code);
  if (!is_scalar(master.key.expose()))
    throw Error(Code::rejected, "the seed gives no valid master key", "draw another seed");
  return master;
}

ExtendedKey child_key(const ExtendedKey& parent, std::uint32_t index) {
  if (parent.depth == kMaxDepth) throw Error(Code::usage, "a path of BIP-32 has at most 255 steps");
  const PublicKey parent_key = public_key_of(parent.key);
  SecretText message(37);
  if ((index & kHardened) != 0)
    std::ranges::copy(parent.key.expose(), message.expose().begin() + 1);
  else
    std::ranges::copy(parent_key.bytes(), message.expose().begin());
  base::store_be32(message.expose().last(4), index);
  base::Secret<base::Hash64> both;
  hmac_sha512(both, parent.chain_code.expose(), message.expose());
  ExtendedKey child;
  Scalar tweak;
  split(both, tweak.expose(), child.chain_code);
  auto key = is_scalar(tweak.expose()) ? try_add(parent.key, tweak) : std::nullopt;
  if (!key)
    throw Error(Code::rejected, "index " + std::to_string(index & ~kHardened) + " gives no valid key",
                "BIP-32: take the next index");
  child.key = std::move(*key);
  child.depth = static_cast<std::uint8_t>(parent.depth + 1);
  child.child = index;
  child.parent = fingerprint(parent_key);
  return child;
}

ExtendedKey derive(ByteSpan seed, std::span<const std::uint32_t> path) {
  ExtendedKey key = master_key(seed);
  for (const std::uint32_t index : path) key = child_key(key, index);
  return key;
}

Ed25519Node derive_ed25519(ByteSpan seed, std::span<const std::uint32_t> path) {
  if (seed.size() < 16 || seed.size() > 64) throw Error(Code::usage, "a seed is 16 to 64 bytes");
  base::Secret<base::Hash64> both;
  hmac_sha512(both, base::as_bytes("ed25519 seed"), seed);
  Ed25519Node node;
  split(both, node.key.expose(), node.chain_code);
  for (const std::uint32_t index : path) {
    if ((index & kHardened) == 0)
      throw Error(Code::usage, "on Ed25519 every step of a path is hardened (SLIP-10)", "as in m/45210'/1'/3'/0'");
    SecretText message(37);
    std::ranges::copy(node.key.expose(), message.expose().begin() + 1);
    base::store_be32(message.expose().last(4), index);
    hmac_sha512(both, node.chain_code.expose(), message.expose());
    split(both, node.key.expose(), node.chain_code);
  }
  return node;
}

std::array<std::byte, 4> fingerprint(const PublicKey& key) {
  const Hash32 inner = hash::sha256(key.bytes());
  const auto outer = ripemd160(inner);
  std::array<std::byte, 4> out{};
  std::copy_n(outer.begin(), out.size(), out.begin());
  return out;
}

SecretText write_xprv(const ExtendedKey& key) {
  SecretText bytes(kExtendedBytes);
  write_head(bytes.expose(), kPrivateVersion, key);
  std::ranges::copy(key.key.expose(), bytes.expose().begin() + 46);
  return base58check(bytes.expose());
}

std::string write_xpub(const ExtendedKey& key) {
  std::array<std::byte, kExtendedBytes> bytes{};
  write_head(bytes, kPublicVersion, key);
  std::ranges::copy(public_key_of(key.key).bytes(), bytes.begin() + 45);
  return std::string(base::as_text(base58check(bytes).expose()));
}

ExtendedKey parse_xprv(ByteSpan text) {
  const auto wrong = [](const char* what) { return Error(Code::malformed, std::string("extended key: ") + what); };
  const auto bytes = from_base58check(text, kExtendedBytes);
  if (!bytes) throw wrong("not Base58Check, or a wrong checksum");
  const auto view = bytes->expose();
  if (base::load_be32(view) != kPrivateVersion) throw wrong("not an xprv");
  ExtendedKey key;
  key.depth = static_cast<std::uint8_t>(view[4]);
  std::copy_n(view.begin() + 5, 4, key.parent.begin());
  key.child = base::load_be32(view.subspan(9));
  std::copy_n(view.begin() + 13, 32, key.chain_code.expose().begin());
  std::copy_n(view.begin() + 46, 32, key.key.expose().begin());
  const bool root = key.depth == 0;
  if (root && (key.child != 0 || key.parent != std::array<std::byte, 4>{})) throw wrong("depth 0 with a parent");
  if (view[45] != std::byte{0}) throw wrong("its key is not a private one");
  if (!is_scalar(key.key.expose())) throw wrong("its key is out of range");
  return key;
}

}  // namespace solemn::sharing
