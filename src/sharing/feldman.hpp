#pragma once
// Verifiable secret sharing over secp256k1 (Feldman 1987): a key is f(0) of a polynomial f of degree threshold-1, share
// i is f(i), and the commitments C_j = a_j * G let everybody check a share alone: share_i * G = C_0 + i C_1 + i^2 C_2
// ... C_0 is the public key of what is shared. docs/share-format.md is the page for other programs.
#include <span>
#include <vector>

#include "base/verdict.hpp"
#include "sharing/randomness.hpp"

namespace solemn::sharing {

constexpr unsigned kMaxShares = 16;

/// yes: a rehearsal with keys that are worth nothing; it is part of the set's id and of each share.
enum class Drill : std::uint8_t { no, yes };

using SetId = base::Hash32;
using SetPrefix = std::array<std::byte, 16>;  // the first half of the id: what shares on paper carry
using Salt = std::array<std::byte, 16>;

/// What is public about a shared key.
struct ShareSet {
  std::string name;        // of the key, "maintainer-1": a label, not part of the id
  unsigned threshold = 0;  // 1 < threshold <= count <= kMaxShares
  unsigned count = 0;
  Drill drill = Drill::no;
  std::vector<PublicKey> commitments;  // C_0 ... C_(threshold-1)
  /// SealedSecret::digest() of what the shared key opens; nullopt: the key is shared for its own sake.
  std::optional<base::Hash32> sealed = std::nullopt;

  const PublicKey& public_key() const noexcept { return commitments.front(); }
  /// SHA-256 of "solemn share set 1" (drill: "solemn share set 1 drill") || 00 || threshold || count || C_0 || C_1 ...
  /// || sealed, where there is one.
  SetId id() const;
  SetPrefix prefix() const;
  /// share_index * G, known to everybody; nullopt when the commitments give infinity there, which no dealer's do.
  /// REQUIRES: 1 <= index <= count.
  std::optional<PublicKey> share_key(unsigned index) const;
};

/// One custodian's part. Move-only: the value is secret.
struct Share {
  SetPrefix set{};
  unsigned threshold = 0, count = 0;
  unsigned index = 0;  // 1 to count
  Drill drill = Drill::no;
  Scalar value;
  Salt salt{};  // random; for commitment()

  /// SHA-256 of "solemn share commitment 1" || 00 || set || index || salt || value: logged when the share is made, so
  /// that an old sheet can be shown to be the one of that day. It tells nothing about the value.
  base::Hash32 commitment() const;
};
Share copy(const Share& share);

/// 1 to 64 letters, digits, '-', '_' and '.', the first no '.': names of keys are names of files.
bool is_key_name(std::string_view name) noexcept;

struct Dealt {
  ShareSet set;
  std::vector<Share> shares;  // index 1 to count
};

/// Splits a key. Every share is verified before it is returned. Throws Error{usage} for a threshold or count out of
/// range or a name that is_key_name() refuses. sealed: ShareSet::sealed.
Dealt deal(std::string_view name, const Scalar& key, unsigned threshold, unsigned count, Drill drill,
           Randomness& randomness, const std::optional<base::Hash32>& sealed = std::nullopt);

/// Checks of one share against the public set, without anybody else's share. Rules: share-set, share-drill,
/// share-numbers, share-index, share-value.
base::Verdict verify_share(const ShareSet& set, const Share& share);

/// Checks of shares that are to be combined: each as above, and share-duplicates, share-quorum (enough of them). The
/// details name the bad ones.
base::Verdict check_shares(const ShareSet& set, std::span<const Share> shares);

/// The key, from `threshold` or more shares; what comes out is compared with C_0. Throws Error{rejected} with the rule
/// and the share that is bad: a wrong key is never returned.
Scalar recover(const ShareSet& set, std::span<const Share> shares);

/// The set that the shares belong to, rebuilt from the shares alone (commitments by interpolation, compared with the
/// prefix that each share carries). With more than `threshold` shares a bad one is found and left aside; its name is in
/// recover(). Throws Error{rejected}: mixed sets, duplicates, index 0, too few, or no `threshold` of them fit together;
/// and for shares of a key that opens a sealed secret, whose digest is in the set file only.
ShareSet set_of(std::string_view name, std::span<const Share> shares);

/// Every subset of `threshold` shares rebuilds the key. Rule: rehearsal. REQUIRES nothing of the shares: bad ones fail.
base::Verdict rehearse(const ShareSet& set, std::span<const Share> shares);

/// New shares of the same key for new custodians (or, with the same numbers, fresh ones for the old). Each of
/// `threshold` old shares is dealt anew and the results are added: the key itself is never rebuilt. The old set's
/// shares still rebuild the key until they are destroyed. Throws as recover() and deal() do.
Dealt reshare(const ShareSet& set, std::span<const Share> shares, unsigned threshold, unsigned count,
              Randomness& randomness);

/// Proof of possession: a BIP-340 signature with the share as the key, under share_key(index), over the tagged hash
/// "solemn share possession 1" of set id || index || challenge. It tells nothing about the share. challenge: fresh
/// bytes or text of whoever asks, 1 to 1024 bytes. Throws Error{rejected} when the share is not of the set,
/// Error{usage}.
CompactSignature prove_possession(const ShareSet& set, const Share& share, base::ByteSpan challenge,
                                  Randomness& randomness);
[[nodiscard]] bool verify_possession(const ShareSet& set, unsigned index, base::ByteSpan challenge,
                                     base::ByteSpan signature);

}  // namespace solemn::sharing
