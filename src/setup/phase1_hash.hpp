#pragma once
// The transcript of phase 1 (spec 4.1, 4.2): challenge, response, challenge, ... with the saved state that lets
// everybody recompute a response hash. A saved state keeps left-overs of earlier input, so files equal to snarkjs' need
// the same pieces in the same order: one update for the challenge, then one per block of points.
#include "base/progress.hpp"
#include "format/ptau.hpp"

namespace solemn::setup::phase1 {

/// Points that are hashed at once: what snarkjs takes in `contribute` and `beacon` (1 MiB of
/// uncompressed points), and in `import response` (16 MiB).
template <class G>
constexpr std::size_t kContributeBlock = (std::size_t{1} << 20) / G::kBytes;
template <class G>
constexpr std::size_t kImportBlock = (std::size_t{1} << 24) / G::kBytes;

/// The hash of a response file: S_i (challenge and compressed points), then the public key.
class ResponseHash {
 public:
  explicit ResponseHash(const base::Hash64& challenge) noexcept { state_.update(challenge); }
  void update(base::ByteSpan compressed_block) noexcept { state_.update(compressed_block); }
  hash::SavedBlake2b save() const noexcept { return state_.save(); }
  base::Hash64 finish(base::ByteSpan key_bytes) noexcept {
    state_.update(key_bytes);
    return state_.finish();
  }

 private:
  hash::Blake2b state_;
};

/// The hash of a challenge file: the response before it and all points uncompressed.
class ChallengeHash {
 public:
  explicit ChallengeHash(const base::Hash64& response) noexcept { state_.update(response); }
  void update(base::ByteSpan uncompressed_block) noexcept { state_.update(uncompressed_block); }
  base::Hash64 finish() noexcept { return state_.finish(); }

 private:
  hash::Blake2b state_;
};

/// resp_0 = H(""): what the challenge of a fresh accumulator begins with.
base::Hash64 blank_response() noexcept;

/// chal_0 of a fresh accumulator of 2^power: from the table, or computed where the table ends (BLS12-381 above 2^24).
base::Hash64 fresh_challenge(curve::CurveId curve, unsigned power, base::Progress& progress);
/// The same, always computed: 384 or 576 bytes hashed per domain point.
base::Hash64 compute_fresh_challenge(curve::CurveId curve, unsigned power, base::Progress& progress);

/// The public key as it stands at the end of a response file: 6 G1 points, then 3 G2 points, uncompressed.
template <class C>
constexpr std::size_t kKeyBytes = 6 * curve::G1<C>::kBytes + 3 * curve::G2<C>::kBytes;
template <class C>
base::Bytes encode_key(const format::TauKey<C>& key);

/// resp_i from the saved state of a record and its key; nullopt when the state cannot be one of this ceremony.
template <class C>
std::optional<base::Hash64> recorded_response(const format::PtauContribution<C>& contribution, unsigned ceremony_power);

}  // namespace solemn::setup::phase1
