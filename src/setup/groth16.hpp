#pragma once
// Groth16 (eprint 2016/260): proofs, their verification, and what makes a verification key forgeable.
#include "format/snarkjs_json.hpp"
#include "setup/phase2.hpp"

namespace solemn::setup {

/// Proves with fresh random r, s. Checks that the witness satisfies A.B = C implied by the key's coefficients as far as
/// the key allows, and verifies its own proof before writing. Refuses unsound keys unless policy allows. Throws
/// Error{rejected} when the witness does not satisfy the circuit.
void proof_create(const base::Path& zkey, const base::Path& wtns, const base::Path& proof_json,
                  const base::Path& public_json, TestKey policy, const Context& context);

/// Rules: structure, curve-points, subgroup-points, public-count, public-range, key-sound (lint of the key),
/// pairing-equation.
Verdict proof_verify(const base::Path& vkey, const base::Path& public_json, const base::Path& proof_json,
                     TestKey policy, const Context& context);

/// Lint of a verification key, snarkjs JSON or arkworks VK.bin (any form, either curve). Rules: structure,
/// curve-points, subgroup-points, no-infinity, delta-not-gamma, delta-not-generator, gamma-not-degenerate,
/// alpha-beta-match, ic-distinct, contributions-unknown (not_run: a vkey does not carry its chain). With zkey: also
/// `matches-zkey` (every point equal), and contributions-exist from its chain.
Verdict vkey_check(const base::Path& vkey, const base::Path* zkey, const Context& context);
/// The same for the content of such a file.
Verdict vkey_check_bytes(base::ByteSpan vkey, const base::Path* zkey, const Context& context);

/// The equation itself: e(A, B) = e(alpha, beta) e(IC(public), gamma) e(C, delta).
template <class C>
bool groth16_verify(const format::VerifyingKey<C>& vk, std::span<const typename C::Fr> public_inputs,
                    const format::Proof<C>& proof, base::Pool& pool);

}  // namespace solemn::setup
