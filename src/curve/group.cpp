#include "curve/group.inc"

namespace solemn::curve {

std::string_view describe(PointStatus status) noexcept {
  switch (status) {
    case PointStatus::ok:
      return "valid";
    case PointStatus::not_canonical:
      return "not a canonical encoding";
    case PointStatus::not_on_curve:
      return "not on the curve";
    case PointStatus::not_in_subgroup:
      return "not in the prime-order subgroup";
    case PointStatus::infinity:
      return "the point at infinity";
  }
  return "unknown";
}

template struct Jacobian<G1<Bn254>::Field>;
template bool is_on_curve<G1<Bn254>>(const G1<Bn254>::Affine&) noexcept;
template bool is_in_subgroup<G1<Bn254>>(const G1<Bn254>::Affine&) noexcept;
template bool is_in_subgroup_reference<G1<Bn254>>(const G1<Bn254>::Affine&) noexcept;
template PointStatus check_point<G1<Bn254>>(const G1<Bn254>::Affine&, Infinity) noexcept;
template G1<Bn254>::Jacobian mul_reference<G1<Bn254>>(const G1<Bn254>::Affine&, const Bn254::Fr&) noexcept;
template G1<Bn254>::Jacobian mul_windows<G1<Bn254>>(const G1<Bn254>::Affine&, const Bn254::Fr&) noexcept;
template G1<Bn254>::Jacobian mul_integer_vartime<G1<Bn254>>(const G1<Bn254>::Affine&,
                                                            std::span<const std::uint64_t>) noexcept;
template G1<Bn254>::Jacobian clear_cofactor_vartime<G1<Bn254>>(const G1<Bn254>::Affine&) noexcept;

template struct Jacobian<G2<Bn254>::Field>;
template bool is_on_curve<G2<Bn254>>(const G2<Bn254>::Affine&) noexcept;
template bool is_in_subgroup<G2<Bn254>>(const G2<Bn254>::Affine&) noexcept;
template bool is_in_subgroup_reference<G2<Bn254>>(const G2<Bn254>::Affine&) noexcept;
template PointStatus check_point<G2<Bn254>>(const G2<Bn254>::Affine&, Infinity) noexcept;
template G2<Bn254>::Jacobian mul_reference<G2<Bn254>>(const G2<Bn254>::Affine&, const Bn254::Fr&) noexcept;
template G2<Bn254>::Jacobian mul_windows<G2<Bn254>>(const G2<Bn254>::Affine&, const Bn254::Fr&) noexcept;
template G2<Bn254>::Jacobian mul_integer_vartime<G2<Bn254>>(const G2<Bn254>::Affine&,
                                                            std::span<const std::uint64_t>) noexcept;
template G2<Bn254>::Jacobian clear_cofactor_vartime<G2<Bn254>>(const G2<Bn254>::Affine&) noexcept;

template G1<Bn254>::Affine phi<Bn254>(const G1<Bn254>::Affine&) noexcept;
template G2<Bn254>::Affine psi<Bn254>(const G2<Bn254>::Affine&) noexcept;
template G2<Bn254>::Jacobian psi<Bn254>(const G2<Bn254>::Jacobian&) noexcept;

template struct Jacobian<G1<Bls12_381>::Field>;
template bool is_on_curve<G1<Bls12_381>>(const G1<Bls12_381>::Affine&) noexcept;
template bool is_in_subgroup<G1<Bls12_381>>(const G1<Bls12_381>::Affine&) noexcept;
template bool is_in_subgroup_reference<G1<Bls12_381>>(const G1<Bls12_381>::Affine&) noexcept;
template PointStatus check_point<G1<Bls12_381>>(const G1<Bls12_381>::Affine&, Infinity) noexcept;
template G1<Bls12_381>::Jacobian mul_reference<G1<Bls12_381>>(const G1<Bls12_381>::Affine&,
                                                              const Bls12_381::Fr&) noexcept;
template G1<Bls12_381>::Jacobian mul_windows<G1<Bls12_381>>(const G1<Bls12_381>::Affine&,
                                                            const Bls12_381::Fr&) noexcept;
template G1<Bls12_381>::Jacobian mul_integer_vartime<G1<Bls12_381>>(const G1<Bls12_381>::Affine&,
                                                                    std::span<const std::uint64_t>) noexcept;
template G1<Bls12_381>::Jacobian clear_cofactor_vartime<G1<Bls12_381>>(const G1<Bls12_381>::Affine&) noexcept;

template struct Jacobian<G2<Bls12_381>::Field>;
template bool is_on_curve<G2<Bls12_381>>(const G2<Bls12_381>::Affine&) noexcept;
template bool is_in_subgroup<G2<Bls12_381>>(const G2<Bls12_381>::Affine&) noexcept;
template bool is_in_subgroup_reference<G2<Bls12_381>>(const G2<Bls12_381>::Affine&) noexcept;
template PointStatus check_point<G2<Bls12_381>>(const G2<Bls12_381>::Affine&, Infinity) noexcept;
template G2<Bls12_381>::Jacobian mul_reference<G2<Bls12_381>>(const G2<Bls12_381>::Affine&,
                                                              const Bls12_381::Fr&) noexcept;
template G2<Bls12_381>::Jacobian mul_windows<G2<Bls12_381>>(const G2<Bls12_381>::Affine&,
                                                            const Bls12_381::Fr&) noexcept;
template G2<Bls12_381>::Jacobian mul_integer_vartime<G2<Bls12_381>>(const G2<Bls12_381>::Affine&,
                                                                    std::span<const std::uint64_t>) noexcept;
template G2<Bls12_381>::Jacobian clear_cofactor_vartime<G2<Bls12_381>>(const G2<Bls12_381>::Affine&) noexcept;

template G1<Bls12_381>::Affine phi<Bls12_381>(const G1<Bls12_381>::Affine&) noexcept;
template G2<Bls12_381>::Affine psi<Bls12_381>(const G2<Bls12_381>::Affine&) noexcept;
template G2<Bls12_381>::Jacobian psi<Bls12_381>(const G2<Bls12_381>::Jacobian&) noexcept;

}  // namespace solemn::curve
