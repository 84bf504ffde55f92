#pragma once
// What a ceremony will take on this machine: the kernels are measured, the work of each step is counted, one is
// multiplied by the other.
#include "setup/context.hpp"

namespace solemn::setup {

/// Seconds for one, with all threads of the pool at work.
struct Rates {
  double multiply_g1 = 0, multiply_g2 = 0;    // a point times its own secret scalar (contribute)
  double divide_g1 = 0;                       // a point times the common secret scalar (zkey contribute)
  double transform_g1 = 0, transform_g2 = 0;  // a multiplication of the transforms, fft::group_transform_cost()
  double chain_g1 = 0, chain_g2 = 0;          // a point in rows of digits, 128 bits (verify, also prepared)
  double combine_g1 = 0, combine_g2 = 0;  // a point with a coefficient of 128 bits (zkey contribute; G2: to be shown)
  double msm_g1 = 0, msm_g2 = 0;          // a point of a multi-scalar multiplication (proof)
  double hash_byte = 0;                   // BLAKE2b, which has one thread whatever the pool
};

/// Measures each for about `seconds`; on points of this curve that are made for it.
Rates measure_rates(curve::CurveId curve, double seconds, const Context& context);

/// Seconds of each step for 2^power; phase 2 and the proof for a circuit of that size. Reading and writing the disk is
/// not counted, nor what does not grow with the size.
struct Forecast {
  double contribute = 0, verify = 0, prepare = 0, verify_prepared = 0, zkey_contribute = 0, proof = 0;
};
Forecast forecast(const Rates& rates, curve::CurveId curve, unsigned power, unsigned n_threads);

}  // namespace solemn::setup
