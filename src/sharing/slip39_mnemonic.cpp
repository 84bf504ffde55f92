#include "sharing/slip39_mnemonic.hpp"

#include <algorithm>

#include "base/ct.hpp"
#include "base/error.hpp"
#include "sharing/words.hpp"

namespace solemn::sharing {

using base::ByteSpan;
using base::Code;
using base::Error;
using sign::SecretText;

namespace {

constexpr std::size_t kHeaderWords = 4, kChecksumWords = 3, kMinWords = 20, kMaxPaddingBits = 8;

[[noreturn]] void malformed(const std::string& what) {
  throw Error(Code::malformed, what, "compare with what was written down");
}

/// RS1024 without branches: a Reed-Solomon code over GF(1024).
std::uint32_t checksum_state(bool extendable, std::span<const std::uint32_t> words) noexcept {
  constexpr std::array<std::uint32_t, 10> kGenerator = {0xe0e040,   0x1c1c080,  0x3838100,  0x7070200,  0xe0e0009,
                                                        0x1c0c2412, 0x38086c24, 0x3090fc48, 0x21b1f890, 0x3f3f120};
  std::uint32_t state = 1;
  const auto feed = [&](std::uint32_t word) {
    const std::uint32_t top = state >> 20;
    state = (state & 0xfffff) << 10 ^ word;
    for (unsigned i = 0; i < 10; ++i) state ^= kGenerator[i] & (0 - (top >> i & 1));
  };
  for (const char c : extendable ? std::string_view("shamir_extendable") : std::string_view("shamir"))
    feed(static_cast<unsigned char>(c));
  for (const std::uint32_t word : words) feed(word);
  return state;
}

/// Bit `at` from the front of words of ten bits.
std::uint32_t bit_of(std::span<const std::uint32_t> words, std::size_t at) noexcept {
  return words[at / 10] >> (9 - at % 10) & 1;
}

Slip39Info header_of(std::span<const std::uint32_t> words) {
  const std::uint64_t bits = static_cast<std::uint64_t>(words[0]) << 30 | static_cast<std::uint64_t>(words[1]) << 20 |
                             static_cast<std::uint64_t>(words[2]) << 10 | words[3];
  const auto four = [&](unsigned shift) { return static_cast<unsigned>(bits >> shift & 15); };
  Slip39Info info;
  info.identifier = static_cast<unsigned>(bits >> 25);
  info.extendable = (bits >> 24 & 1) != 0;
  info.iteration_exponent = four(20);
  info.group_index = four(16);
  info.group_threshold = four(12) + 1;
  info.group_count = four(8) + 1;
  info.member_index = four(4);
  info.member_threshold = four(0) + 1;
  return info;
}

}  // namespace

SecretText write_slip39(const Slip39Info& info, ByteSpan value) {
  const std::size_t n_value = (value.size() * 8 + 9) / 10, padding = n_value * 10 - value.size() * 8;
  WordIndices words(kHeaderWords + n_value + kChecksumWords);
  const auto all = words.expose();
  const std::uint64_t bits = static_cast<std::uint64_t>(info.identifier) << 25 |
                             static_cast<std::uint64_t>(info.extendable ? 1 : 0) << 24 | info.iteration_exponent << 20 |
                             info.group_index << 16 | (info.group_threshold - 1) << 12 | (info.group_count - 1) << 8 |
                             info.member_index << 4 | (info.member_threshold - 1);
  for (unsigned i = 0; i < kHeaderWords; ++i) all[i] = static_cast<std::uint32_t>(bits >> (30 - 10 * i) & 1023);
  for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
    const std::uint32_t one = static_cast<std::uint32_t>(value[bit / 8]) >> (7 - bit % 8) & 1;
    const std::size_t at = padding + bit;
    all[kHeaderWords + at / 10] |= one << (9 - at % 10);
  }
  const std::uint32_t checksum = checksum_state(info.extendable, all) ^ 1;
  for (unsigned i = 0; i < kChecksumWords; ++i) all[kHeaderWords + n_value + i] = checksum >> (20 - 10 * i) & 1023;
  return join_words(kSlip39Words, words);
}

Slip39Share parse_slip39(ByteSpan mnemonic) {
  WordIndices words = split_words(kSlip39Words, mnemonic);
  const auto all = words.expose();
  if (all.size() < kMinWords) malformed(std::to_string(all.size()) + " words; at least 20 are needed");
  ct::mark_public(all.data(), kHeaderWords * sizeof(std::uint32_t));
  Slip39Share share{header_of(all), SecretText(0)};
  if (!ct::declassify(ct::equal(checksum_state(share.info.extendable, all), 1)))
    malformed("the checksum is wrong: some words are wrong or out of order");
  const auto value = all.subspan(kHeaderWords, all.size() - kHeaderWords - kChecksumWords);
  const std::size_t n_bits = value.size() * 10, padding = n_bits % 16;
  if (padding > kMaxPaddingBits) malformed(std::to_string(all.size()) + " words are no length of a mnemonic");
  std::uint32_t padded = 0;
  for (std::size_t i = 0; i < padding; ++i) padded |= bit_of(value, i);
  if (!ct::declassify(ct::is_zero(padded))) malformed("the padding is not zero");
  if (share.info.group_threshold > share.info.group_count) malformed("more groups are needed than there are");
  share.value = SecretText((n_bits - padding) / 8);
  for (std::size_t bit = 0; bit < share.value.size() * 8; ++bit)
    share.value.expose()[bit / 8] |= static_cast<std::byte>(bit_of(value, padding + bit) << (7 - bit % 8));
  return share;
}

}  // namespace solemn::sharing
