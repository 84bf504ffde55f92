#pragma once
// Signed windows of public integers.
#include <array>
#include <cstddef>
#include <cstdint>

#include "field/limbs.hpp"

namespace solemn::msm {

/// A public integer, little-endian.
using Integer = std::array<std::uint64_t, 4>;

/// Signed digits of `width` bits without carries: digit_w(k) = field_w(k + sum of 2^(width w + width - 1)) -
/// 2^(width-1).
class SignedWindows {
 public:
  SignedWindows(unsigned n_bits, unsigned width) : width_(width), count_(n_bits / width + 1) {
    for (unsigned w = 0; w < count_; ++w) {
      const unsigned bit = width * w + width - 1;
      offset_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }
  unsigned width() const noexcept { return width_; }
  unsigned count() const noexcept { return count_; }
  std::size_t n_buckets() const noexcept { return std::size_t{1} << (width_ - 1); }
  std::int32_t digit(const Integer& k, unsigned window) const noexcept {
    Wide sum{};
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = field::add_carry(i < 4 ? k[i] : 0, offset_[i], carry);
    const unsigned bit = width_ * window;
    std::uint64_t bits = sum[bit / 64] >> (bit % 64);
    if (bit % 64 + width_ > 64) bits |= sum[bit / 64 + 1] << (64 - bit % 64);
    const auto mask = (std::uint64_t{1} << width_) - 1;
    return static_cast<std::int32_t>(bits & mask) - (std::int32_t{1} << (width_ - 1));
  }

 private:
  using Wide = std::array<std::uint64_t, 6>;
  unsigned width_, count_;
  Wide offset_{};
};

}  // namespace solemn::msm
