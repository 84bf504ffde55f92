#include "base/bech32.hpp"

#include <array>

#include "base/ct.hpp"
#include "base/error.hpp"

namespace solemn::base {

namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// The checksum's register: BIP-173, without its branches.
class Register {
 public:
  void feed(std::uint32_t symbol) noexcept {
    constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = state_ >> 25;
    state_ = (state_ & 0x1ffffff) << 5 ^ symbol;
    for (unsigned i = 0; i < 5; ++i) state_ ^= kGenerator[i] & (0 - (top >> i & 1));
  }
  void feed_prefix(std::string_view prefix) noexcept {
    for (const char c : prefix) feed(static_cast<unsigned char>(c) >> 5);
    feed(0);
    for (const char c : prefix) feed(static_cast<unsigned char>(c) & 31);
  }
  std::uint32_t state() const noexcept { return state_; }

 private:
  std::uint32_t state_ = 1;
};

/// The character of a symbol, without an address that depends on it.
std::byte character_of(std::uint32_t symbol) noexcept {
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i < kAlphabet.size(); ++i)
    found = ct::select(ct::equal(symbol, i), static_cast<unsigned char>(kAlphabet[i]), found);
  return static_cast<std::byte>(found);
}

}  // namespace

void bech32_encode(MutableByteSpan out, Bech32 form, std::string_view prefix, ByteSpan symbols) noexcept {
  ASSERT(out.size() == symbols.size() + kBech32Checksum);
  Register sum;
  sum.feed_prefix(prefix);
  for (const std::byte symbol : symbols) sum.feed(static_cast<std::uint32_t>(symbol));
  for (std::size_t i = 0; i < kBech32Checksum; ++i) sum.feed(0);
  const std::uint32_t checksum = sum.state() ^ static_cast<std::uint32_t>(form);
  for (std::size_t i = 0; i < symbols.size(); ++i) out[i] = character_of(static_cast<std::uint32_t>(symbols[i]));
  for (std::size_t i = 0; i < kBech32Checksum; ++i)
    out[symbols.size() + i] = character_of(checksum >> (5 * (kBech32Checksum - 1 - i)) & 31);
}

bool bech32_symbols(MutableByteSpan out, ByteSpan text) noexcept {
  ASSERT(out.size() == text.size());
  ct::Choice all = ct::Choice::yes();
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::uint64_t letter = static_cast<std::uint64_t>(text[i]);
    const ct::Choice upper = ct::is_zero((letter - 'A') / 32 | ((letter - 'A') & 31) / 26);
    letter = ct::select(upper, letter | 32, letter);
    std::uint64_t symbol = 0;
    ct::Choice known = ct::Choice::no();
    for (std::uint64_t s = 0; s < kAlphabet.size(); ++s) {
      const ct::Choice here = ct::equal(letter, static_cast<unsigned char>(kAlphabet[s]));
      symbol = ct::select(here, s, symbol);
      known = known | here;
    }
    out[i] = static_cast<std::byte>(symbol);
    all = all & known;
  }
  return ct::declassify(all);  // a text that is none is refused: that is no secret
}

bool bech32_verify(Bech32 form, std::string_view prefix, ByteSpan symbols) noexcept {
  Register sum;
  sum.feed_prefix(prefix);
  for (const std::byte symbol : symbols) sum.feed(static_cast<std::uint32_t>(symbol));
  return ct::declassify(ct::equal(sum.state(), static_cast<std::uint32_t>(form)));  // the same
}

void to_fives(MutableByteSpan out, ByteSpan bytes) noexcept {
  ASSERT(out.size() == (bytes.size() * 8 + 4) / 5);
  std::uint32_t held = 0;
  unsigned n_bits = 0;
  std::size_t next = 0;
  for (const std::byte byte : bytes) {
    held = (held << 8 | static_cast<std::uint32_t>(byte)) & 0xfff;
    for (n_bits += 8; n_bits >= 5; n_bits -= 5) out[next++] = static_cast<std::byte>(held >> (n_bits - 5) & 31);
  }
  if (n_bits > 0) out[next] = static_cast<std::byte>(held << (5 - n_bits) & 31);
}

bool from_fives(MutableByteSpan out, ByteSpan symbols) noexcept {
  ASSERT(out.size() == symbols.size() * 5 / 8);
  std::uint32_t held = 0;
  unsigned n_bits = 0;
  std::size_t next = 0;
  for (const std::byte symbol : symbols) {
    held = (held << 5 | static_cast<std::uint32_t>(symbol)) & 0xfff;
    n_bits += 5;
    if (n_bits < 8) continue;
    n_bits -= 8;
    out[next++] = static_cast<std::byte>(held >> n_bits & 255);
  }
  return n_bits < 5 && ct::declassify(ct::is_zero(held & ((1U << n_bits) - 1)));
}

}  // namespace solemn::base
