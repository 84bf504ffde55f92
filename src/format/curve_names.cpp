// Curves by their primes and by their names.
#include <algorithm>
#include <array>
#include <cstring>

#include "format/container.hpp"
#include "format/malformed.hpp"

namespace solemn::format {

namespace {

template <std::size_t N>
bool equals_le(base::ByteSpan bytes, const std::array<std::uint64_t, N>& limbs) {
  if (bytes.size() != 8 * N) return false;
  for (std::size_t i = 0; i < N; ++i) {
    if (base::load_le64(bytes.subspan(8 * i)) != limbs[i]) return false;
  }
  return true;
}

// Letters and digits of a name, in lower case.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') out.push_back(static_cast<char>(c - 'A' + 'a'));
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out.push_back(c);
  }
  return out;
}

}  // namespace

curve::CurveId curve_of_base_prime(base::ByteSpan q_le) {
  if (equals_le(q_le, field::Bn254Fq::kModulus)) return curve::CurveId::bn254;
  if (equals_le(q_le, field::Bls12_381Fq::kModulus)) return curve::CurveId::bls12_381;
  internal::malformed("the base field is of no curve that is known here (bn254, bls12-381)");
}

curve::CurveId curve_of_scalar_prime(base::ByteSpan r_le) {
  if (equals_le(r_le, field::Bn254Fr::kModulus)) return curve::CurveId::bn254;
  if (equals_le(r_le, field::Bls12_381Fr::kModulus)) return curve::CurveId::bls12_381;
  internal::malformed("the scalar field is of no curve that is known here (bn254, bls12-381)");
}

curve::CurveId curve_from_name(std::string_view name) {
  const std::string text = plain(name);
  if (text == "bn254" || text == "bn128" || text == "altbn128") return curve::CurveId::bn254;
  if (text == "bls12381") return curve::CurveId::bls12_381;
  throw base::Error(base::Code::usage, "'" + base::printable(name) + "' is not a curve",
                    "the curves are bn254 (also called bn128) and bls12-381");
}

std::string_view curve_name(curve::CurveId id) noexcept {
  return id == curve::CurveId::bn254 ? curve::Bn254::kName : curve::Bls12_381::kName;
}

}  // namespace solemn::format
