#pragma once
// The initial proving key (delta = 1): what a circuit and a ptau give, without any choice (spec section 8). `zkey new`
// writes it, `zkey verify` computes it again and compares: nothing deterministic is trusted.
//
//   A[s] = sum a L_c   B1[s] = sum b L_c   B2[s] = sum b L2_c   K[s] = sum a betaL_c + sum b alphaL_c + sum c L_c
//
// over the entries (c, coefficient) of wire s, with the extra rows (nConstraints + s, 1) in A for s <= nPublic. IC is K
// up to nPublic, L (section C) the rest.
#include <functional>
#include <memory>

#include "format/r1cs.hpp"
#include "format/zkey.hpp"
#include "setup/context.hpp"

namespace solemn::setup {

template <class C>
class InitialKey {
 public:
  using G1Point = typename curve::G1<C>::Affine;
  using G2Point = typename curve::G2<C>::Affine;

  /// Throws Error{malformed, usage} when circuit and ptau do not fit: curve, power, not prepared. With
  /// context.memory_limit_bytes signals come in smaller blocks. reading: sees the circuit being read, which is done
  /// here; all else is shown by the context's.
  InitialKey(const base::Path& r1cs, const base::Path& ptau, const Context& context, base::Progress& reading);
  InitialKey(const base::Path& r1cs, const base::Path& ptau, const Context& context)
      : InitialKey(r1cs, ptau, context, context.progress) {}

  const format::ZkeyHeader<C>& header() const noexcept { return header_; }  // deltas and gamma are generators
  const format::R1csHeader& circuit() const noexcept { return r1cs_.header(); }
  const format::PtauReader<C>& ptau() const noexcept { return ptau_; }
  std::uint64_t n_coefs() const noexcept { return n_coefs_; }
  /// At most, for all of the below.
  std::uint64_t memory_bytes() const noexcept;

  /// Section 4 in file order, in blocks.
  void coefs(const std::function<void(std::span<const format::ZkeyCoef<C>>)>& sink) const;
  /// Section 9: the odd points of Lagrange block k+1, in blocks from first on.
  void h_points(const std::function<void(std::uint64_t first, std::span<const G1Point>)>& sink) const;

  /// Blocks of signals in ascending order; for each block K, A, B1, B2 of the signals [first, first + size).
  struct Block {
    std::uint32_t first;
    std::span<const G1Point> k, a, b1;
    std::span<const G2Point> b2;
  };
  void signals(const std::function<void(const Block&)>& sink) const;

 private:
  class Terms;
  void count(base::Progress& progress);
  void divide(std::span<std::uint32_t> histogram);
  std::shared_ptr<const Terms> collect(std::uint32_t first, std::uint32_t end) const;
  template <class G>
  void read_basis(std::span<typename G::Affine> out, format::PtauSection section, std::uint32_t first) const;
  template <class G, class List>
  void accumulate(std::span<typename G::Affine> out, const Terms& terms, List list, format::PtauSection section,
                  std::span<const typename G::Affine> basis = {}) const;
  format::R1csReader<C> r1cs_;
  format::PtauReader<C> ptau_;
  const Context& context_;
  format::ZkeyHeader<C> header_;
  const std::uint64_t max_terms_;  // of a block of signals
  std::uint64_t n_coefs_ = 0;
  std::vector<std::uint32_t> block_ends_;  // signal ranges whose terms fit the memory bound
  std::shared_ptr<const Terms> only_;      // those of the range, when it is the only one: kept from count()
};

}  // namespace solemn::setup
