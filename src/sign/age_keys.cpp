// Recipients and identities as text (Bech32 as age uses it: any length, bech32 and not bech32m).
#include <algorithm>

#include "base/bech32.hpp"
#include "sign/age_internal.hpp"

namespace solemn::sign {

using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr std::string_view kRecipient = "age", kIdentity = "age-secret-key-", kIdentityPrefix = "AGE-SECRET-KEY-1";
constexpr std::size_t kKeyBytes = 32, kSymbols = (kKeyBytes * 8 + 4) / 5,
                      kCharacters = kSymbols + base::kBech32Checksum;

/// The 32 bytes behind "PREFIX1"; false when anything is wrong with them.
bool decode(base::MutableByteSpan key, std::string_view prefix, ByteSpan characters) {
  if (characters.size() != kCharacters) return false;
  SecretText symbols(kCharacters);
  return base::bech32_symbols(symbols.expose(), characters) &&
         base::bech32_verify(base::Bech32::bech32, prefix, symbols.expose()) &&
         base::from_fives(key, symbols.expose().first(kSymbols));
}

void encode(base::MutableByteSpan characters, std::string_view prefix, ByteSpan key) {
  SecretText symbols(kSymbols);
  base::to_fives(symbols.expose(), key);
  base::bech32_encode(characters, base::Bech32::bech32, prefix, symbols.expose());
}

bool has(ByteSpan text, char first, char last) {
  return std::ranges::any_of(text, [&](std::byte b) { return b >= std::byte(first) && b <= std::byte(last); });
}

}  // namespace

AgeRecipient parse_age_recipient(std::string_view text) {
  AgeRecipient point{};
  if (!text.starts_with("age1") || has(base::as_bytes(text), 'A', 'Z') ||
      !decode(point, kRecipient, base::as_bytes(text.substr(4))))
    throw Error(Code::usage, "'" + base::printable(text) + "' is not a recipient of age, or has a typing error",
                "age1 and 58 more characters, as age-keygen prints it; ssh and plugin recipients are not supported");
  return point;
}

std::string age_recipient_text(const AgeRecipient& recipient) {
  std::array<std::byte, kCharacters> characters{};
  encode(characters, kRecipient, recipient);
  return "age1" + std::string(base::as_text(characters));
}

AgeIdentity new_age_identity() {
  AgeIdentity identity;
  randombytes_buf(identity.expose().data(), identity.expose().size());
  return identity;
}

AgeRecipient age_recipient(const AgeIdentity& identity) {
  AgeRecipient point{};
  crypto_scalarmult_base(raw_out(point), raw(identity.expose()));
  return point;
}

SecretText age_identity_text(const AgeIdentity& identity) {
  SecretText text(kIdentityPrefix.size() + kCharacters);
  std::ranges::copy(base::as_bytes(kIdentityPrefix), text.expose().begin());
  const auto characters = text.expose().subspan(kIdentityPrefix.size());
  encode(characters, kIdentity, identity.expose());
  // Letters to capitals without a branch on them: 'a' to 'z' have bit 6 set, digits do not.
  for (std::byte& c : characters) c &= ~((c & std::byte{0x40}) >> 1);
  return text;
}

std::vector<AgeIdentity> parse_age_identities(ByteSpan file) {
  std::vector<AgeIdentity> identities;
  for (std::size_t number = 1; !file.empty(); ++number) {
    const auto n = static_cast<std::size_t>(std::ranges::find(file, std::byte{'\n'}) - file.begin());
    ByteSpan line = file.first(n);
    file = file.subspan(std::min(n + 1, file.size()));
    if (!line.empty() && line.back() == std::byte{'\r'}) line = line.first(line.size() - 1);
    if (line.empty() || line[0] == std::byte{'#'}) continue;
    AgeIdentity identity;
    if (!base::as_text(line).starts_with(kIdentityPrefix) || has(line, 'a', 'z') ||
        !decode(identity.expose(), kIdentity, line.subspan(kIdentityPrefix.size())))
      throw Error(Code::usage, "line " + std::to_string(number) + " of the identity file is not an identity of age",
                  "a file that age-keygen wrote: AGE-SECRET-KEY-1...");
    identities.push_back(std::move(identity));
  }
  if (identities.empty()) throw Error(Code::usage, "the identity file has no identity", "age-keygen -o FILE");
  return identities;
}

}  // namespace solemn::sign
