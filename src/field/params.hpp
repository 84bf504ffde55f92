#pragma once
// The primes. A field is one struct: the modulus as little-endian 64-bit limbs; everything else (R, R^2, -p^-1,
// two-adicity, roots of unity, square-root exponents) is derived by consteval code in fp.hpp.
#include <array>
#include <cstdint>
#include <string_view>

namespace solemn::field {

/// BN254 base field: 36z^4 + 36z^3 + 24z^2 + 6z + 1 with z = 4965661367192848881 (EIP-197).
struct Bn254Fq {
  static constexpr std::string_view kName = "bn254.Fq";
  static constexpr std::array<std::uint64_t, 4> kModulus = {0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d,
                                                            0x30644e72e131a029};
};
/// BN254 scalar field: 36z^4 + 36z^3 + 18z^2 + 6z + 1.
struct Bn254Fr {
  static constexpr std::string_view kName = "bn254.Fr";
  static constexpr std::array<std::uint64_t, 4> kModulus = {0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d,
                                                            0x30644e72e131a029};
};
/// BLS12-381 base field: (z-1)^2 (z^4-z^2+1)/3 + z with z = -0xd201000000010000.
struct Bls12_381Fq {
  static constexpr std::string_view kName = "bls12-381.Fq";
  static constexpr std::array<std::uint64_t, 6> kModulus = {0xb9feffffffffaaab, 0x1eabfffeb153ffff, 0x6730d2a0f6b0f624,
                                                            0x64774b84f38512bf, 0x4b1ba7b6434bacd7, 0x1a0111ea397fe69a};
};
/// BLS12-381 scalar field: z^4 - z^2 + 1.
struct Bls12_381Fr {
  static constexpr std::string_view kName = "bls12-381.Fr";
  static constexpr std::array<std::uint64_t, 4> kModulus = {0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805,
                                                            0x73eda753299d7d48};
};

}  // namespace solemn::field
