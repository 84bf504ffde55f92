#pragma once
// Small well-formed files of every format, for the tests and as seeds of the fuzz targets. Points are small multiples
// of the generators, so the files are right in form and mean nothing.
#include "format/exports.hpp"
#include "format/r1cs.hpp"

namespace solemn::format::samples {

/// A file that lives in memory only; path() can be opened as long as the object lives.
class MemoryFile {
 public:
  explicit MemoryFile(base::ByteSpan bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  base::Path path() const;

 private:
  int descriptor_;
};

/// What `write` puts into an OutputFile.
base::Bytes written(const std::function<void(base::OutputFile&)>& write);

/// first * G, (first + 1) * G, ...
template <class G>
std::vector<typename G::Affine> multiples(std::uint64_t first, std::size_t n);

enum class PtauKind : std::uint8_t { plain, prepared, no_points };
/// Two contributions, the second a beacon.
template <class C>
base::Bytes ptau(unsigned power, PtauKind kind);
template <class C>
std::vector<PtauContribution<C>> ptau_contributions();

/// 4 variables, 1 public, domain 4; two contributions.
template <class C>
base::Bytes zkey();
template <class C>
ZkeyHeader<C> zkey_header();
template <class C>
ZkeyChain<C> zkey_chain();

/// Sections in circom's order (2, 1, 3) or the old one (1, 2, 3).
enum class R1csOrder : std::uint8_t { constraints_first, header_first };
template <class C>
base::Bytes r1cs(R1csOrder order);
/// x^(2^n) = y: n squarings, y public.
template <class C>
base::Bytes squares_r1cs(std::uint32_t n_constraints);
/// Combination q has sizes[q] terms, with coefficients 0, 1, -1, small and large.
template <class C>
base::Bytes mixed_r1cs(std::uint32_t n_wires, std::span<const std::uint32_t> sizes, std::uint32_t n_public = 0);
/// One constraint; each of its combinations has n_terms terms, of wire 2 and with this coefficient all.
template <class C>
base::Bytes repeated_r1cs(std::uint32_t n_terms, std::uint64_t coefficient);
template <class C>
base::Bytes wtns();

template <class C>
VerifyingKey<C> verifying_key(std::size_t n_public);
template <class C>
Proof<C> proof();
template <class C>
base::Bytes mpcparams();

}  // namespace solemn::format::samples

namespace solemn::format {

/// A whole mpcparams file, every list read in two pieces.
template <class C>
struct MpcParams {
  ZkeyHeader<C> header;
  std::vector<typename curve::G1<C>::Affine> ic, hb, l, a, b1;
  std::vector<typename curve::G2<C>::Affine> b2;
  ZkeyChain<C> chain;
};
template <class C>
MpcParams<C> read_mpcparams(const base::Path& path, const ZkeyHeader<C>& expected, base::Pool& pool);

}  // namespace solemn::format
