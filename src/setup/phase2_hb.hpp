#pragma once
// The two bases of the H query (spec section 10): snarkjs keeps H_i, odd points of the Lagrange basis of size 2n;
// bellman and arkworks keep Hb_j = (tau^(j+n) - tau^j) / delta, j < n-1.   Hb = [ DFT_n(H) then element j times -2 w^j
// ], last one dropped, w = w[k+1].
#include <vector>

#include "format/zkey.hpp"
#include "setup/context.hpp"

namespace solemn::setup {

template <class C>
std::vector<typename curve::G1<C>::Affine> h_to_differences(const format::ZkeyReader<C>& zkey, const Context& context);

/// Back: append infinity, element j times -1/2 w^-j, inverse DFT.
template <class C>
std::vector<typename curve::G1<C>::Affine> differences_to_h(std::vector<typename curve::G1<C>::Affine> hb,
                                                            unsigned domain_log2, const Context& context);

}  // namespace solemn::setup
