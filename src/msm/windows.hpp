#pragma once
// Signed windows of public integers.
#include <array>
#include <cstddef>
#include <cstdint>

namespace solemn::msm {

/// A public integer, little-endian.
using Integer = std::array<std::uint64_t, 4>;

/// Signed digits of `width` bits, from -2^(width - 1) to 2^(width - 1), without carries (Booth's recoding): the bits of
/// a window and the one below it, which the window below took as its sign.
class SignedWindows {
 public:
  /// Of integers below 2^n_bits; n_bits <= 256, width <= 16.
  SignedWindows(unsigned n_bits, unsigned width) : width_(width), count_(n_bits / width + 1) {}
  unsigned width() const noexcept { return width_; }
  unsigned count() const noexcept { return count_; }
  std::size_t n_buckets() const noexcept { return std::size_t{1} << (width_ - 1); }
  std::int32_t digit(const Integer& k, unsigned window) const noexcept {
    std::uint64_t bits = k[0] << 1;  // the window's, and below them one more
    if (window > 0) {
      const unsigned bit = width_ * window - 1, word = bit / 64, shift = bit % 64;
      bits = k[word] >> shift;
      if (shift + width_ >= 64 && word + 1 < k.size()) bits |= k[word + 1] << 1 << (63 - shift);
    }
    const auto field = static_cast<std::int32_t>(bits & ((std::uint64_t{2} << width_) - 1));
    return ((field + 1) >> 1) - (field >> width_ << width_);
  }

 private:
  unsigned width_, count_;
};

}  // namespace solemn::msm
