// Dealing, the checks of shares, and recovery.
#include "sharing/feldman.hpp"

#include <algorithm>
#include <set>

#include "base/ct.hpp"
#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sharing/feldman_internal.hpp"
#include "sharing/lagrange.hpp"

namespace solemn::sharing {

using base::ByteSpan;
using base::Code;
using base::Error;
using base::Hash32;
using base::Verdict;

namespace {

constexpr std::array<std::byte, 1> kEnd{};

void update_byte(hash::Sha256& hash, unsigned value) {
  const std::array<std::byte, 1> byte = {static_cast<std::byte>(value)};
  hash.update(byte);
}

/// Numbers of shares for a sentence: "share 2 and share 4".
std::string shares_text(const std::vector<unsigned>& indices) {
  std::string text;
  for (const unsigned index : indices) text += (text.empty() ? "share " : " and share ") + std::to_string(index);
  return text;
}

bool value_fits(const ShareSet& set, const Share& share) {
  const auto expected = set.share_key(share.index);
  return expected && is_scalar(share.value.expose()) && public_key_of(share.value) == *expected;
}

[[noreturn]] void reject(const base::Check& check, std::string_view hint) {
  throw Error(Code::rejected, std::string(check.rule) + ": " + check.detail, std::string(hint));
}

}  // namespace

bool is_key_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 64 && name.front() != '.' && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

void require_numbers(std::string_view name, unsigned threshold, unsigned count) {
  if (!is_key_name(name))
    throw Error(Code::usage, "'" + base::printable(name) + "' is no name for a key",
                "1 to 64 letters, digits, '-', '_' and '.', the first no '.'");
  if (threshold < 2 || threshold > count || count > kMaxShares)
    throw Error(Code::usage,
                std::to_string(threshold) + " of " + std::to_string(count) +
                    " shares cannot be: 2 <= threshold <= " + "shares <= " + std::to_string(kMaxShares),
                "3 of 5 is usual");
}

Scalar small_scalar(unsigned value) {
  Scalar out;
  out.expose()[31] = static_cast<std::byte>(value);
  return out;
}

SetId ShareSet::id() const {
  hash::Sha256 hash;
  hash.update(base::as_bytes(drill == Drill::yes ? "solemn share set 1 drill" : "solemn share set 1"));
  hash.update(kEnd);
  update_byte(hash, threshold);
  update_byte(hash, count);
  for (const PublicKey& commitment : commitments) hash.update(commitment.bytes());
  if (sealed) hash.update(*sealed);
  return hash.finish();
}

SetPrefix ShareSet::prefix() const {
  const SetId whole = id();
  SetPrefix out{};
  std::copy_n(whole.begin(), out.size(), out.begin());
  return out;
}

std::optional<PublicKey> ShareSet::share_key(unsigned index) const {
  ASSERT(index >= 1 && index <= count);
  Hash32 factor{};
  factor[31] = static_cast<std::byte>(index);
  std::optional<PublicKey> sum = commitments.back();
  for (std::size_t j = commitments.size() - 1; j-- > 0 && sum;)
    sum = add(multiply_vartime(*sum, factor), commitments[j]);
  return sum;
}

Hash32 Share::commitment() const {
  hash::Sha256 hash;
  hash.update(base::as_bytes("solemn share commitment 1"));
  hash.update(kEnd);
  hash.update(set);
  update_byte(hash, index);
  hash.update(salt);
  hash.update(value.expose());
  const Hash32 out = hash.finish();
  base::wipe_stack();
  return out;
}

Share copy(const Share& share) {
  return {share.set, share.threshold, share.count, share.index, share.drill, copy(share.value), share.salt};
}

std::vector<Scalar> random_polynomial(const Scalar& constant, unsigned threshold, Randomness& randomness) {
  std::vector<Scalar> coefficients;
  coefficients.push_back(copy(constant));
  while (coefficients.size() < threshold) coefficients.push_back(randomness.scalar());
  return coefficients;
}

Scalar value_at(std::span<const Scalar> coefficients, unsigned x) {
  const Scalar point = small_scalar(x);
  Scalar sum = copy(coefficients.back());
  for (std::size_t j = coefficients.size() - 1; j-- > 0;) sum = add(multiply(sum, point), coefficients[j]);
  return sum;
}

Dealt finish_dealing(ShareSet set, std::vector<Scalar> values, Randomness& randomness) {
  Dealt dealt{std::move(set), {}};
  const SetPrefix prefix = dealt.set.prefix();
  for (unsigned i = 1; i <= dealt.set.count; ++i) {
    Share share{prefix, dealt.set.threshold, dealt.set.count, i, dealt.set.drill, std::move(values[i - 1]), {}};
    randomness.fill(share.salt);
    dealt.shares.push_back(std::move(share));
  }
  if (!check_shares(dealt.set, dealt.shares).accepted())
    throw Error(Code::internal, "a share that was just made does not fit its set", "do not use this machine");
  return dealt;
}

Dealt deal(std::string_view name, const Scalar& key, unsigned threshold, unsigned count, Drill drill,
           Randomness& randomness, const std::optional<base::Hash32>& sealed) {
  require_numbers(name, threshold, count);
  const std::vector<Scalar> coefficients = random_polynomial(key, threshold, randomness);
  ShareSet set{std::string(name), threshold, count, drill, {}, sealed};
  for (const Scalar& coefficient : coefficients) set.commitments.push_back(checked_public_key_of(coefficient));
  std::vector<Scalar> values;
  for (unsigned i = 1; i <= count; ++i) values.push_back(value_at(coefficients, i));
  return finish_dealing(std::move(set), std::move(values), randomness);
}

Verdict check_shares(const ShareSet& set, std::span<const Share> shares) {
  const SetPrefix prefix = set.prefix();
  std::vector<unsigned> foreign, other_drill, other_numbers, outside, twice, wrong;
  std::set<unsigned> seen, good;
  for (const Share& share : shares) {
    const bool inside = share.index >= 1 && share.index <= set.count;
    if (share.set != prefix) foreign.push_back(share.index);
    if (share.drill != set.drill) other_drill.push_back(share.index);
    if (share.threshold != set.threshold || share.count != set.count) other_numbers.push_back(share.index);
    if (!inside) outside.push_back(share.index);
    if (!seen.insert(share.index).second) twice.push_back(share.index);
    if (!inside || share.set != prefix) continue;
    if (value_fits(set, share))
      good.insert(share.index);
    else
      wrong.push_back(share.index);
  }
  Verdict verdict;
  const auto none_of = [&](std::string_view rule, const std::vector<unsigned>& bad, std::string_view what) {
    verdict.add(rule, bad.empty(), bad.empty() ? "" : shares_text(bad) + std::string(what));
  };
  none_of("share-set", foreign, ": of another set than " + base::to_hex(prefix));
  none_of("share-drill", other_drill, ": a drill's share and a real set, or the other way round");
  none_of("share-numbers", other_numbers,
          ": not of " + std::to_string(set.threshold) + " of " + std::to_string(set.count) + " shares");
  none_of("share-index", outside, ": the index must be 1 to " + std::to_string(set.count));
  none_of("share-duplicates", twice, ": given more than once");
  constexpr std::string_view kWrong = ": the value does not fit the commitments of the set: altered or badly copied";
  if (wrong.empty() && (!foreign.empty() || !outside.empty()))
    verdict.not_run("share-value", "not for shares of other sets");
  else
    none_of("share-value", wrong, kWrong);
  verdict.add("share-quorum", good.size() >= set.threshold,
              std::to_string(good.size()) + " good, " + std::to_string(set.threshold) + " needed");
  return verdict;
}

Verdict verify_share(const ShareSet& set, const Share& share) {
  Verdict one;
  const Verdict all = check_shares(set, std::span(&share, 1));
  for (const base::Check& check : all.checks())
    if (check.rule != "share-quorum" && check.rule != "share-duplicates")
      one.add(check.rule, check.outcome == base::Outcome::passed, check.detail);
  return one;
}

Scalar combine(std::span<const Share> quorum) {
  std::vector<unsigned> indices;
  for (const Share& share : quorum) indices.push_back(share.index);
  const auto basis = lagrange_basis_vartime(indices);
  std::optional<Scalar> sum;
  for (std::size_t i = 0; i < quorum.size(); ++i) {
    Scalar factor;
    factor.expose() = basis[i][0];
    Scalar part = multiply(quorum[i].value, factor);
    sum = sum ? add(*sum, part) : std::move(part);
  }
  return std::move(*sum);
}

void require_shares(const ShareSet& set, std::span<const Share> shares) {
  const Verdict verdict = check_shares(set, shares);
  for (const base::Check& check : verdict.checks())
    if (check.outcome != base::Outcome::passed)
      reject(check, check.rule == "share-quorum" ? "bring more shares of this set"
                                                 : "leave that one out, and give another share of this set");
}

Scalar recover(const ShareSet& set, std::span<const Share> shares) {
  require_shares(set, shares);
  Scalar key = combine(shares.first(set.threshold));
  if (checked_public_key_of(key) != set.public_key())
    throw Error(Code::internal, "verified shares gave another key than their set's", "do not use this machine");
  return key;
}

}  // namespace solemn::sharing
