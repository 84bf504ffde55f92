#include "sharing/gf256.hpp"

#include "base/error.hpp"

namespace solemn::sharing {

namespace {

/// b^254 = 1/b.
std::uint8_t gf_inverse(std::uint8_t b) noexcept {
  std::uint8_t result = 1;
  for (unsigned i = 0; i < 254; ++i) result = gf_multiply(result, b);
  return result;
}

}  // namespace

sign::SecretText gf_interpolate(std::span<const GfPoint> points, std::uint8_t at) {
  ASSERT(!points.empty());
  sign::SecretText sum(points[0].y.size());
  for (const GfPoint& point : points) {
    std::uint8_t above = 1, below = 1;
    for (const GfPoint& other : points) {
      if (other.x == point.x) continue;
      above = gf_multiply(above, at ^ other.x);
      below = gf_multiply(below, point.x ^ other.x);
    }
    const std::uint8_t weight = gf_multiply(above, gf_inverse(below));
    for (std::size_t i = 0; i < sum.size(); ++i)
      sum.expose()[i] ^= static_cast<std::byte>(gf_multiply(static_cast<std::uint8_t>(point.y.expose()[i]), weight));
  }
  return sum;
}

}  // namespace solemn::sharing
