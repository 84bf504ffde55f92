#pragma once
// Discrete Fourier transforms over the scalar field and over groups. Roots of unity are those of spec 1.3 (w[s] =
// nqr^t).
#include "fft/group_fft.hpp"
#include "fft/scalar_fft.hpp"
