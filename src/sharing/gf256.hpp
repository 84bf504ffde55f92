#pragma once
// GF(256) with the polynomial of AES, and interpolation byte by byte. Constant time in the values; the places are
// public. Private to this folder.
#include <span>

#include "sign/signer.hpp"

namespace solemn::sharing {

constexpr std::uint8_t gf_multiply(std::uint8_t a, std::uint8_t b) noexcept {
  unsigned product = 0, x = a;
  for (unsigned i = 0; i < 8; ++i) {
    product ^= x & (0U - (b >> i & 1U));
    x = (x << 1 ^ (0x11bU & (0U - (x >> 7 & 1U)))) & 0x1ffU;
  }
  return static_cast<std::uint8_t>(product);
}

struct GfPoint {
  std::uint8_t x = 0;
  sign::SecretText y;
};
/// f(at), for the polynomial through the points, byte by byte. REQUIRES: points not empty, x distinct, y equally long.
sign::SecretText gf_interpolate(std::span<const GfPoint> points, std::uint8_t at);

}  // namespace solemn::sharing
