#include "curve/encoding.inc"

namespace solemn::curve {

template void write_snarkjs_u<G1<Bn254>>(base::MutableByteSpan, const G1<Bn254>::Affine&, InfinityFlag) noexcept;
template void write_snarkjs_c<G1<Bn254>>(base::MutableByteSpan, const G1<Bn254>::Affine&) noexcept;
template void write_lem<G1<Bn254>>(base::MutableByteSpan, const G1<Bn254>::Affine&) noexcept;
template void write_arkworks<G1<Bn254>>(base::MutableByteSpan, const G1<Bn254>::Affine&, Form) noexcept;
template Decoded<G1<Bn254>> read_snarkjs_u<G1<Bn254>>(base::ByteSpan, Subgroup) noexcept;
template Decoded<G1<Bn254>> read_snarkjs_c<G1<Bn254>>(base::ByteSpan, Subgroup) noexcept;
template Decoded<G1<Bn254>> read_lem<G1<Bn254>>(base::ByteSpan, Subgroup) noexcept;
template Decoded<G1<Bn254>> read_arkworks<G1<Bn254>>(base::ByteSpan, Form, Subgroup) noexcept;

template void write_snarkjs_u<G2<Bn254>>(base::MutableByteSpan, const G2<Bn254>::Affine&, InfinityFlag) noexcept;
template void write_snarkjs_c<G2<Bn254>>(base::MutableByteSpan, const G2<Bn254>::Affine&) noexcept;
template void write_lem<G2<Bn254>>(base::MutableByteSpan, const G2<Bn254>::Affine&) noexcept;
template void write_arkworks<G2<Bn254>>(base::MutableByteSpan, const G2<Bn254>::Affine&, Form) noexcept;
template Decoded<G2<Bn254>> read_snarkjs_u<G2<Bn254>>(base::ByteSpan, Subgroup) noexcept;
template Decoded<G2<Bn254>> read_snarkjs_c<G2<Bn254>>(base::ByteSpan, Subgroup) noexcept;
template Decoded<G2<Bn254>> read_lem<G2<Bn254>>(base::ByteSpan, Subgroup) noexcept;
template Decoded<G2<Bn254>> read_arkworks<G2<Bn254>>(base::ByteSpan, Form, Subgroup) noexcept;

template void write_snarkjs_u<G1<Bls12_381>>(base::MutableByteSpan, const G1<Bls12_381>::Affine&,
                                             InfinityFlag) noexcept;
template void write_snarkjs_c<G1<Bls12_381>>(base::MutableByteSpan, const G1<Bls12_381>::Affine&) noexcept;
template void write_lem<G1<Bls12_381>>(base::MutableByteSpan, const G1<Bls12_381>::Affine&) noexcept;
template void write_arkworks<G1<Bls12_381>>(base::MutableByteSpan, const G1<Bls12_381>::Affine&, Form) noexcept;
template Decoded<G1<Bls12_381>> read_snarkjs_u<G1<Bls12_381>>(base::ByteSpan, Subgroup) noexcept;
template Decoded<G1<Bls12_381>> read_snarkjs_c<G1<Bls12_381>>(base::ByteSpan, Subgroup) noexcept;
template Decoded<G1<Bls12_381>> read_lem<G1<Bls12_381>>(base::ByteSpan, Subgroup) noexcept;
template Decoded<G1<Bls12_381>> read_arkworks<G1<Bls12_381>>(base::ByteSpan, Form, Subgroup) noexcept;

template void write_snarkjs_u<G2<Bls12_381>>(base::MutableByteSpan, const G2<Bls12_381>::Affine&,
                                             InfinityFlag) noexcept;
template void write_snarkjs_c<G2<Bls12_381>>(base::MutableByteSpan, const G2<Bls12_381>::Affine&) noexcept;
template void write_lem<G2<Bls12_381>>(base::MutableByteSpan, const G2<Bls12_381>::Affine&) noexcept;
template void write_arkworks<G2<Bls12_381>>(base::MutableByteSpan, const G2<Bls12_381>::Affine&, Form) noexcept;
template Decoded<G2<Bls12_381>> read_snarkjs_u<G2<Bls12_381>>(base::ByteSpan, Subgroup) noexcept;
template Decoded<G2<Bls12_381>> read_snarkjs_c<G2<Bls12_381>>(base::ByteSpan, Subgroup) noexcept;
template Decoded<G2<Bls12_381>> read_lem<G2<Bls12_381>>(base::ByteSpan, Subgroup) noexcept;
template Decoded<G2<Bls12_381>> read_arkworks<G2<Bls12_381>>(base::ByteSpan, Form, Subgroup) noexcept;

}  // namespace solemn::curve
