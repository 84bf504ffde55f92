#pragma once
// Phase 2 of Groth16 (spec sections 8 and 9): from a circuit and a prepared ptau to a proving key that several people
// randomised.
#include <optional>

#include "format/exports.hpp"
#include "format/r1cs.hpp"
#include "format/zkey.hpp"
#include "setup/context.hpp"
#include "setup/verdict.hpp"

namespace solemn::setup {

/// The initial key (delta = 1). Deterministic. Streams: the points of signals take no more than
/// Context::memory_limit_bytes (0: half of the memory there is), all else does not grow with the circuit; a run that
/// was stopped leaves nothing. Returns csHash.
base::Hash64 zkey_new(const base::Path& r1cs, const base::Path& ptau, const base::Path& out, const Context& context);

/// Both return the contribution hash (BLAKE2b of the public key). Verify what they wrote before it gets its name.
base::Hash64 zkey_contribute(const base::Path& in, const base::Path& out, std::string_view name, Entropy entropy,
                             const Context& context);
base::Hash64 zkey_beacon(const base::Path& in, const base::Path& out, std::string_view name, const Beacon& beacon,
                         TestBeacon policy, const Context& context);

struct ZkeyVerifyOptions {
  const base::Path* previous = nullptr;  // also prove that the key extends this accepted one: its chain is a prefix,
                                         // everything fixed is equal, L and H by delta ratio
  bool chain_only = false;               // no circuit and no ptau: the checks that need them are "not run"
  TestBeacon beacon_policy = TestBeacon::refuse;
};
/// Rules: structure, curve-points, subgroup-points, contributions-exist, contribution-transcripts, contribution-keys,
/// contribution-ratios, beacon-steps, no-test-beacon, delta-matches-chain, delta-g1-g2, delta-not-gamma,
/// delta-not-generator, gamma-is-generator, circuit-hash (detail: era of snarkjs <= 0.6.11 or >= 0.7, and which ptau
/// size rule), ptau-alpha-beta, circuit-shape, query-ic, coefficients, query-a, query-b1, query-b2, query-l, query-h,
/// extends-previous. Recomputes the deterministic parts from r1cs and ptau; never trusts an init file. The ptau itself
/// is assumed verified (`solemn ptau verify`); says so in the detail.
Verdict zkey_verify(const base::Path* r1cs, const base::Path* ptau, const base::Path& zkey,
                    const ZkeyVerifyOptions& options, const Context& context);

struct ZkeyInfo {
  format::ZkeySummary summary;
  std::uint64_t file_bytes;
  std::optional<base::Hash64> circuit_hash;  // groth16
  struct Step {
    format::ClaimedParams claimed;
    base::Hash64 contribution_hash;
  };
  std::vector<Step> steps;
  std::string alpha_beta_fingerprint;  // SHA-256 hex of alpha1 || beta1 || beta2 as stored: identifies the phase 1
};
ZkeyInfo zkey_info(const base::Path& file);

enum class TestKey : std::uint8_t { refuse, allow_insecure };
/// Throws Error{usage} for a key of another protocol.
format::ZkeySummary groth16_summary(const base::Path& zkey);

/// What is wrong with the key so that no proof under it means anything: zero contributions, delta = gamma, delta or
/// gamma = generator, points bad. Empty verdict never.
/// Links::trust: a prover asks often, and learns nothing from a chain; whoever hands a key on has every link verified.
enum class Links : std::uint8_t { verify, trust };
Verdict zkey_lint(const base::Path& zkey, Links links, const Context& context);
template <class C>
Verdict zkey_lint(const format::ZkeyReader<C>& zkey, Links links, const Context& context);
/// Throws Error{refused} with the failed rule and the explanation unless policy allows. verdict: of zkey_lint.
void require_sound(const Verdict& verdict, const base::Path& zkey, TestKey policy);
void require_sound_key(const base::Path& zkey, TestKey policy, Links links, const Context& context);

void zkey_export_vkey(const base::Path& zkey, const base::Path& out, TestKey policy, const Context& context);
void zkey_export_solidity(const base::Path& zkey, const base::Path& out, TestKey policy, const Context& context);
void zkey_export_arkworks_vk(const base::Path& zkey, const base::Path& out, curve::Form form, TestKey policy,
                             const Context& context);
void zkey_export_arkworks_pk(const base::Path& zkey, const base::Path& out, curve::Form form, TestKey policy,
                             const Context& context);
void zkey_export_mpcparams(const base::Path& zkey, const base::Path& out, TestKey policy, const Context& context);
void zkey_export_json(const base::Path& zkey, const base::Path& out, TestKey policy, const Context& context);
/// A contribution made with bellman-style tools: every new link, L and H verified against `zkey` before anything is
/// written. Returns the last contribution hash.
base::Hash64 zkey_import_mpcparams(const base::Path& zkey, const base::Path& params, const base::Path& out,
                                   std::string_view name, const Context& context);

}  // namespace solemn::setup
