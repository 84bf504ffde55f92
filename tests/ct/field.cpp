// Everything in Fp whose name does not end in _vartime, on secret elements; results compared with the portable
// backend's.
#include <array>
#include <vector>

#include "arithmetic.hpp"
#include "base/secret.hpp"

namespace solemn::ct_test {
namespace {

template <class F>
void append(std::vector<typename F::Limbs>& out, const F& value) {
  out.push_back(value.montgomery());
}

// pow_vartime's time depends on the exponent, which is public here.
template <class F>
std::vector<typename F::Limbs> compute(const F& a, const F& b, std::span<const std::byte> wide) {
  std::vector<typename F::Limbs> out;
  for (const F& value : {a + b, a - b, a * b, -a, a.square(), a.dbl(), a.half(), a.inverse(), a.pow_vartime(1000003)}) {
    append(out, value);
  }
  const ct::Choice same = ct_equal(a, b) | a.is_zero();
  append(out, F::select(same, a, b));
  append(out, a.negate_if(!same));
  append(out, F::from_canonical_reduced(a.to_canonical()));
  append(out, F::from_wide_bytes(wide));
  std::array<F, 5> values = {a, F::zero(), b, a - a, a * b};
  std::array<F, 5> scratch;
  field::batch_inverse<F>(values, scratch);
  for (const F& value : values) append(out, value);
  std::array<std::byte, 2 * F::kBytes> bytes{};
  a.write_be(std::span(bytes).first(F::kBytes));
  b.write_le(std::span(bytes).subspan(F::kBytes));
  for (std::size_t half = 0; half < 2; ++half) {
    typename F::Limbs limbs{};
    std::memcpy(limbs.data(), bytes.data() + half * F::kBytes, F::kBytes);
    out.push_back(limbs);
  }
  return out;
}

template <class P>
void check_field(std::uint64_t seed) {
  using Plain = field::Fp<P, field::Portable>;
  using Checked = field::Fp<P, CheckedBackend>;
  std::mt19937_64 random(seed);
  const auto a = random_element<Plain>(random);
  const auto b = random_element<Plain>(random);
  std::array<std::byte, Plain::kBytes + 32> wide{};
  for (auto& byte : wide) byte = static_cast<std::byte>(random());
  const auto expected = compute<Plain>(a, b, wide);
  const auto secret_a = as_secret(*Checked::from_montgomery(a.montgomery()));
  const auto secret_b = as_secret(*Checked::from_montgomery(b.montgomery()));
  mark_secret(wide);
  auto results = compute<Checked>(secret_a, secret_b, wide);
  mark_all_public(std::span(results));
  require(results == expected, "field arithmetic");
}

}  // namespace
}  // namespace solemn::ct_test

int main() {
  using namespace solemn;
  ct_test::require_backend();
  ct_test::check_field<field::Bn254Fq>(1);
  ct_test::check_field<field::Bn254Fr>(2);
  ct_test::check_field<field::Bls12_381Fq>(3);
  ct_test::check_field<field::Bls12_381Fr>(4);
  return 0;
}
