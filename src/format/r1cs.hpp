#pragma once
// Circuits (r1cs.md) and witnesses (wtns.md); spec section 7.
#include <functional>
#include <vector>

#include "base/pool.hpp"
#include "format/container.hpp"

namespace solemn::format {

struct R1csHeader {
  curve::CurveId curve;
  std::uint32_t n_wires, n_pub_out, n_pub_in, n_prv_in, n_constraints;
  std::uint64_t n_labels;
  bool has_custom_gates;             // sections 4 and 5 exist
  std::uint32_t n_custom_gate_uses;  // what Groth16 cannot express: a key would not enforce them
  std::uint32_t n_public() const noexcept { return n_pub_out + n_pub_in; }
};
R1csHeader read_r1cs_header(const base::InputFile& file);

template <class C>
struct LinearTerm {
  std::uint32_t wire;
  typename C::Fr coefficient;
};
/// Constraints a * b = c that follow each other.
template <class C>
struct ConstraintBlock {
  std::uint32_t first;
  std::span<const LinearTerm<C>> terms;
  std::span<const std::size_t> ends;  // in terms: of a, b and c of the first, then of the next, ...

  std::size_t size() const noexcept { return ends.size() / 3; }
  std::span<const LinearTerm<C>> a(std::size_t i) const noexcept { return side(0, i); }
  std::span<const LinearTerm<C>> b(std::size_t i) const noexcept { return side(1, i); }
  std::span<const LinearTerm<C>> c(std::size_t i) const noexcept { return side(2, i); }
  /// 0, 1, 2: a, b, c.
  std::span<const LinearTerm<C>> side(std::size_t which, std::size_t i) const noexcept {
    const std::size_t at = 3 * i + which, begin = at == 0 ? 0 : ends[at - 1];
    return terms.subspan(begin, ends[at] - begin);
  }
};

template <class C>
class R1csReader {
 public:
  explicit R1csReader(const base::Path& path);
  const R1csHeader& header() const noexcept { return header_; }
  /// Terms of all constraints: what the size of the section leaves for them when nothing is wrong with it.
  std::uint64_t n_terms() const;
  /// Streams all constraints in order, in the calling thread and in bounded memory (r1cs.md; asks for what a
  /// constraint of more than 2^18 terms needs when it comes, Error{io}); a block lives until visit returns. Throws
  /// Error{malformed} for a wire out of range, a coefficient >= r, or a section that is not used up exactly, once all
  /// constraints before that were visited. see: given all bytes of the section, in order.
  void for_each_block(base::Pool& pool, const std::function<void(const ConstraintBlock<C>&)>& visit,
                      const std::function<void(base::ByteSpan)>& see = {}) const;

 private:
  base::InputFile file_;
  Container container_;
  R1csHeader header_;
};

/// Smallest k with 2^k >= n_constraints + n_public + 1, at least 1.
unsigned groth16_domain_log2(const R1csHeader& header) noexcept;

/// A witness, as the file has it: integers below r, little-endian limbs; w[0] = 1. Throws Error{malformed} for values
/// >= r or w[0] != 1. Secret: the caller wipes it.
template <class C>
std::vector<typename C::Fr::Limbs> read_wtns(const base::Path& path);
curve::CurveId read_wtns_curve(const base::InputFile& file);
template <class C>
void write_wtns(base::OutputFile& out, std::span<const typename C::Fr> witness);

}  // namespace solemn::format
