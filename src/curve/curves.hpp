#pragma once
// The two curves as types: everything above is a template over one of them. C::With<Adx> is the same curve with another
// multiplier and the same memory layout (rebind.hpp converts spans between them).
#include <cstdint>
#include <string_view>

#include "curve/constants.hpp"
#include "curve/fp12.hpp"
#include "curve/fp2.hpp"
#include "curve/fp6.hpp"
#include "field/fp.hpp"

namespace solemn::curve {

/// BN254 (alt_bn128, "bn128" in snarkjs). y^2 = x^3 + 3; twist y^2 = x^3 + 3/(9+u).
template <class B>
struct Bn254With {
  using Backend = B;
  template <class Other>
  using With = Bn254With<Other>;
  using Fq = field::Fp<field::Bn254Fq, B>;
  using Fr = field::Fp<field::Bn254Fr, B>;
  using Fq2 = Fp2<Fq>;
  using Fq12 = Fp12<Bn254With>;
  using Numbers = Constants<CurveId::bn254>;
  static constexpr CurveId kId = CurveId::bn254;
  static constexpr std::string_view kName = "bn254";                           // ours
  static constexpr std::string_view kSnarkjsName = "bn128";                    // in JSON
  static constexpr std::uint64_t kZ = 4965661367192848881U;                    // the BN parameter, positive
  static constexpr Fq2 xi() noexcept { return {Fq::from_u64(9), Fq::one()}; }  // Fp6 = Fp2[v]/(v^3 - xi)
};
using Bn254 = Bn254With<field::Portable>;

/// BLS12-381. y^2 = x^3 + 4; twist y^2 = x^3 + 4(1+u).
template <class B>
struct Bls12_381With {
  using Backend = B;
  template <class Other>
  using With = Bls12_381With<Other>;
  using Fq = field::Fp<field::Bls12_381Fq, B>;
  using Fr = field::Fp<field::Bls12_381Fr, B>;
  using Fq2 = Fp2<Fq>;
  using Fq12 = Fp12<Bls12_381With>;
  using Numbers = Constants<CurveId::bls12_381>;
  static constexpr CurveId kId = CurveId::bls12_381;
  static constexpr std::string_view kName = "bls12-381";
  static constexpr std::string_view kSnarkjsName = "bls12381";
  static constexpr std::uint64_t kZ = 0xd201000000010000U;  // |z|; z is negative
  static constexpr Fq2 xi() noexcept { return {Fq::one(), Fq::one()}; }
};
using Bls12_381 = Bls12_381With<field::Portable>;

}  // namespace solemn::curve
