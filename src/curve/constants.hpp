#pragma once
// The numbers of the two curves, as canonical little-endian limbs. group.hpp turns them into field elements.
#include <array>
#include <cstddef>
#include <cstdint>

namespace solemn::curve {

enum class CurveId : std::uint8_t { bn254, bls12_381 };

/// How the sextic twist of G2 relates to xi: b' = b / xi (divisive) or b xi (multiplicative).
enum class Twist : std::uint8_t { divisive, multiplicative };

template <CurveId id>
struct Constants;

/// Source: EIP-197 (generators), EIP-196.
template <>
struct Constants<CurveId::bn254> {
  using Limbs = std::array<std::uint64_t, 4>;
  static constexpr std::uint64_t kB = 3;
  static constexpr std::uint64_t kXiReal = 9;  // xi = 9 + u
  static constexpr Twist kTwist = Twist::divisive;
  static constexpr bool kZNegative = false;
  static constexpr std::array<Limbs, 2> kG1Generator = {Limbs{1}, Limbs{2}};
  /// x.c0, x.c1, y.c0, y.c1
  static constexpr std::array<Limbs, 4> kG2Generator = {
      Limbs{0x46debd5cd992f6ed, 0x674322d4f75edadd, 0x426a00665e5c4479, 0x1800deef121f1e76},
      Limbs{0x97e485b7aef312c2, 0xf1aa493335a9e712, 0x7260bfb731fb5d25, 0x198e9393920d483a},
      Limbs{0x4ce6cc0166fa7daa, 0xe3d1e7690c43d37b, 0x4aab71808dcb408f, 0x12c85ea5db8c6deb},
      Limbs{0x55acdadcd122975b, 0xbc4b313370b38ef3, 0xec9e99ad690c3395, 0x090689d0585ff075}};
  /// 3 / xi
  static constexpr std::array<Limbs, 2> kG2B = {
      Limbs{0x3267e6dc24a138e5, 0xb5b4c5e559dbefa3, 0x81be18991be06ac3, 0x2b149d40ceb8aaae},
      Limbs{0xe4a2bd0685c315d2, 0xa74fa084e52d1852, 0xcd2cafadeed8fdf4, 0x009713b03af0fed4}};
  /// beta^3 = 1 in Fq and lambda^2 + lambda + 1 = 0 in Fr, with (beta x, y) = lambda (x, y).
  static constexpr Limbs kBeta = {0x5763473177fffffe, 0xd4f263f1acdb5c4f, 0x59e26bcea0d48bac, 0x0000000000000000};
  static constexpr std::array<std::uint64_t, 4> kLambda = {0x8b17ea66b99c90dd, 0x5bfc41088d8daaa7, 0xb3c4d79d41a91758,
                                                           0x0000000000000000};
  /// q mod r = 6 z^2.
  static constexpr std::array<std::uint64_t, 4> kPsiEigenvalue = {0xf83e9682e87cfd46, 0x6f4d8248eeb859fb,
                                                                  0x0000000000000000, 0x0000000000000000};
  static constexpr std::array<std::uint64_t, 1> kG1Cofactor = {1};
  static constexpr std::array<std::uint64_t, 4> kG2Cofactor = {0x345f2299c0f9fa8d, 0x06ceecda572a2489,
                                                               0xb85045b68181585e, 0x30644e72e131a029};
};

/// Source: draft-irtf-cfrg-pairing-friendly-curves, section 4.2.1.
template <>
struct Constants<CurveId::bls12_381> {
  using Limbs = std::array<std::uint64_t, 6>;
  static constexpr std::uint64_t kB = 4;
  static constexpr std::uint64_t kXiReal = 1;  // xi = 1 + u
  static constexpr Twist kTwist = Twist::multiplicative;
  static constexpr bool kZNegative = true;
  static constexpr std::array<Limbs, 2> kG1Generator = {
      Limbs{0xfb3af00adb22c6bb, 0x6c55e83ff97a1aef, 0xa14e3a3f171bac58, 0xc3688c4f9774b905, 0x2695638c4fa9ac0f,
            0x17f1d3a73197d794},
      Limbs{0x0caa232946c5e7e1, 0xd03cc744a2888ae4, 0x00db18cb2c04b3ed, 0xfcf5e095d5d00af6, 0xa09e30ed741d8ae4,
            0x08b3f481e3aaa0f1}};
  /// x.c0, x.c1, y.c0, y.c1
  static constexpr std::array<Limbs, 4> kG2Generator = {
      Limbs{0xd48056c8c121bdb8, 0x0bac0326a805bbef, 0xb4510b647ae3d177, 0xc6e47ad4fa403b02, 0x260805272dc51051,
            0x024aa2b2f08f0a91},
      Limbs{0xe5ac7d055d042b7e, 0x334cf11213945d57, 0xb5da61bbdc7f5049, 0x596bd0d09920b61a, 0x7dacd3a088274f65,
            0x13e02b6052719f60},
      Limbs{0xe193548608b82801, 0x923ac9cc3baca289, 0x6d429a695160d12c, 0xadfd9baa8cbdd3a7, 0x8cc9cdc6da2e351a,
            0x0ce5d527727d6e11},
      Limbs{0xaaa9075ff05f79be, 0x3f370d275cec1da1, 0x267492ab572e99ab, 0xcb3e287e85a763af, 0x32acd2b02bc28b99,
            0x0606c4a02ea734cc}};
  /// 4 (1 + u)
  static constexpr std::array<Limbs, 2> kG2B = {Limbs{4}, Limbs{4}};
  /// beta^3 = 1 in Fq and lambda^2 + lambda + 1 = 0 in Fr, with (beta x, y) = lambda (x, y); lambda = -z^2.
  static constexpr Limbs kBeta = {0x2e01fffffffefffe, 0xde17d813620a0002, 0xddb3a93be6f89688,
                                  0xba69c6076a0f77ea, 0x5f19672fdf76ce51, 0x0000000000000000};
  static constexpr std::array<std::uint64_t, 4> kLambda = {0xfffffffe00000001, 0xa7780001fffcb7fc, 0x3339d80809a1d804,
                                                           0x73eda753299d7d48};
  /// q mod r = z.
  static constexpr std::array<std::uint64_t, 4> kPsiEigenvalue = {0x2dfefffeffff0001, 0x53bda402fffe5bfe,
                                                                  0x3339d80809a1d805, 0x73eda753299d7d48};
  static constexpr std::array<std::uint64_t, 2> kG1Cofactor = {0x8c00aaab0000aaab, 0x396c8c005555e156};
  static constexpr std::array<std::uint64_t, 8> kG2Cofactor = {
      0xcf1c38e31c7238e5, 0x1616ec6e786f0c70, 0x21537e293a6691ae, 0xa628f1cb4d9e82ef,
      0xa68a205b2e5a7ddf, 0xcd91de4547085aba, 0x091d50792876a202, 0x05d543a95414e7f1};
};

}  // namespace solemn::curve
