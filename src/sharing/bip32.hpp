#pragma once
// Keys from a seed: BIP-32, and SLIP-10 for Ed25519. Ceremonies derive hardened only; the other kind is there for
// NIP-06 and published vectors.
#include <string>
#include <vector>

#include "sharing/secp256k1.hpp"
#include "sign/signer.hpp"

namespace solemn::sharing {

constexpr std::uint32_t kHardened = 0x80000000;

/// "m/45210'/1'/0'/3'" with ' or h for hardened. Throws Error{usage}.
std::vector<std::uint32_t> parse_path(std::string_view text);
std::string path_text(std::span<const std::uint32_t> path);
/// m/45210'/ceremony'/role'/index': purpose 45210 is unassigned (SLIP-44 and BIP-43 name it nowhere) and means solemn.
enum class Role : std::uint32_t { maintainer = 0, emergency = 1, nostr = 2, anchor = 3, custody = 4 };
std::vector<std::uint32_t> ceremony_path(std::uint32_t ceremony, Role role, std::uint32_t index);

/// A private key with its chain code. Move-only.
struct ExtendedKey {
  Scalar key;
  base::Secret<base::Hash32> chain_code;
  std::uint8_t depth = 0;
  std::uint32_t child = 0;
  std::array<std::byte, 4> parent{};  // fingerprint
};
/// seed: 16 to 64 bytes. Error{rejected} when the seed gives no valid key (chance 2^-127).
ExtendedKey master_key(base::ByteSpan seed);
/// One step. Error{rejected} "the child key is not valid" (chance 2^-127): the caller takes the next index and logs it.
ExtendedKey child_key(const ExtendedKey& parent, std::uint32_t index);
ExtendedKey derive(base::ByteSpan seed, std::span<const std::uint32_t> path);
/// SLIP-10: an Ed25519 key (the 32 bytes of RFC 8032) with its chain code.
struct Ed25519Node {
  base::Secret<base::Hash32> key, chain_code;
};
/// seed: 16 to 64 bytes. Throws Error{usage} for a step that is not hardened: on this curve there are no others.
Ed25519Node derive_ed25519(base::ByteSpan seed, std::span<const std::uint32_t> path);

/// First 4 bytes of RIPEMD-160(SHA-256(public key)).
std::array<std::byte, 4> fingerprint(const PublicKey& key);

/// Base58Check "xprv...", secret.
sign::SecretText write_xprv(const ExtendedKey& key);
/// Strict: version, checksum, key in range, zero depth with zero parent and index. Throws Error{malformed}.
ExtendedKey parse_xprv(base::ByteSpan text);
/// Base58Check "xpub...".
std::string write_xpub(const ExtendedKey& key);

}  // namespace solemn::sharing
