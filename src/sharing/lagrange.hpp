#pragma once
// Interpolation over public indices. Private to this folder.
#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace solemn::sharing {

/// basis[i][j]: the coefficient of x^j, mod n, in the polynomial of degree |indices|-1 that is 1 at indices[i] and 0 at
/// the others. So a_j = sum_i basis[i][j] f(indices[i]); j = 0 gives f(0). None of them is zero. REQUIRES: indices
/// distinct, 1 to 255. Variable time: indices are public.
std::vector<std::vector<base::Hash32>> lagrange_basis_vartime(std::span<const unsigned> indices);

}  // namespace solemn::sharing
