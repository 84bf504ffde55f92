#include "setup/phase1_hash.hpp"

#include "base/progress.hpp"
#include "curve/encoding.hpp"

namespace solemn::setup::phase1 {

namespace {

// `count` copies of one encoded point, hashed in blocks.
class RepeatedPoint {
 public:
  template <class G>
  static RepeatedPoint of() {
    base::Bytes encoded(G::kBytes);
    curve::write_snarkjs_u<G>(encoded, G::generator());
    return RepeatedPoint(encoded);
  }

  void hash_into(ChallengeHash& hash, std::uint64_t count, base::Progress& progress) const {
    while (count != 0) {
      const std::uint64_t now = std::min<std::uint64_t>(count, kCopies);
      hash.update(base::ByteSpan(block_).first(static_cast<std::size_t>(now) * point_bytes_));
      progress.advance(now);
      progress.check_interrupt();
      count -= now;
    }
  }

 private:
  static constexpr std::size_t kCopies = 4096;
  explicit RepeatedPoint(base::ByteSpan point) : point_bytes_(point.size()) {
    block_.reserve(kCopies * point.size());
    for (std::size_t i = 0; i < kCopies; ++i) block_.insert(block_.end(), point.begin(), point.end());
  }
  base::Bytes block_;
  std::size_t point_bytes_;
};

}  // namespace

base::Hash64 blank_response() noexcept { return hash::blake2b({}); }

base::Hash64 compute_fresh_challenge(curve::CurveId id, unsigned power, base::Progress& progress) {
  return format::with_curve(id, [&]<class C>() {
    const RepeatedPoint g1 = RepeatedPoint::of<curve::G1<C>>();
    const RepeatedPoint g2 = RepeatedPoint::of<curve::G2<C>>();
    const std::uint64_t n = std::uint64_t{1} << power;
    progress.phase("hashing the fresh accumulator", 5 * n, "points");
    ChallengeHash hash(blank_response());
    g1.hash_into(hash, 2 * n - 1, progress);
    g2.hash_into(hash, n, progress);
    g1.hash_into(hash, 2 * n, progress);
    g2.hash_into(hash, 1, progress);
    return hash.finish();
  });
}

base::Hash64 fresh_challenge(curve::CurveId id, unsigned power, base::Progress& progress) {
  const std::optional<base::Hash64> known = format::first_challenge(id, power);
  return known ? *known : compute_fresh_challenge(id, power, progress);
}

template <class C>
base::Bytes encode_key(const format::TauKey<C>& key) {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  base::Bytes out(kKeyBytes<C>);
  base::MutableByteSpan rest(out);
  for (const auto* one : {&key.tau, &key.alpha, &key.beta}) {
    curve::write_snarkjs_u<G1>(rest.first(G1::kBytes), one->g1_s);
    curve::write_snarkjs_u<G1>(rest.subspan(G1::kBytes, G1::kBytes), one->g1_sx);
    rest = rest.subspan(2 * G1::kBytes);
  }
  for (const auto* one : {&key.tau, &key.alpha, &key.beta}) {
    curve::write_snarkjs_u<G2>(rest.first(G2::kBytes), one->g2_spx);
    rest = rest.subspan(G2::kBytes);
  }
  return out;
}

template <class C>
std::optional<base::Hash64> recorded_response(const format::PtauContribution<C>& contribution,
                                              unsigned ceremony_power) {
  auto state = hash::Blake2b::restore(contribution.partial_hash, format::response_prefix_bytes(C::kId, ceremony_power));
  if (!state) return std::nullopt;
  state->update(encode_key<C>(contribution.key));
  return state->finish();
}

template base::Bytes encode_key<curve::Bn254>(const format::TauKey<curve::Bn254>&);
template base::Bytes encode_key<curve::Bls12_381>(const format::TauKey<curve::Bls12_381>&);
template std::optional<base::Hash64> recorded_response<curve::Bn254>(const format::PtauContribution<curve::Bn254>&,
                                                                     unsigned);
template std::optional<base::Hash64> recorded_response<curve::Bls12_381>(
    const format::PtauContribution<curve::Bls12_381>&, unsigned);

}  // namespace solemn::setup::phase1
