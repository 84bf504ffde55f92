#pragma once
// Entropy for a key ceremony: dice are committed to first, then the devices are asked, so that no device can choose its
// bytes after the dice. At least two sources must count.
#include <optional>

#include "hash/dice.hpp"
#include "hash/entropy.hpp"
#include "sharing/randomness.hpp"

namespace solemn::sharing {

class EntropyGathering {
 public:
  /// SHA-512 of the faces, to be shown, written down and logged before draw_devices(). What goes into the pool are the
  /// faces, which nobody can tell from it; on another machine `printf 3162... | sha512sum` shows the same.
  /// REQUIRES: before draw_devices(). Throws Error{usage} for fewer than 100 throws.
  base::Hash64 commit_dice(hash::DiceThrows dice);
  /// The operating system (always), RDSEED and /dev/hwrng where they are there, with their health tests.
  void draw_devices();
  /// Another source: a token's generator, a file. REQUIRES: after draw_devices().
  void add(std::string_view source, base::ByteSpan bytes, hash::Counted counted, std::string_view note = "");
  const std::vector<hash::EntropySource>& sources() const noexcept;
  /// How many sources count.
  std::size_t n_counted() const noexcept;
  /// Spends what was gathered. Throws Error{refused} when fewer than two sources count.
  Randomness finish();

 private:
  std::optional<hash::DiceThrows> dice_;
  std::optional<hash::EntropyPool> pool_;
};

}  // namespace solemn::sharing
