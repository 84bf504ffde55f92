#include "field/fp.hpp"

namespace solemn::field {

template class Fp<Bn254Fq, Portable>;
template class Fp<Bn254Fr, Portable>;
template class Fp<Bls12_381Fq, Portable>;
template class Fp<Bls12_381Fr, Portable>;

}  // namespace solemn::field
