#pragma once
// Constant-time choices. A Choice is a mask, not a bool: leaving it is a call one can grep for.
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace solemn::ct {

/// Hides a value from the optimiser, so that a mask is not turned back into a branch.
inline std::uint64_t value_barrier(std::uint64_t x) noexcept {
  asm("" : "+r"(x));
  return x;
}

/// The same, usable in constant expressions (where there is nothing to hide).
constexpr std::uint64_t opaque(std::uint64_t x) noexcept { return std::is_constant_evaluated() ? x : value_barrier(x); }

class Choice {
 public:
  static constexpr Choice yes() noexcept { return Choice(~std::uint64_t{0}); }
  static constexpr Choice no() noexcept { return Choice(0); }
  /// All bits of mask equal: 0 or ~0.
  static constexpr Choice from_mask(std::uint64_t mask) noexcept { return Choice(opaque(mask)); }
  /// bit is 0 or 1.
  static constexpr Choice from_bit(std::uint64_t bit) noexcept { return Choice(opaque(0 - bit)); }
  constexpr std::uint64_t mask() const noexcept { return mask_; }
  /// The only way to a bool; whatever branches on it is not constant time.
  constexpr bool reveal_vartime() const noexcept { return mask_ != 0; }
  friend constexpr Choice operator&(Choice a, Choice b) noexcept { return Choice(a.mask_ & b.mask_); }
  friend constexpr Choice operator|(Choice a, Choice b) noexcept { return Choice(a.mask_ | b.mask_); }
  friend constexpr Choice operator^(Choice a, Choice b) noexcept { return Choice(a.mask_ ^ b.mask_); }
  friend constexpr Choice operator!(Choice a) noexcept { return Choice(~a.mask_); }

 private:
  explicit constexpr Choice(std::uint64_t mask) noexcept : mask_(mask) {}
  std::uint64_t mask_;
};

constexpr Choice is_zero(std::uint64_t x) noexcept { return Choice::from_mask(((x | (0 - x)) >> 63) - 1); }
constexpr Choice equal(std::uint64_t a, std::uint64_t b) noexcept { return is_zero(a ^ b); }
/// choice ? a : b
constexpr std::uint64_t select(Choice choice, std::uint64_t a, std::uint64_t b) noexcept {
  return b ^ (choice.mask() & (a ^ b));
}

/// For the constant-time tests (valgrind): marks memory as secret, or as public again. No-ops outside valgrind.
void mark_secret(const void* memory, std::size_t size_bytes) noexcept;
void mark_public(const void* memory, std::size_t size_bytes) noexcept;
/// The bool of a choice that tells nothing about any secret, or is `yes` with negligible probability only: the reason
/// stands beside each call. The constant-time tests take the result for public.
bool declassify(Choice choice) noexcept;
/// True when this process runs under valgrind and was built with its header: marks are followed.
bool marks_are_followed() noexcept;

}  // namespace solemn::ct
