#include "sharing/nostr.hpp"

#include <algorithm>

#include "base/bech32.hpp"
#include "base/ct.hpp"
#include "base/error.hpp"
#include "sharing/bip32.hpp"
#include "sharing/bip39.hpp"

namespace solemn::sharing {

using base::ByteSpan;
using base::Code;
using base::Error;
using sign::SecretText;

namespace {

constexpr std::size_t kSymbols = 52, kCharacters = kSymbols + base::kBech32Checksum;  // of 32 bytes

SecretText write(std::string_view prefix, ByteSpan bytes) {
  SecretText symbols(kSymbols), text(prefix.size() + 1 + kCharacters);
  base::to_fives(symbols.expose(), bytes);
  const auto out = std::ranges::copy(base::as_bytes(prefix), text.expose().begin()).out;
  *out = std::byte{'1'};
  base::bech32_encode(text.expose().last(kCharacters), base::Bech32::bech32, prefix, symbols.expose());
  return text;
}

/// That it does is no secret. REQUIRES: text is not shorter than head.
bool begins_with(ByteSpan text, std::string_view head) noexcept {
  ct::Choice same = ct::Choice::yes();
  for (std::size_t i = 0; i < head.size(); ++i)
    same = same & ct::equal(static_cast<std::uint64_t>(text[i]), static_cast<unsigned char>(head[i]));
  return ct::declassify(same);
}

Scalar parse(std::string_view prefix, ByteSpan text) {
  SecretText symbols(kCharacters);
  Scalar out;
  const std::string head = std::string(prefix) + "1";
  const bool right = text.size() == head.size() + kCharacters && begins_with(text, head) &&
                     base::bech32_symbols(symbols.expose(), text.last(kCharacters)) &&
                     base::bech32_verify(base::Bech32::bech32, prefix, symbols.expose()) &&
                     base::from_fives(out.expose(), symbols.expose().first(kSymbols));
  if (!right) throw Error(Code::malformed, "not a " + std::string(prefix), head + " and 58 characters");
  return out;
}

}  // namespace

SecretText write_nsec(const Scalar& key) { return write("nsec", key.expose()); }

std::string write_npub(const PublicKey& key) {
  return std::string(base::as_text(write("npub", key.x_only()).expose()));
}

Scalar parse_nsec(ByteSpan text) {
  Scalar key = parse("nsec", text);
  if (!is_scalar(key.expose())) throw Error(Code::malformed, "the nsec's key is out of range");
  return key;
}

base::Hash32 parse_npub(std::string_view text) {
  const base::Hash32 x = parse("npub", base::as_bytes(text)).expose();
  std::array<std::byte, PublicKey::kBytes> point{std::byte{2}};
  std::ranges::copy(x, point.begin() + 1);
  (void)PublicKey::parse(point);
  return x;
}

Scalar nip06_key(ByteSpan words, std::uint32_t account) {
  ASSERT(account < kHardened);
  const SecretText seed = bip39_seed(words, {});
  const std::uint32_t path[] = {44 | kHardened, 1237 | kHardened, account | kHardened, 0, 0};
  return std::move(derive(seed.expose(), path).key);
}

}  // namespace solemn::sharing
