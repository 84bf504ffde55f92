// The kernels of the adx backend.
#include "curve/kernels.inc"

namespace solemn::curve {

template const PointKernels<G1<Bn254>>& point_kernels<G1<Bn254>, field::Adx>() noexcept;
template const PointKernels<G2<Bn254>>& point_kernels<G2<Bn254>, field::Adx>() noexcept;
template const PairingKernels<Bn254>& pairing_kernels<Bn254, field::Adx>() noexcept;
template const PointKernels<G1<Bls12_381>>& point_kernels<G1<Bls12_381>, field::Adx>() noexcept;
template const PointKernels<G2<Bls12_381>>& point_kernels<G2<Bls12_381>, field::Adx>() noexcept;
template const PairingKernels<Bls12_381>& pairing_kernels<Bls12_381, field::Adx>() noexcept;

}  // namespace solemn::curve
