#pragma once
// Public integers known when compiling, in non-adjacent form: digits -1, 0, 1, no two neighbours both nonzero.
#include <array>
#include <cstddef>
#include <cstdint>

namespace solemn::curve {

/// Shape: kCount digits, least significant first; the top one is 1. `high` are the bits from 2^64 on.
template <std::uint64_t value, std::uint64_t high = 0>
struct SignedDigits {
 private:
  struct Digits {
    std::array<std::int8_t, 129> digits{};
    std::size_t count = 0;
  };
  static constexpr Digits recode() noexcept {
    Digits out;
    std::uint64_t low = value;
    std::uint64_t top = high;
    for (; low != 0 || top != 0; low = low >> 1 | top << 63, top >>= 1) {
      if ((low & 3) == 1) {
        out.digits[out.count] = 1;
        low -= 1;
      } else if ((low & 3) == 3) {
        out.digits[out.count] = -1;
        low += 1;
        top += low == 0 ? 1 : 0;
      }
      ++out.count;
    }
    return out;
  }
  static constexpr Digits kRecoded = recode();

 public:
  static constexpr std::size_t kCount = kRecoded.count;
  static constexpr int digit(std::size_t i) noexcept { return kRecoded.digits[i]; }
};

}  // namespace solemn::curve
