#pragma once
// SLIP-39: shares of a seed as words, the form that hardware wallets read. Checksums find typing errors; a share alone
// cannot be checked against the seed (feldman.hpp can).
#include <span>
#include <vector>

#include "sharing/randomness.hpp"
#include "sign/signer.hpp"

namespace solemn::sharing {

struct Slip39Group {
  unsigned threshold = 3, count = 5;  // 1 <= threshold <= count <= 16; threshold 1 only with count 1
};
struct Slip39Options {
  unsigned group_threshold = 1;
  std::vector<Slip39Group> groups = {Slip39Group{}};
  unsigned iteration_exponent = 1;  // 0 to 15: 10000 * 2^e rounds of PBKDF2
  bool extendable = true;           // the `ext` flag of 2024; false for readers from before
};

/// One group's mnemonics.
using Slip39Mnemonics = std::vector<sign::SecretText>;
/// secret: 16 to 32 bytes, an even number. passphrase: printable ASCII, may be empty; a wrong one gives another seed
/// without any sign. Combined again before it is returned. Throws Error{usage}.
std::vector<Slip39Mnemonics> slip39_split(base::ByteSpan secret, base::ByteSpan passphrase,
                                          const Slip39Options& options, Randomness& randomness);
/// Exactly as many mnemonics of exactly as many groups as the thresholds say. Throws Error{malformed} for a mnemonic
/// that is none, naming it by its place, Error{rejected} for mnemonics that do not belong together.
sign::SecretText slip39_combine(std::span<const sign::SecretText> mnemonics, base::ByteSpan passphrase);

/// What one mnemonic says of itself, without its value.
struct Slip39Info {
  unsigned identifier = 0;
  bool extendable = false;
  unsigned iteration_exponent = 0, group_index = 0, group_threshold = 0, group_count = 0, member_index = 0,
           member_threshold = 0;
};
Slip39Info slip39_info(base::ByteSpan mnemonic);

}  // namespace solemn::sharing
