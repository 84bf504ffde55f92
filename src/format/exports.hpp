#pragma once
// Other people's forms of keys: arkworks (arkworks.md), mpcparams (mpcparams.md), challenge and response files
// (challenge.md), Solidity.
#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "format/snarkjs_json.hpp"
#include "format/zkey.hpp"

namespace solemn::format {

/// n points that a writer asks for block by block, from the first to the last.
template <class G>
struct PointSource {
  using Affine = typename G::Affine;
  using Read = std::function<void(std::uint64_t first_point, std::span<Affine> out)>;

  PointSource(std::uint64_t n_points, Read read_points) : count(n_points), read(std::move(read_points)) {}
  /// Points in memory, borrowed.
  PointSource(const std::vector<Affine>& points)
      : PointSource(points.size(), [&points](std::uint64_t first, std::span<Affine> out) {
          std::copy_n(points.begin() + static_cast<std::ptrdiff_t>(first), out.size(), out.begin());
        }) {}

  std::uint64_t count;
  Read read;
};

/// The verification key inside a zkey. IC is checked for subgroup membership too. Throws Error{malformed}.
template <class C>
VerifyingKey<C> verifying_key(const ZkeyReader<C>& zkey, base::Pool& pool);

/// ark_groth16::VerifyingKey, CanonicalSerialize 0.4/0.5: alpha_g1, beta_g2, gamma_g2, delta_g2, u64 count,
/// gamma_abc_g1.
template <class C>
base::Bytes write_arkworks_vk(const VerifyingKey<C>& vk, curve::Form form);
/// Tries compressed then uncompressed by exact length; trailing bytes refused; every point checked.
template <class C>
VerifyingKey<C> read_arkworks_vk(base::ByteSpan bytes);

/// ark_groth16::ProvingKey streamed from a zkey: vk, beta_g1, delta_g1, a_query, b_g1_query, b_g2_query, h_query,
/// l_query; every vector preceded by u64 count. h_query is in the (tau^(j+n) - tau^j)/delta basis (mpcparams Hb):
/// arkworks' default reduction. h_monomial: those n-1 points. Subgroups are the caller's business. Progress counts
/// points.
template <class C>
void write_arkworks_pk(base::OutputFile& out, const ZkeyReader<C>& zkey, const PointSource<curve::G1<C>>& h_monomial,
                       curve::Form form, base::Pool& pool, base::Progress& progress = base::silent_progress());

/// Verifier contract for BN254 (checks that every input is below r, and the key's points are constants).
std::string write_solidity_verifier(const VerifyingKey<curve::Bn254>& vk);

/// snarkjs' / bellman's phase-2 parameters (spec section 10), streamed. hb: the n-1 points of the H section in the
/// monomial-difference basis. Progress counts points.
template <class C>
void write_mpcparams(base::OutputFile& out, const ZkeyReader<C>& zkey, const PointSource<curve::G1<C>>& hb,
                     base::Pool& pool, base::Progress& progress = base::silent_progress());

/// Strict reader of such a file, for the zkey that it belongs to. Memory: the chain; lists of points are read in
/// pieces.
template <class C>
class MpcParamsReader {
 public:
  /// Key points and chain (each on the curve and in its subgroup, none at infinity), the count of every list against
  /// the key's, the length of the file. Throws Error{malformed}.
  MpcParamsReader(const base::Path& path, const ZkeyHeader<C>& expected);
  /// The expected one with the points of this file.
  const ZkeyHeader<C>& header() const noexcept { return header_; }
  /// The format has no params of contributions: they are empty.
  const ZkeyChain<C>& chain() const noexcept { return chain_; }
  /// Lists by the section of the zkey that they go with: ic, a, b1, b2, c (L), and h (n-1 differences).
  std::uint64_t points(ZkeySection list) const;
  /// Every point checked on the curve and in its subgroup; infinity refused in H. Throws Error{malformed} with the
  /// index.
  template <class G>
  void read(ZkeySection list, std::uint64_t first_point, std::span<typename G::Affine> out, base::Pool& pool) const;

 private:
  base::InputFile file_;
  ZkeyHeader<C> header_;
  std::array<std::uint64_t, 6> offsets_{};
  ZkeyChain<C> chain_;
};

/// Phase-1 exchange files (spec section 5). Sizes are exact for (curve, power); power_from_* throw Error{malformed}.
std::uint64_t challenge_bytes(curve::CurveId curve, unsigned power);
std::uint64_t response_bytes(curve::CurveId curve, unsigned power);
unsigned power_from_challenge_bytes(curve::CurveId curve, std::uint64_t size_bytes);
unsigned power_from_response_bytes(curve::CurveId curve, std::uint64_t size_bytes);
/// Byte offset of a section's first point in a challenge (uncompressed) or response (compressed) file.
std::uint64_t exchange_offset_bytes(curve::CurveId curve, unsigned power, PtauSection section, curve::Form form);

/// snarkjs `zkey export json` (every section as decimal strings), streamed. Progress counts points.
template <class C>
void write_zkey_json(base::OutputFile& out, const ZkeyReader<C>& zkey, base::Pool& pool,
                     base::Progress& progress = base::silent_progress());

}  // namespace solemn::format
