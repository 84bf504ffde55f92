#include "sharing/bip39.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "base/ct.hpp"
#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sharing/passphrase.hpp"
#include "sharing/words.hpp"

namespace solemn::sharing {

using base::ByteSpan;
using base::Code;
using base::Error;
using sign::SecretText;

namespace {

constexpr int kRounds = 2048;
constexpr std::size_t kSeedBytes = 64;

/// entropy, then the checksum as whole byte: only its first |entropy| / 4 bits count.
SecretText with_checksum(ByteSpan entropy) {
  SecretText out(entropy.size() + 1);
  std::ranges::copy(entropy, out.expose().begin());
  base::Secret<base::Hash32> digest;
  digest.expose() = hash::sha256(entropy);
  out.expose().back() = digest.expose()[0];
  base::wipe_stack();
  return out;
}

/// Eleven bits from bit `at` on. bytes beyond the end count as zero.
std::uint32_t eleven_bits(ByteSpan bytes, std::size_t at) noexcept {
  std::uint32_t window = 0;
  for (std::size_t i = 0; i < 3; ++i)
    window = window << 8 | (at / 8 + i < bytes.size() ? static_cast<std::uint32_t>(bytes[at / 8 + i]) : 0);
  return window >> (24 - 11 - at % 8) & 2047;
}

}  // namespace

SecretText bip39_words(ByteSpan entropy) {
  if (entropy.size() < 16 || entropy.size() > 32 || entropy.size() % 4 != 0)
    throw Error(Code::usage, "words of BIP-39 hold 16, 20, 24, 28 or 32 bytes",
                "give another secret its own form: SLIP-39 shares, or a sealed secret");
  const SecretText bits = with_checksum(entropy);
  WordIndices indices(entropy.size() * 3 / 4);
  for (std::size_t i = 0; i < indices.size(); ++i) indices.expose()[i] = eleven_bits(bits.expose(), 11 * i);
  return join_words(kBip39Words, indices);
}

SecretText bip39_entropy(ByteSpan words) {
  const WordIndices indices = split_words(kBip39Words, words);
  const std::size_t n = indices.size();
  if (n < 12 || n > 24 || n % 3 != 0)
    throw Error(Code::malformed, std::to_string(n) + " words; BIP-39 has 12, 15, 18, 21 or 24",
                "compare with what was written down");
  const std::size_t n_bytes = n * 4 / 3;
  SecretText bits(n_bytes + 1);
  for (std::size_t bit = 0; bit < 11 * n; ++bit) {
    const std::uint32_t one = indices.expose()[bit / 11] >> (10 - bit % 11) & 1;
    bits.expose()[bit / 8] |= static_cast<std::byte>(one << (7 - bit % 8));
  }
  SecretText entropy = sign::secret_copy(bits.expose().first(n_bytes));
  const SecretText right = with_checksum(entropy.expose());
  const unsigned unused = 8 - static_cast<unsigned>(n / 3);
  const std::uint64_t difference = static_cast<std::uint64_t>(right.expose().back() ^ bits.expose().back()) >> unused;
  if (!ct::declassify(ct::is_zero(difference)))
    throw Error(Code::malformed, "the words do not fit together: their checksum is wrong",
                "compare them, and their order, with what was written down");
  return entropy;
}

SecretText bip39_seed(ByteSpan words, ByteSpan passphrase) {
  require_printable_passphrase(passphrase);
  const WordIndices indices = split_words(kBip39Words, words);
  (void)bip39_entropy(words);
  const SecretText text = join_words(kBip39Words, indices);  // lower case, one blank between
  SecretText salt(8 + passphrase.size());
  std::ranges::copy(base::as_bytes("mnemonic"), salt.expose().begin());
  std::ranges::copy(passphrase, salt.expose().begin() + 8);
  SecretText seed(kSeedBytes);
  pbkdf2(seed.expose(), EVP_sha512(), text.expose(), salt.expose(), kRounds);
  return seed;
}

}  // namespace solemn::sharing
