#pragma once
// The constant from which every Frobenius coefficient of the tower follows.
#include "curve/curves.hpp"

namespace solemn::curve::detail {

/// gamma = xi^((q-1)/6), so that w^q = gamma w in Fp12 = Fp2[w]/(w^6 - xi). Computed at the first call.
template <class C>
const typename C::Fq2& frobenius_root() noexcept {
  static const typename C::Fq2 gamma = [] {
    auto exponent = C::Fq::Params::kModulus;  // floor(q / 6) = (q - 1) / 6, because q = 1 mod 6
    std::uint64_t remainder = 0;
    for (std::size_t i = exponent.size(); i-- > 0;) {
      for (unsigned half = 2; half-- > 0;) {  // 32 bits at a time: the quotient digit fits
        const std::uint64_t part = remainder << 32 | (exponent[i] >> (32 * half) & 0xffffffff);
        remainder = part % 6;
        exponent[i] = (exponent[i] & (half == 1 ? 0xffffffff : 0xffffffff00000000)) | part / 6 << (32 * half);
      }
    }
    return C::xi().pow_vartime(exponent);
  }();
  return gamma;
}

}  // namespace solemn::curve::detail
