#pragma once
// Phase 1: powers of tau (BGM17, eprint 2017/1050), in snarkjs' files (spec sections 3 to 6). Every function streams:
// memory below 512 MiB at any power, with up to 64 threads (prepare: see there), outputs appear complete or not at all,
// needs of disk and memory are checked first.
#include "setup/context.hpp"
#include "setup/verdict.hpp"

namespace solemn::setup {

struct ContributionResult {
  base::Hash64 response_hash;   // resp_i: what a contributor publishes
  base::Hash64 next_challenge;  // chal_i
};

/// What an operation takes at most: asked from the system before the work begins.
struct PtauNeeds {
  std::uint64_t memory_bytes, disk_bytes;
};
PtauNeeds ptau_new_needs(curve::CurveId curve, unsigned power);
PtauNeeds ptau_contribute_needs(curve::CurveId curve, unsigned power, std::uint64_t contributions_bytes,
                                unsigned n_threads);
PtauNeeds ptau_truncate_needs(curve::CurveId curve, unsigned power, bool prepared, std::uint64_t contributions_bytes);
PtauNeeds ptau_exchange_needs(curve::CurveId curve, unsigned power, std::uint64_t contributions_bytes);
/// memory_limit_bytes 0: 1 GiB and 64 bytes per domain point.
PtauNeeds ptau_prepare_needs(curve::CurveId curve, unsigned power, std::uint64_t contributions_bytes,
                             std::uint64_t memory_limit_bytes = 0);

/// A fresh accumulator, tau = alpha = beta = 1. power 1..28. Returns chal_0.
base::Hash64 ptau_new(curve::CurveId curve, unsigned power, const base::Path& out, const Context& context);

/// Multiplies a new random contribution in (spec 4.4). Refuses truncated inputs; drops Lagrange sections. Constant time
/// in the secret. Verifies the new step (key, ratios, hash chain) on what it wrote before the file gets its name.
/// Throws Error{malformed} for bad inputs.
ContributionResult ptau_contribute(const base::Path& in, const base::Path& out, std::string_view name, Entropy entropy,
                                   const Context& context);
/// The same with a public random beacon (spec 4.5).
ContributionResult ptau_beacon(const base::Path& in, const base::Path& out, std::string_view name, const Beacon& beacon,
                               TestBeacon policy, const Context& context);

/// Lagrange sections 12..15 (spec section 3). Keeps ceremonyPower. Memory at most 1 GiB + 64 bytes per domain point;
/// resumes an interrupted run of the same input and output. only: a power up to the input's. The output has that power
/// and the Lagrange form of its own domain alone (and of twice that size in section 12), as the whole, truncated, would
/// have it; the smaller blocks are format::kNotPrepared. Some 60 % of the work of all domains.
void ptau_prepare(const base::Path& in, const base::Path& out, const Context& context,
                  std::optional<unsigned> only = std::nullopt);

/// The same ceremony for smaller circuits: power' < power; section 7 untouched, ceremonyPower kept. Takes prepared and
/// unprepared files.
void ptau_truncate(const base::Path& in, unsigned power, const base::Path& out, const Context& context);

/// challenge file for contributors with other tools; returns its hash, which must equal the last next_challenge.
base::Hash64 ptau_export_challenge(const base::Path& in, const base::Path& challenge, const Context& context);
/// A response made for `previous`: every point decoded and checked, then the whole new step verified as in ptau_verify.
/// Throws Error{rejected} naming the failed check, writes nothing then.
ContributionResult ptau_import_response(const base::Path& previous, const base::Path& response, const base::Path& out,
                                        std::string_view name, const Context& context);

struct PtauVerifyOptions {
  const base::Path* previous = nullptr;  // also prove that the file extends this one (records byte for byte)
  TestBeacon beacon_policy = TestBeacon::refuse;
  bool allow_fresh = false;  // the first file of a ceremony, without steps, is what is expected
  /// Beacon steps with more hashes are not run; above kMaxIterationsExp they fail.
  unsigned max_iterations_exp = kMaxVerifiedExp;
};
/// Every check of spec section 6 with 128-bit soundness, and curve and subgroup checks. Never throws for a bad
/// ceremony, only for files that cannot be read; malformed content is a failed check named "structure". Rules:
/// structure, contributions-exist, first-challenge, contribution-keys, contribution-not-trivial, contribution-ratios,
/// response-states, beacon-steps, no-test-beacon, curve-points, subgroup-points, tau-g1-powers, tau-g2-powers,
/// alpha-tau-powers, beta-tau-powers, beta-g2, last-challenge (truncated files: the record must be that of a published
/// ceremony, else not run), lagrange-tau-g1, lagrange-tau-g2, lagrange-alpha-tau, lagrange-beta-tau (only when the
/// sections exist), extends-previous (only when asked for).
Verdict ptau_verify(const base::Path& file, const PtauVerifyOptions& options, const Context& context);

struct PtauInfo {
  format::PtauHeader header;
  std::uint64_t file_bytes;
  struct Step {
    format::ClaimedParams claimed;
    base::Hash64 response_hash, next_challenge;
  };
  std::vector<Step> steps;
  std::string origin;  // "truncated from a ceremony of 2^28", known ceremonies by their contribution hashes
};
/// Under 0.1 s at any size: reads header, table and section 7 only.
PtauInfo ptau_info(const base::Path& file);

}  // namespace solemn::setup
