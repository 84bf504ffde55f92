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
#include <optional>

#include "format/r1cs.hpp"
#include "format/zkey.hpp"
#include "hash/entropy.hpp"
#include "hash/poly1305.hpp"
#include "setup/context.hpp"

namespace solemn::setup {

template <class C>
class InitialKey {
 public:
  using G1Point = typename curve::G1<C>::Affine;
  using G2Point = typename curve::G2<C>::Affine;

  /// Throws Error{malformed, usage} when circuit and ptau do not fit: curve, power, not prepared. A small circuit is
  /// read here, so that what is wrong with it is told before the work, and kept; a larger one is read by signals(), as
  /// its terms are added up. reading: sees the former; all else is shown by the context's. The points of all signals
  /// are held unless they need more than context.memory_limit_bytes (0: half of the memory there is): then signals come
  /// in smaller blocks, and the circuit is read for each.
  InitialKey(const base::Path& r1cs, const base::Path& ptau, const Context& context, base::Progress& reading);
  InitialKey(const base::Path& r1cs, const base::Path& ptau, const Context& context)
      : InitialKey(r1cs, ptau, context, context.progress) {}

  const format::ZkeyHeader<C>& header() const noexcept { return header_; }  // deltas and gamma are generators
  const format::R1csHeader& circuit() const noexcept { return r1cs_.header(); }
  const format::PtauReader<C>& ptau() const noexcept { return ptau_; }
  bool is_kept() const noexcept { return kept_ != nullptr; }
  /// Of section 4. A circuit that is not kept has none until signals() has read it and gives its first block.
  std::uint64_t n_coefs() const noexcept { return n_coefs_; }
  /// At most: the terms of c are counted too where the circuit is not kept.
  std::uint64_t max_coefs() const noexcept;
  /// At most, for all of the below, but for constraints of more than 2^18 terms: R1csReader asks for them as they come.
  std::uint64_t memory_bytes() const noexcept;

  /// Section 4 in file order, in blocks: told by coefs() where the circuit is kept, otherwise by signals(), while it is
  /// read and before the first block of signals. So both are given the sink, coefs() first.
  using CoefSink = std::function<void(std::span<const format::ZkeyCoef<C>>)>;
  void coefs(const CoefSink& sink) const;
  /// Section 9: the odd points of Lagrange block k+1, in blocks from first on.
  void h_points(const std::function<void(std::uint64_t first, std::span<const G1Point>)>& sink) const;

  /// Blocks of signals in ascending order; for each block K, A, B1, B2 of the signals [first, first + size).
  struct Block {
    std::uint32_t first;
    std::span<const G1Point> k, a, b1;
    std::span<const G2Point> b2;
  };
  /// coefs: nothing where nobody asks for them. Throws what R1csReader throws for a circuit that is not kept, and
  /// Error{io} when that is read again, for another block or in another call, and is not the same.
  void signals(const std::function<void(const Block&)>& sink, const CoefSink& coefs);

 private:
  struct Range;  // of signals
  struct Lists;  // the terms of some constraints
  class Window;  // terms, as many as are added up at a time
  class Sums;    // of a range
  class CoefBlock;
  void require_fit(const base::Path& r1cs, const base::Path& ptau) const;
  bool is_small() const noexcept;
  void keep_circuit(base::Progress& progress);
  using Tag = hash::Poly1305Pair::Tag;
  template <class Visit>
  Tag each_block(const Visit& visit) const;
  std::vector<Lists> lists_of(const format::ConstraintBlock<C>& block, const Range& range) const;
  template <class Visit>
  void each_public_row(const Range& range, const Visit& visit) const;
  void add_circuit(Sums& sums, const Range& range, CoefBlock* coefs);

  format::R1csReader<C> r1cs_;
  format::PtauReader<C> ptau_;
  const Context& context_;
  format::ZkeyHeader<C> header_;
  std::uint32_t max_signals_ = 0;  // of a block
  std::size_t window_ = 0;         // terms added up at a time
  std::uint64_t n_coefs_ = 0;
  std::shared_ptr<const std::vector<Lists>> kept_;  // the whole circuit, columns ascending
  // Otherwise what it was when it was read first, so that the key is of one circuit and of no mixture.
  const std::array<std::byte, 64> tag_key_ = hash::fresh_bytes<64>();
  std::optional<Tag> tag_;
};

}  // namespace solemn::setup
