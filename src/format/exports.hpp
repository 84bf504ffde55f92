#pragma once
// Other people's forms of keys: arkworks (arkworks.md), mpcparams (mpcparams.md), challenge and response files
// (challenge.md), Solidity.
#include <string>

#include "format/snarkjs_json.hpp"
#include "format/zkey.hpp"

namespace solemn::format {

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
/// arkworks' default reduction. h: those n-1 points.
template <class C>
void write_arkworks_pk(base::OutputFile& out, const ZkeyReader<C>& zkey,
                       std::span<const typename curve::G1<C>::Affine> h_monomial, curve::Form form, base::Pool& pool);

/// Verifier contract for BN254 (checks that every input is below r, and the key's points are constants).
std::string write_solidity_verifier(const VerifyingKey<curve::Bn254>& vk);

/// snarkjs' / bellman's phase-2 parameters (spec section 10).
template <class C>
struct MpcParams {
  ZkeyHeader<C> header;  // domain_size from the H count
  std::vector<typename curve::G1<C>::Affine> ic, hb, l, a, b1;
  std::vector<typename curve::G2<C>::Affine> b2;
  ZkeyChain<C> chain;
};
/// Streams; hb: the n-1 points of the H section in the monomial-difference basis.
template <class C>
void write_mpcparams(base::OutputFile& out, const ZkeyReader<C>& zkey,
                     std::span<const typename curve::G1<C>::Affine> hb, base::Pool& pool);
/// Strict reader with every point checked on the curve and in its subgroup; sizes must agree with expected (the zkey it
/// belongs to).
template <class C>
MpcParams<C> read_mpcparams(const base::Path& path, const ZkeyHeader<C>& expected, base::Pool& pool);

/// Phase-1 exchange files (spec section 5). Sizes are exact for (curve, power); power_from_* throw Error{malformed}.
std::uint64_t challenge_bytes(curve::CurveId curve, unsigned power);
std::uint64_t response_bytes(curve::CurveId curve, unsigned power);
unsigned power_from_challenge_bytes(curve::CurveId curve, std::uint64_t size_bytes);
unsigned power_from_response_bytes(curve::CurveId curve, std::uint64_t size_bytes);
/// Byte offset of a section's first point in a challenge (uncompressed) or response (compressed) file.
std::uint64_t exchange_offset_bytes(curve::CurveId curve, unsigned power, PtauSection section, curve::Form form);

/// snarkjs `zkey export json` (every section as decimal strings), streamed.
template <class C>
void write_zkey_json(base::OutputFile& out, const ZkeyReader<C>& zkey, base::Pool& pool);

}  // namespace solemn::format
