// Splitting and combining: the specification is SLIP-0039 (github.com/satoshilabs/slips).
#include "sharing/slip39.hpp"

#include <openssl/hmac.h>

#include <algorithm>
#include <map>

#include "base/ct.hpp"
#include "base/error.hpp"
#include "sharing/gf256.hpp"
#include "sharing/passphrase.hpp"
#include "sharing/slip39_mnemonic.hpp"

namespace solemn::sharing {

using base::ByteSpan;
using base::Code;
using base::Error;
using sign::SecretText;

namespace {

constexpr std::uint8_t kSecretPlace = 255, kDigestPlace = 254;
constexpr std::size_t kDigestBytes = 4, kMinSecret = 16, kMaxSecret = 32;
constexpr unsigned kFeistelRounds = 4, kBaseIterations = 2500, kMaxMembers = 16;

std::string text_of(std::size_t number) { return std::to_string(number); }

[[noreturn]] void usage(const std::string& what) { throw Error(Code::usage, what, "2 <= threshold <= shares <= 16"); }
[[noreturn]] void rejected(const std::string& what, const char* hint) { throw Error(Code::rejected, what, hint); }

/// F of round i: PBKDF2-HMAC-SHA256(i || passphrase, salt || half).
SecretText round_function(unsigned round, const Slip39Info& info, ByteSpan passphrase, ByteSpan half) {
  SecretText password(1 + passphrase.size());
  password.expose()[0] = static_cast<std::byte>(round);
  std::ranges::copy(passphrase, password.expose().begin() + 1);
  base::Bytes prefix;
  if (!info.extendable) {
    const ByteSpan name = base::as_bytes("shamir");
    prefix.assign(name.begin(), name.end());
    prefix.push_back(static_cast<std::byte>(info.identifier >> 8));
    prefix.push_back(static_cast<std::byte>(info.identifier & 255));
  }
  SecretText salt(prefix.size() + half.size()), out(half.size());
  std::ranges::copy(half, std::ranges::copy(prefix, salt.expose().begin()).out);
  pbkdf2(out.expose(), EVP_sha256(), password.expose(), salt.expose(),
         static_cast<int>(kBaseIterations << info.iteration_exponent));
  return out;
}

enum class Direction : std::uint8_t { encrypt, decrypt };

/// Four rounds of a Feistel network; halves come out exchanged, so that decryption is the same with the rounds
/// reversed.
SecretText crypt(Direction direction, const Slip39Info& info, ByteSpan passphrase, ByteSpan secret) {
  const std::size_t n = secret.size() / 2;
  SecretText left = sign::secret_copy(secret.first(n)), right = sign::secret_copy(secret.last(n));
  for (unsigned i = 0; i < kFeistelRounds; ++i) {
    const unsigned round = direction == Direction::encrypt ? i : kFeistelRounds - 1 - i;
    const SecretText mask = round_function(round, info, passphrase, right.expose());
    for (std::size_t j = 0; j < n; ++j) left.expose()[j] ^= mask.expose()[j];
    std::swap(left, right);
  }
  SecretText out(secret.size());
  std::ranges::copy(left.expose(), std::ranges::copy(right.expose(), out.expose().begin()).out);
  return out;
}

SecretText digest_of(ByteSpan random_part, ByteSpan secret) {
  base::Secret<base::Hash32> whole;
  if (HMAC(EVP_sha256(), random_part.data(), static_cast<int>(random_part.size()),
           reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
           reinterpret_cast<unsigned char*>(whole.expose().data()), nullptr) == nullptr)
    throw Error(Code::internal, "OpenSSL failed: HMAC");
  base::wipe_stack();
  return sign::secret_copy(ByteSpan(whole.expose()).first(kDigestBytes));
}

/// Shares 0 to count-1 of a secret.
std::vector<SecretText> split(ByteSpan secret, unsigned threshold, unsigned count, Randomness& randomness) {
  std::vector<SecretText> shares;
  if (threshold == 1) {
    for (unsigned i = 0; i < count; ++i) shares.push_back(sign::secret_copy(secret));
    return shares;
  }
  std::vector<GfPoint> points;
  for (unsigned i = 0; i < threshold - 2; ++i) {
    GfPoint point{static_cast<std::uint8_t>(i), SecretText(secret.size())};
    randomness.fill(point.y.expose());
    shares.push_back(sign::secret_copy(point.y.expose()));
    points.push_back(std::move(point));
  }
  SecretText check(secret.size());
  randomness.fill(check.expose().subspan(kDigestBytes));
  std::ranges::copy(digest_of(check.expose().subspan(kDigestBytes), secret).expose(), check.expose().begin());
  points.push_back({kDigestPlace, std::move(check)});
  points.push_back({kSecretPlace, sign::secret_copy(secret)});
  for (unsigned i = threshold - 2; i < count; ++i)
    shares.push_back(gf_interpolate(points, static_cast<std::uint8_t>(i)));
  return shares;
}

/// The secret of `threshold` shares; its digest is checked.
SecretText combine(std::span<const GfPoint> points) {
  if (points.size() == 1) return sign::secret_copy(points[0].y.expose());
  SecretText secret = gf_interpolate(points, kSecretPlace);
  const SecretText check = gf_interpolate(points, kDigestPlace);
  const SecretText right = digest_of(check.expose().subspan(kDigestBytes), secret.expose());
  std::uint64_t difference = 0;
  for (std::size_t i = 0; i < kDigestBytes; ++i)
    difference |= static_cast<std::uint64_t>(right.expose()[i] ^ check.expose()[i]);
  if (!ct::declassify(ct::is_zero(difference)))
    rejected("the mnemonics do not fit together: the digest of the secret is wrong",
             "one of them is of another set with the same number, or was made wrongly");
  return secret;
}

void require_options(ByteSpan secret, ByteSpan passphrase, const Slip39Options& options) {
  require_printable_passphrase(passphrase);
  if (secret.size() < kMinSecret || secret.size() > kMaxSecret || secret.size() % 2 != 0)
    throw Error(Code::usage, "SLIP-39 shares secrets of 16 to 32 bytes, an even number", "seal other secrets");
  if (options.iteration_exponent > 15) throw Error(Code::usage, "the iteration exponent is 0 to 15", "1 is usual");
  if (options.groups.empty() || options.groups.size() > kMaxMembers || options.group_threshold < 1 ||
      options.group_threshold > options.groups.size())
    usage(text_of(options.group_threshold) + " of " + text_of(options.groups.size()) + " groups cannot be");
  for (const Slip39Group& group : options.groups)
    if (group.threshold < 1 || group.threshold > group.count || group.count > kMaxMembers ||
        (group.threshold == 1 && group.count > 1))
      usage(text_of(group.threshold) + " of " + text_of(group.count) + " shares cannot be a group");
}

using Members = std::vector<Slip39Share>;

void require_same_set(const Slip39Info& a, const Slip39Info& b, std::size_t place) {
  if (a.identifier != b.identifier || a.extendable != b.extendable || a.iteration_exponent != b.iteration_exponent ||
      a.group_threshold != b.group_threshold || a.group_count != b.group_count)
    rejected("mnemonic " + text_of(place) + " is of another set than mnemonic 1",
             "their first three words must be the same");
}

/// By group. Throws Error{rejected}.
std::map<unsigned, Members> grouped(std::vector<Slip39Share> shares) {
  std::map<unsigned, Members> groups;
  const Slip39Info first = shares.front().info;
  const std::size_t n_bytes = shares.front().value.size();
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const Slip39Info& info = shares[i].info;
    require_same_set(info, first, i + 1);
    if (shares[i].value.size() != n_bytes)
      rejected("mnemonic " + text_of(i + 1) + " has another length", "give mnemonics of one set");
    Members& group = groups[info.group_index];
    for (const Slip39Share& other : group) {
      if (other.info.member_threshold != info.member_threshold)
        rejected("mnemonic " + text_of(i + 1) + " says another threshold than others of its group",
                 "give mnemonics of one set");
      if (other.info.member_index == info.member_index)
        rejected("mnemonic " + text_of(i + 1) + " has the number of one before it", "leave one of them out");
    }
    group.push_back(std::move(shares[i]));
  }
  if (groups.size() != first.group_threshold)
    rejected(text_of(groups.size()) + " groups are given, " + text_of(first.group_threshold) + " are needed",
             "give mnemonics of exactly that many groups");
  for (const auto& [index, group] : groups)
    if (group.size() != group.front().info.member_threshold)
      rejected("group " + text_of(index + 1) + ": " + text_of(group.size()) + " mnemonics are given, " +
                   text_of(group.front().info.member_threshold) + " are needed",
               "give exactly that many");
  return groups;
}

SecretText combine_groups(std::map<unsigned, Members> groups) {
  std::vector<GfPoint> of_groups;
  for (auto& [index, members] : groups) {
    std::vector<GfPoint> points;
    for (Slip39Share& share : members)
      points.push_back({static_cast<std::uint8_t>(share.info.member_index), std::move(share.value)});
    of_groups.push_back({static_cast<std::uint8_t>(index), combine(points)});
  }
  return combine(of_groups);
}

/// The first mnemonics that are enough.
std::vector<SecretText> enough_of(const std::vector<Slip39Mnemonics>& all, const Slip39Options& options) {
  std::vector<SecretText> enough;
  for (unsigned g = 0; g < options.group_threshold; ++g)
    for (unsigned i = 0; i < options.groups[g].threshold; ++i) enough.push_back(sign::secret_copy(all[g][i].expose()));
  return enough;
}

}  // namespace

std::vector<Slip39Mnemonics> slip39_split(ByteSpan secret, ByteSpan passphrase, const Slip39Options& options,
                                          Randomness& randomness) {
  require_options(secret, passphrase, options);
  std::array<std::byte, 2> drawn{};
  randomness.fill(drawn);
  Slip39Info info;
  info.identifier = (static_cast<unsigned>(drawn[0]) << 8 | static_cast<unsigned>(drawn[1])) & 0x7fff;
  info.extendable = options.extendable;
  info.iteration_exponent = options.iteration_exponent;
  info.group_threshold = options.group_threshold;
  info.group_count = static_cast<unsigned>(options.groups.size());
  const SecretText encrypted = crypt(Direction::encrypt, info, passphrase, secret);
  const auto of_groups = split(encrypted.expose(), options.group_threshold, info.group_count, randomness);
  std::vector<Slip39Mnemonics> all;
  for (info.group_index = 0; info.group_index < info.group_count; ++info.group_index) {
    const Slip39Group& group = options.groups[info.group_index];
    info.member_threshold = group.threshold;
    const auto values = split(of_groups[info.group_index].expose(), group.threshold, group.count, randomness);
    Slip39Mnemonics& mnemonics = all.emplace_back();
    for (info.member_index = 0; info.member_index < group.count; ++info.member_index)
      mnemonics.push_back(write_slip39(info, values[info.member_index].expose()));
  }
  const SecretText again = slip39_combine(enough_of(all, options), passphrase);
  std::uint64_t difference = 0;
  for (std::size_t i = 0; i < secret.size(); ++i)
    difference |= static_cast<std::uint64_t>(again.expose()[i] ^ secret[i]);
  if (!ct::declassify(ct::is_zero(difference)))
    throw Error(Code::internal, "mnemonics that were just made do not give the secret", "do not use this machine");
  return all;
}

SecretText slip39_combine(std::span<const SecretText> mnemonics, ByteSpan passphrase) {
  require_printable_passphrase(passphrase);
  if (mnemonics.empty()) throw Error(Code::usage, "no mnemonic was given");
  std::vector<Slip39Share> shares;
  for (std::size_t i = 0; i < mnemonics.size(); ++i) {
    try {
      shares.push_back(parse_slip39(mnemonics[i].expose()));
    } catch (const Error& error) { throw error.with_context("mnemonic " + text_of(i + 1)); }
  }
  const Slip39Info info = shares.front().info;
  const SecretText encrypted = combine_groups(grouped(std::move(shares)));
  return crypt(Direction::decrypt, info, passphrase, encrypted.expose());
}

Slip39Info slip39_info(ByteSpan mnemonic) { return parse_slip39(mnemonic).info; }

}  // namespace solemn::sharing
