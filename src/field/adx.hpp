#pragma once
// The Adx backend. Without its own kernel (constant expressions, other processors, limb counts other than 4 and 6) it
// is Portable.
#include "field/portable.hpp"

namespace solemn::field {

template <class P>
struct Arithmetic<P, Adx> : Arithmetic<P, Portable> {};

}  // namespace solemn::field
