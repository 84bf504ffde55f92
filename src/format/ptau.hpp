#pragma once
// Powers of tau files (ptau.md; spec sections 3 and 4). N = 2^power.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "curve/bulk.hpp"
#include "curve/group.hpp"
#include "format/container.hpp"
#include "hash/blake2b.hpp"

namespace solemn::format {

enum class PtauSection : std::uint32_t {
  header = 1,
  tau_g1 = 2,
  tau_g2 = 3,
  alpha_tau_g1 = 4,
  beta_tau_g1 = 5,
  beta_g2 = 6,
  contributions = 7,
  lagrange_tau_g1 = 12,
  lagrange_tau_g2 = 13,
  lagrange_alpha_tau_g1 = 14,
  lagrange_beta_tau_g1 = 15,
};

enum class ContributionType : std::uint32_t { contribution = 0, beacon = 1 };

/// What a contributor or a beacon step says about itself. Covered by no hash and no proof: always shown as "claimed".
struct ClaimedParams {
  ContributionType type = ContributionType::contribution;
  std::string name;  // up to 192 bytes as written; any bytes up to 255 as read: show through base::printable
  std::uint8_t iterations_exp = 0;
  base::Bytes beacon;  // 0..255 bytes
};
/// TLV bytes of the params (without the u32 length), strictly increasing tags. read throws Error{malformed}.
base::Bytes write_params(const ClaimedParams& params);
ClaimedParams read_params(std::uint32_t type, base::ByteSpan tlv);

/// The public key of one phase-1 contribution: for tau, alpha, beta a proof of knowledge (s, k s) in G1 and k sp in G2.
template <class C>
struct TauKey {
  struct One {
    typename curve::G1<C>::Affine g1_s, g1_sx;
    typename curve::G2<C>::Affine g2_spx;
  };
  One tau, alpha, beta;
};

template <class C>
struct PtauContribution {
  typename curve::G1<C>::Affine tau_g1;
  typename curve::G2<C>::Affine tau_g2;
  typename curve::G1<C>::Affine alpha_g1, beta_g1;
  typename curve::G2<C>::Affine beta_g2;
  TauKey<C> key;
  hash::SavedBlake2b partial_hash;  // state after S_i
  base::Hash64 next_challenge;
  ClaimedParams params;
};

struct PtauHeader {
  curve::CurveId curve;
  unsigned power;           // 1..28
  unsigned ceremony_power;  // >= power, <= 28
  bool prepared;            // sections 12..15 are there
  bool has_points;          // false: a -nopoints file (sections 1 and 7 only)
  bool only_largest;        // prepared for the domain of 2^power alone: in the smaller blocks stands kNotPrepared
};
/// In every byte of the Lagrange blocks that `ptau prepare --only` leaves out, those below 2^power: no coordinate, for
/// readers that look; snarkjs does not, and its keys of these do not verify. Keys of infinity could be forged.
inline constexpr std::byte kNotPrepared{0xff};
/// Reads table and header, checks every section size against the power and the file size. Throws Error{malformed}.
PtauHeader read_ptau_header(const base::InputFile& file);

/// Point counts by section (0 for header and contributions).
std::uint64_t ptau_section_points(PtauSection section, unsigned power) noexcept;
bool ptau_section_is_g2(PtauSection section) noexcept;
/// First point of block k in a Lagrange section: 2^k - 1.
constexpr std::uint64_t lagrange_block_offset(unsigned k) noexcept { return (std::uint64_t{1} << k) - 1; }
/// Whole file size in bytes with contributions_bytes in section 7.
std::uint64_t ptau_file_bytes(curve::CurveId curve, unsigned power, bool prepared, std::uint64_t contributions_bytes);

template <class C>
class PtauReader {
 public:
  /// Structure only; points are checked when read. Throws Error{malformed}.
  explicit PtauReader(const base::Path& path);
  const PtauHeader& header() const noexcept { return header_; }
  const base::InputFile& file() const noexcept { return file_; }
  std::uint64_t points(PtauSection section) const;  // throws Error{malformed} when the section is not there
  bool has(PtauSection section) const noexcept;
  /// Reads out.size() points from first_point on: limbs reduced and on the curve checked, no infinity where none may
  /// be; subgroup is NOT checked here (callers batch it). Throws Error{malformed}: "section 2: point 17 is not on the
  /// curve".
  template <class G>
  void read(PtauSection section, std::uint64_t first_point, std::span<typename G::Affine> out, base::Pool& pool) const;
  /// Throws what read() would, of points that read_raw() gave.
  template <class G>
  void check(PtauSection section, std::uint64_t first_point, std::span<const typename G::Affine> points,
             base::Pool& pool) const;
  /// The raw bytes of `count` points (LEM) without any check: for copying.
  void read_raw(PtauSection section, std::uint64_t offset_bytes, base::MutableByteSpan out) const;
  /// The 64/96 bytes after point 2N-1 of section 2, as snarkjs would read them (spec 9.1 quirk).
  base::Bytes read_beyond_tau_g1() const;
  /// All records; at most 2^16 of them and 2^28 bytes. Every point range-, curve- and subgroup-checked, none at
  /// infinity.
  std::vector<PtauContribution<C>> read_contributions() const;
  base::Bytes read_contributions_raw() const;

 private:
  base::InputFile file_;
  Container container_;
  PtauHeader header_;
};

/// Serialised section 7.
template <class C>
base::Bytes write_contributions(std::span<const PtauContribution<C>> contributions);

/// Writes a ptau in section order: begin(section), points in blocks, end().
template <class C>
class PtauWriter {
 public:
  PtauWriter(base::OutputFile& out, unsigned power, unsigned ceremony_power, bool prepared);
  void begin(PtauSection section);
  template <class G>
  void points(std::span<const typename G::Affine> block);
  void raw(base::ByteSpan bytes);
  void end();
  void contributions(base::ByteSpan section7);  // begin + bytes + end
  void finish();

 private:
  base::OutputFile& out_;
  ContainerWriter container_;
  unsigned power_;
};

/// chal_0 for (curve, ceremony power) from the table in ptau_table.cpp: BN254 1..28, BLS12-381 1..24; nullopt above
/// (compute it).
std::optional<base::Hash64> first_challenge(curve::CurveId curve, unsigned ceremony_power) noexcept;
/// |S_i|: bytes hashed before the public key (spec 4.2), for repairing saved states.
std::uint64_t response_prefix_bytes(curve::CurveId curve, unsigned ceremony_power) noexcept;

}  // namespace solemn::format
