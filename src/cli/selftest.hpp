#pragma once
// Known answers on the user's own machine, in seconds.
#include "setup/context.hpp"
#include "setup/verdict.hpp"

namespace solemn::cli {

/// Runs small deterministic ceremonies in a private temporary folder and compares whole files by SHA-256 with published
/// answers (made by snarkjs 0.7.6), plus pairing and hash known answers. Rules: bn254-phase1, bls12-381-phase1,
/// pairing, hashes, and those of sharing::self_test().
setup::Verdict selftest(const setup::Context& context);

}  // namespace solemn::cli
