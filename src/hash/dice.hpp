#pragma once
// Dice: the one source of randomness that everybody can see working.
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "base/secret.hpp"

namespace solemn::hash {

/// Throws of a six-sided die, as typed: '1' to '6' without blanks. What goes into the pool is SHA-512 of these
/// characters, so that anybody can repeat it with `printf 3162... | sha512sum`.
class DiceThrows {
 public:
  static constexpr std::size_t kMaxThrows = 4096;
  /// 100 throws of a fair die are 258 bits; fewer than this are mixed in but not counted.
  static constexpr std::size_t kEnoughThrows = 100;

  /// text: faces, with blanks and line ends between them. Throws Error{usage} at any other character (told by its
  /// position, not its value), without a face, and beyond kMaxThrows.
  explicit DiceThrows(base::ByteSpan text);
  std::size_t size() const noexcept { return size_; }
  base::ByteSpan faces() const noexcept { return faces_.expose().first(size_); }
  base::Secret<base::Hash64> digest() const;
  /// Sentences about what a fair die would hardly do: chi-square over the faces beyond 20.52 (0.1 %, 5 degrees of
  /// freedom), a run of 8 or more, fewer than kEnoughThrows. Nothing is refused: chance does such things.
  std::vector<std::string> oddities() const;

 private:
  base::SecretArray<std::byte> faces_;
  std::size_t size_ = 0;
};

}  // namespace solemn::hash
