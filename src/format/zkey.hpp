#pragma once
// Groth16 proving keys with their contribution chain (zkey.md; spec sections 8 and 9).
#include <string>
#include <vector>

#include "format/ptau.hpp"

namespace solemn::format {

enum class ZkeySection : std::uint32_t {
  protocol = 1,
  header = 2,
  ic = 3,
  coefs = 4,
  a = 5,
  b1 = 6,
  b2 = 7,
  c = 8,
  h = 9,
  contributions = 10
};
enum class ZkeyProtocol : std::uint32_t { groth16 = 1, plonk = 2, fflonk = 10 };

template <class C>
struct ZkeyHeader {
  std::uint32_t n_vars, n_public, domain_size;
  unsigned domain_log2;
  typename curve::G1<C>::Affine alpha1, beta1;
  typename curve::G2<C>::Affine beta2, gamma2;
  typename curve::G1<C>::Affine delta1;
  typename curve::G2<C>::Affine delta2;
  bool operator==(const ZkeyHeader&) const = default;
};

template <class C>
struct ZkeyContribution {
  typename curve::G1<C>::Affine delta_after, g1_s, g1_sx;
  typename curve::G2<C>::Affine g2_spx;
  base::Hash64 transcript;
  ClaimedParams params;
};
template <class C>
struct ZkeyChain {
  base::Hash64 circuit_hash;
  std::vector<ZkeyContribution<C>> contributions;
};

/// One entry of section 4. value is the plain coefficient (the file stores value * R^2).
template <class C>
struct ZkeyCoef {
  std::uint32_t matrix;      // 0 = A, 1 = B
  std::uint32_t constraint;  // < domain_size
  std::uint32_t signal;      // < n_vars
  typename C::Fr value;
};

/// For `info` of any protocol: section table, protocol, curve, and for plonk/fflonk the header numbers.
struct ZkeySummary {
  ZkeyProtocol protocol;
  curve::CurveId curve;
  std::uint32_t n_vars, n_public, domain_size;
  std::uint64_t n_additions = 0, n_constraints = 0;  // plonk, fflonk
  std::vector<Section> sections;
};
ZkeySummary read_zkey_summary(const base::InputFile& file);

template <class C>
class ZkeyReader {
 public:
  /// Structure, header (points range-, curve- and subgroup-checked, not at infinity) and every section size. Groth16
  /// only. Throws Error{malformed}.
  explicit ZkeyReader(const base::Path& path);
  const ZkeyHeader<C>& header() const noexcept { return header_; }
  const base::InputFile& file() const noexcept { return file_; }
  const Container& container() const noexcept { return container_; }
  std::uint64_t points(ZkeySection section) const;
  /// As PtauReader::read; infinity is allowed in IC, A, B1, B2, C (unused signals), refused in H.
  template <class G>
  void read(ZkeySection section, std::uint64_t first_point, std::span<typename G::Affine> out, base::Pool& pool) const;
  void read_raw(ZkeySection section, std::uint64_t offset_bytes, base::MutableByteSpan out) const;
  std::uint64_t n_coefs() const;
  /// Throws Error{malformed} with the index for matrix > 1, constraint or signal out of range, value >= r.
  void read_coefs(std::uint64_t first, std::span<ZkeyCoef<C>> out) const;
  /// At most 2^20 contributions; points range-, curve- and subgroup-checked (pool), none at infinity.
  ZkeyChain<C> read_chain(base::Pool& pool) const;

 private:
  base::InputFile file_;
  Container container_;
  ZkeyHeader<C> header_;
};

/// fresh: 1,2,4,3,9,8,5,6,7,10 (snarkjs setup order); chained: 1..10.
template <class C>
class ZkeyWriter {
 public:
  ZkeyWriter(base::OutputFile& out, const ZkeyHeader<C>& header);  // writes sections 1 and 2
  void begin(ZkeySection section, std::uint64_t size_bytes);
  template <class G>
  void points(std::span<const typename G::Affine> block);
  void coefs(std::span<const ZkeyCoef<C>> block);
  void raw(base::ByteSpan bytes);
  void end();
  void chain(const ZkeyChain<C>& chain);
  void finish();

 private:
  base::OutputFile& out_;
  ContainerWriter container_;
};
template <class C>
std::uint64_t zkey_section_bytes(ZkeySection section, const ZkeyHeader<C>& header, std::uint64_t n_coefs);
template <class C>
base::Bytes write_chain(const ZkeyChain<C>& chain);

/// U(deltaAfter) || U(g1_s) || U(g1_sx) || U(g2_spx) || transcript (spec 9.2); its BLAKE2b is the contribution hash
/// that snarkjs prints.
template <class C>
base::Bytes contribution_public_key(const ZkeyContribution<C>& contribution);

}  // namespace solemn::format
