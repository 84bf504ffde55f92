#pragma once
// Circuits (r1cs.md) and witnesses (wtns.md); spec section 7.
#include <functional>
#include <vector>

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
template <class C>
struct Constraint {  // a * b = c
  std::vector<LinearTerm<C>> a, b, c;
};

template <class C>
class R1csReader {
 public:
  explicit R1csReader(const base::Path& path);
  const R1csHeader& header() const noexcept { return header_; }
  /// Streams all constraints in order through visit(index, constraint); bounded memory. Throws Error{malformed} for a
  /// wire out of range, a coefficient
  /// >= r, or a section that is not used up exactly.
  void for_each(const std::function<void(std::uint32_t index, const Constraint<C>&)>& visit) const;

 private:
  base::InputFile file_;
  Container container_;
  R1csHeader header_;
};

/// Smallest k with 2^k >= n_constraints + n_public + 1, at least 1.
unsigned groth16_domain_log2(const R1csHeader& header) noexcept;

/// A witness: w[0] = 1. Throws Error{malformed} for values >= r or w[0] != 1. max_values guards memory.
template <class C>
std::vector<typename C::Fr> read_wtns(const base::Path& path);
curve::CurveId read_wtns_curve(const base::InputFile& file);
template <class C>
void write_wtns(base::OutputFile& out, std::span<const typename C::Fr> witness);

}  // namespace solemn::format
