#include "curve/hash_to_curve.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "curve/sswu_constants.hpp"
#include "hash/expand_message.hpp"

namespace solemn::curve {

namespace {

using Fq = Bls12_381::Fq;
using Fq2 = Bls12_381::Fq2;

constexpr std::size_t kElementBytes = 64;  // L of both suites

Fq field_of(const sswu::Limbs& limbs) noexcept { return Fq::from_canonical_reduced(limbs); }
Fq2 field_of(const sswu::Pair& pair) noexcept { return {field_of(pair[0]), field_of(pair[1])}; }

// sgn0, RFC 9380 section 4.1.
bool parity(const Fq& x) noexcept { return (x.to_canonical()[0] & 1) != 0; }
bool parity(const Fq2& x) noexcept { return x.c0.is_zero_vartime() ? parity(x.c1) : parity(x.c0); }

// OS2IP of 64 bytes, mod p.
Fq reduced(base::ByteSpan big_endian) noexcept {
  std::array<std::byte, kElementBytes> little{};
  std::reverse_copy(big_endian.begin(), big_endian.end(), little.begin());
  return Fq::from_wide_bytes(little);
}

template <class F>
struct Map;

template <>
struct Map<Fq> {
  static Fq a() noexcept { return field_of(sswu::kG1A); }
  static Fq b() noexcept { return field_of(sswu::kG1B); }
  static Fq z() noexcept { return Fq::from_u64(11); }
  static constexpr const auto& kXNumerator = sswu::kG1XNumerator;
  static constexpr const auto& kXDenominator = sswu::kG1XDenominator;
  static constexpr const auto& kYNumerator = sswu::kG1YNumerator;
  static constexpr const auto& kYDenominator = sswu::kG1YDenominator;
  static constexpr const auto& kCofactor = sswu::kG1EffectiveCofactor;
  static constexpr std::size_t kDegree = 1;
  static Fq element(base::ByteSpan bytes) noexcept { return reduced(bytes); }
};

template <>
struct Map<Fq2> {
  static Fq2 a() noexcept { return {Fq::zero(), Fq::from_u64(240)}; }
  static Fq2 b() noexcept { return {Fq::from_u64(1012), Fq::from_u64(1012)}; }
  static Fq2 z() noexcept { return {-Fq::from_u64(2), -Fq::one()}; }
  static constexpr const auto& kXNumerator = sswu::kG2XNumerator;
  static constexpr const auto& kXDenominator = sswu::kG2XDenominator;
  static constexpr const auto& kYNumerator = sswu::kG2YNumerator;
  static constexpr const auto& kYDenominator = sswu::kG2YDenominator;
  static constexpr const auto& kCofactor = sswu::kG2EffectiveCofactor;
  static constexpr std::size_t kDegree = 2;
  static Fq2 element(base::ByteSpan bytes) noexcept {
    return {reduced(bytes.first(kElementBytes)), reduced(bytes.subspan(kElementBytes))};
  }
};

// The simplified SWU map to E': y^2 = x^3 + a x + b, RFC 9380 section 6.6.2.
template <class F>
Affine<F> simplified_swu(const F& u) noexcept {
  using M = Map<F>;
  const F a = M::a(), b = M::b(), z = M::z();
  const F zu2 = z * u.square();
  const F t = (zu2.square() + zu2).inverse_vartime();  // inv0: of zero, zero
  const F x1 = t.is_zero_vartime() ? b * (z * a).inverse_vartime() : -b * a.inverse_vartime() * (F::one() + t);
  const auto right_side = [&](const F& x) { return (x.square() + a) * x + b; };
  F x = x1;
  auto y = right_side(x1).sqrt_vartime();
  if (!y) {
    x = zu2 * x1;
    y = right_side(x).sqrt_vartime();
  }
  ASSERT(y);  // one of the two is a square
  return {x, parity(u) == parity(*y) ? *y : -*y};
}

template <class F, class Coefficients>
F evaluate(const Coefficients& coefficients, const F& x) noexcept {
  F sum = F::zero();
  for (std::size_t i = coefficients.size(); i-- > 0;) sum = sum * x + field_of(coefficients[i]);
  return sum;
}

// The isogeny E' -> E, RFC 9380 appendix E. Points of its kernel go to infinity.
template <class F>
Affine<F> isogeny(const Affine<F>& p) noexcept {
  using M = Map<F>;
  const F x_denominator = evaluate(M::kXDenominator, p.x), y_denominator = evaluate(M::kYDenominator, p.x);
  const F inverse = (x_denominator * y_denominator).inverse_vartime();
  if (inverse.is_zero_vartime()) return Affine<F>::infinity();
  return {evaluate(M::kXNumerator, p.x) * inverse * y_denominator,
          p.y * evaluate(M::kYNumerator, p.x) * inverse * x_denominator};
}

}  // namespace

template <class G>
typename G::Affine map_to_curve_vartime(const typename G::Field& u) noexcept {
  return isogeny(simplified_swu(u));
}

template <class G>
typename G::Affine hash_to_curve_vartime(base::ByteSpan message, std::string_view domain) {
  using M = Map<typename G::Field>;
  constexpr std::size_t kBytes = M::kDegree * kElementBytes;
  std::array<std::byte, 2 * kBytes> uniform{};
  hash::expand_message_xmd(message, domain, uniform);
  const auto q0 = map_to_curve_vartime<G>(M::element(base::ByteSpan(uniform).first(kBytes)));
  const auto q1 = map_to_curve_vartime<G>(M::element(base::ByteSpan(uniform).subspan(kBytes)));
  const auto sum = add_vartime(G::Jacobian::from(q0), q1).to_affine_vartime();
  return mul_integer_vartime<G>(sum, M::kCofactor).to_affine_vartime();
}

template G1<Bls12_381>::Affine map_to_curve_vartime<G1<Bls12_381>>(const Fq&) noexcept;
template G2<Bls12_381>::Affine map_to_curve_vartime<G2<Bls12_381>>(const Fq2&) noexcept;
template G1<Bls12_381>::Affine hash_to_curve_vartime<G1<Bls12_381>>(base::ByteSpan, std::string_view);
template G2<Bls12_381>::Affine hash_to_curve_vartime<G2<Bls12_381>>(base::ByteSpan, std::string_view);

}  // namespace solemn::curve
