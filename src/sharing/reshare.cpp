// What is done with shares that exist: rebuilding the set, rehearsal, new shares, proofs of possession.
#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sharing/feldman_internal.hpp"
#include "sharing/lagrange.hpp"

namespace solemn::sharing {

using base::ByteSpan;
using base::Code;
using base::Error;
using base::Hash32;

namespace {

constexpr std::size_t kMaxChallengeBytes = 1024;

/// Commitments by interpolation in the exponent; nullopt when the shares are not values of one polynomial of a real
/// set.
std::optional<std::vector<PublicKey>> commitments_of(std::span<const Share> quorum) {
  std::vector<unsigned> indices;
  std::vector<PublicKey> points;
  for (const Share& share : quorum) {
    indices.push_back(share.index);
    points.push_back(public_key_of(share.value));
  }
  const auto basis = lagrange_basis_vartime(indices);
  std::vector<PublicKey> commitments;
  for (std::size_t j = 0; j < quorum.size(); ++j) {
    std::optional<PublicKey> sum = multiply_vartime(points[0], basis[0][j]);
    for (std::size_t i = 1; i < quorum.size() && sum; ++i) sum = add(*sum, multiply_vartime(points[i], basis[i][j]));
    if (!sum) return std::nullopt;
    commitments.push_back(*sum);
  }
  return commitments;
}

[[noreturn]] void reject(std::string what, std::string_view hint) {
  throw Error(Code::rejected, std::move(what), std::string(hint));
}

/// What can be told of shares without their set.
void require_kin(std::span<const Share> shares) {
  if (shares.empty()) reject("share-quorum: no share was given", "give as many as the sheets say");
  const Share& first = shares.front();
  std::vector<unsigned> seen;
  for (const Share& share : shares) {
    if (share.set != first.set || share.threshold != first.threshold || share.count != first.count ||
        share.drill != first.drill)
      reject("share-set: share " + std::to_string(share.index) + " is of set " + base::to_hex(share.set) + ", share " +
                 std::to_string(first.index) + " of set " + base::to_hex(first.set),
             "give shares of one set only");
    if (share.index < 1 || share.index > share.count || !is_scalar(share.value.expose()))
      reject("share-index: " + std::to_string(share.index) + " is the index of no share",
             "indices are 1 to " + std::to_string(share.count));
    if (std::ranges::find(seen, share.index) != seen.end())
      reject("share-duplicates: share " + std::to_string(share.index) + " was given more than once",
             "leave one of them out");
    seen.push_back(share.index);
  }
  if (shares.size() < first.threshold)
    reject("share-quorum: " + std::to_string(shares.size()) + " of " + std::to_string(first.threshold) +
               " shares that are needed",
           "bring more shares of this set");
}

Hash32 possession_message(const ShareSet& set, unsigned index, ByteSpan challenge) {
  const SetId id = set.id();
  base::Bytes message(id.begin(), id.end());
  message.push_back(static_cast<std::byte>(index));
  message.insert(message.end(), challenge.begin(), challenge.end());
  return tagged_hash("solemn share possession 1", message);
}

bool usable_challenge(ByteSpan challenge) noexcept {
  return !challenge.empty() && challenge.size() <= kMaxChallengeBytes;
}

/// The part of one old share in the new polynomial: factor * share, dealt anew.
struct Part {
  std::vector<Scalar> coefficients;
  std::vector<PublicKey> commitments;
};

Part deal_part(const ShareSet& set, const Share& share, const Hash32& factor, unsigned threshold,
               Randomness& randomness) {
  Scalar weight;
  weight.expose() = factor;
  Part part{random_polynomial(multiply(share.value, weight), threshold, randomness), {}};
  for (const Scalar& coefficient : part.coefficients) part.commitments.push_back(checked_public_key_of(coefficient));
  if (part.commitments[0] != multiply_vartime(set.share_key(share.index).value(), factor))
    throw Error(Code::internal, "a share was dealt anew wrongly", "do not use this machine");
  return part;
}

}  // namespace

bool next_choice(std::vector<std::size_t>& chosen, std::size_t n) noexcept {
  const std::size_t k = chosen.size();
  for (std::size_t i = k; i-- > 0;) {
    if (chosen[i] + (k - i) >= n) continue;
    ++chosen[i];
    for (std::size_t j = i + 1; j < k; ++j) chosen[j] = chosen[j - 1] + 1;
    return true;
  }
  return false;
}

namespace {

template <class Visit>  // bool(span of shares): true to stop
bool any_subset(std::span<const Share> shares, std::size_t size, Visit visit) {
  std::vector<std::size_t> chosen(size);
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  do {
    std::vector<Share> subset;
    for (const std::size_t i : chosen) subset.push_back(copy(shares[i]));
    if (visit(std::span<const Share>(subset))) return true;
  } while (next_choice(chosen, shares.size()));
  return false;
}

}  // namespace

ShareSet set_of(std::string_view name, std::span<const Share> shares) {
  require_kin(shares);
  const Share& first = shares.front();
  if (first.threshold < 2 || first.threshold > first.count || first.count > kMaxShares)
    reject("share-numbers: " + std::to_string(first.threshold) + " of " + std::to_string(first.count) +
               " shares cannot be",
           "no such share was ever dealt");
  ShareSet set{std::string(name), first.threshold, first.count, first.drill, {}};
  const bool found = any_subset(shares, first.threshold, [&](std::span<const Share> subset) {
    const auto commitments = commitments_of(subset);
    if (commitments) set.commitments = *commitments;
    return commitments && set.prefix() == first.set;
  });
  if (!found)
    reject("share-value: they do not give set " + base::to_hex(first.set) +
               ": a share is altered or badly copied, or they open a sealed secret",
           shares.size() == first.threshold ? "give the set file, which names the bad one, or one more share"
                                            : "give the set file, which names the bad ones, or more shares");
  return set;
}

base::Verdict rehearse(const ShareSet& set, std::span<const Share> shares) {
  base::Verdict verdict = check_shares(set, shares);
  if (!verdict.accepted()) {
    verdict.not_run("rehearsal", "some shares are bad");
    return verdict;
  }
  std::size_t n_subsets = 0, n_good = 0;
  any_subset(shares, set.threshold, [&](std::span<const Share> subset) {
    ++n_subsets;
    if (public_key_of(combine(subset)) == set.public_key()) ++n_good;
    return false;
  });
  verdict.add("rehearsal", n_good == n_subsets,
              std::to_string(n_good) + " of " + std::to_string(n_subsets) + " subsets of " +
                  std::to_string(set.threshold) + " shares rebuild the key");
  return verdict;
}

Dealt reshare(const ShareSet& set, std::span<const Share> shares, unsigned threshold, unsigned count,
              Randomness& randomness) {
  require_numbers(set.name, threshold, count);
  require_shares(set, shares);
  const auto quorum = shares.first(set.threshold);
  std::vector<unsigned> indices;
  for (const Share& share : quorum) indices.push_back(share.index);
  const auto basis = lagrange_basis_vartime(indices);
  ShareSet fresh{set.name, threshold, count, set.drill, {}, set.sealed};
  std::vector<Scalar> values;
  for (std::size_t i = 0; i < quorum.size(); ++i) {
    const Part part = deal_part(set, quorum[i], basis[i][0], threshold, randomness);
    for (unsigned j = 0; j < threshold; ++j) {
      if (i == 0)
        fresh.commitments.push_back(part.commitments[j]);
      else
        fresh.commitments[j] = add(fresh.commitments[j], part.commitments[j]).value();
    }
    for (unsigned x = 1; x <= count; ++x) {
      Scalar value = value_at(part.coefficients, x);
      if (i == 0)
        values.push_back(std::move(value));
      else
        values[x - 1] = add(values[x - 1], value);
    }
  }
  if (fresh.public_key() != set.public_key())
    throw Error(Code::internal, "new shares are of another key", "do not use this machine");
  return finish_dealing(std::move(fresh), std::move(values), randomness);
}

CompactSignature prove_possession(const ShareSet& set, const Share& share, ByteSpan challenge, Randomness& randomness) {
  if (!usable_challenge(challenge))
    throw Error(Code::usage, "a challenge is 1 to " + std::to_string(kMaxChallengeBytes) + " bytes",
                "whoever asks for the proof chooses it anew each time");
  const base::Verdict verdict = verify_share(set, share);
  for (const base::Check& check : verdict.checks())
    if (check.outcome != base::Outcome::passed)
      reject(std::string(check.rule) + ": " + check.detail, "prove with the share of this set");
  Hash32 auxiliary{};
  randomness.fill(auxiliary);
  return sign_bip340(share.value, possession_message(set, share.index, challenge), auxiliary);
}

bool verify_possession(const ShareSet& set, unsigned index, ByteSpan challenge, ByteSpan signature) {
  if (index < 1 || index > set.count || !usable_challenge(challenge)) return false;
  const auto key = set.share_key(index);
  return key && verify_bip340(key->x_only(), possession_message(set, index, challenge), signature);
}

}  // namespace solemn::sharing
