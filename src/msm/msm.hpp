#pragma once
// Bulk scalar multiplication. Every function has a slow, obvious twin in reference.hpp that the tests compare with, on
// every backend. Points are affine, in the prime-order subgroup (the endomorphism methods are only valid there),
// infinity allowed (0, 0).
//
// Timing: `secret` functions are constant time in scalars and in nothing else; they may reveal which *points* are
// infinity.
#include <cstdint>
#include <memory>
#include <span>

#include "base/pool.hpp"
#include "base/secret.hpp"
#include "curve/group.hpp"

namespace solemn::msm {

/// out[i] = k[i] * in[i]; in place allowed. Secret, different scalars. Contribute's kernel.
/// Cost: see performance.md 3.2 (GLV on G1, psi digits on G2); scratch bounded (blocks of a few thousand points a
/// thread), wiped.
template <class G>
void mul_each(std::span<typename G::Affine> out, std::span<const typename G::Affine> in,
              std::span<const typename G::Scalar> secret_scalars, base::Pool& pool);

/// out[i] = k * in[i]; one common secret scalar (zkey contribute: delta^-1). Fixed windows; only the number of windows
/// is revealed.
template <class G>
void mul_all(std::span<typename G::Affine> out, std::span<const typename G::Affine> in,
             const typename G::Scalar& secret_scalar, base::Pool& pool);

/// So many points the two above multiply in step on one thread: fewer share an inversion, more would be several blocks.
template <class G>
std::size_t points_in_step() noexcept;

/// out[i] = k[i] * in[i], public scalars.
template <class G>
void mul_each_vartime(std::span<typename G::Affine> out, std::span<const typename G::Affine> in,
                      std::span<const typename G::Scalar> scalars, base::Pool& pool);

/// out[i] = k[i] * base, public scalars, fixed-base table (Lagrange points from a known tau in tests; first
/// contributions).
template <class G>
void mul_base_vartime(std::span<typename G::Affine> out, const typename G::Affine& base,
                      std::span<const typename G::Scalar> scalars, base::Pool& pool);

/// sum k[i] * P[i], public scalars. Pippenger, signed digits, batched affine bucket additions; complete (equal and
/// opposite points).
template <class G>
typename G::Jacobian msm_vartime(std::span<const typename G::Affine> points,
                                 std::span<const typename G::Scalar> scalars, base::Pool& pool);
/// The same of integers below the order: for several sums with the same scalars.
template <class G>
typename G::Jacobian msm_vartime(std::span<const typename G::Affine> points,
                                 std::span<const typename G::Scalar::Limbs> scalars, base::Pool& pool);

/// Soundness of random combinations, in bits. kSoundBits for everything that somebody else made. kFaultBits for what
/// this process has computed and written itself (a prepare that goes on: also what the process before it wrote): that
/// check is about faults of this machine and its disk, not about an adversary, who could try again and again.
/// Coefficients are drawn for the one file that is checked, and no fault knows them, so it stays unseen with
/// probability below 2^-21; and whoever takes the file verifies it with kSoundBits.
inline constexpr unsigned kSoundBits = 128, kFaultBits = 23;

/// Where rows of random digits say something about the subgroup of all points (chain.cpp).
template <class G>
inline constexpr bool kRowsProveSubgroup = G::kIndex == 2 && G::Curve::kId == curve::CurveId::bn254;

/// A random linear combination over a stream: add blocks of points, get sum r_i P_i with independent 128-bit (or wider)
/// coefficients that the caller also keeps. Coefficients are rows of signed digits of at most 16 bits.
///
/// Toeplitz chains (performance.md 5.1): to prove P_{i+1} = tau P_i for all i with soundness 2^-128.
/// add() consecutive blocks of one chain; finish() gives a pair (left, right) of sums with right = tau * left exactly
/// when the chain is right (up to 2^-128): the caller checks e(right, H) = e(left, tau H). Digits are drawn from
/// `seed`, which must be fresh and unpredictable. Several chains over the same ratio share one object: start_chain()
/// before each. With `bits` below 128 the soundness is 2^(1-bits) (kFaultBits).
template <class G>
class ChainCheck {
 public:
  /// expected_points: about how many points will be added, all chains together. Only speed depends on it.
  ChainCheck(base::ByteSpan seed32, std::uint64_t expected_points, base::Pool& pool, unsigned bits = kSoundBits);
  ~ChainCheck();
  void start_chain();
  void add(std::span<const typename G::Affine> block);
  struct Sums {
    typename G::Affine left, right;  // sum over i of r_i P_i and r_i P_{i+1}
    bool rows_in_subgroup;           // every row sum is in the prime-order subgroup
  };
  /// rows_in_subgroup proves membership of every point only where the cofactor has no small factors: BN254 (2^-128; see
  /// the comment in the source). For BLS12-381 the readers test each point.
  Sums finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Random combinations of two or more parallel arrays with the *same* coefficients: sum r_i A_i and sum r_i B_i
/// (phase-2 L and H sections). Coefficients of `bits` bits from seed and running index: call combine() block by block,
/// both get the same coefficients for the same index.
template <class G>
typename G::Jacobian random_combination(std::span<const typename G::Affine> points, base::ByteSpan seed32,
                                        std::uint64_t first_index, base::Pool& pool, unsigned bits = kSoundBits);
/// The same over a stream, with buckets that are kept from block to block: sum r_i P_i, r_i = sum_k w_k d_(i+k) with
/// random signed digits d and random 128-bit weights w of the rows, all from the seed. Two combinations of one seed,
/// expected count and number of bits have the same coefficients. Domain: points of the subgroup; of the curve where
/// rows_in_subgroup is asked for. If not all of them are infinity, their combination is with probability 2^-bits at
/// most, as digits are never 0 and rows independent (Toeplitz, as in ChainCheck), and 2^-127 more for the weights.
template <class G>
class RowCombination {
 public:
  /// expected_points: as for ChainCheck.
  RowCombination(base::ByteSpan seed32, std::uint64_t expected_points, base::Pool& pool, unsigned bits = kSoundBits);
  ~RowCombination();
  void add(std::span<const typename G::Affine> block);
  /// r_first, ...: for the side that needs them transformed.
  void coefficients(std::span<typename G::Scalar> out, std::uint64_t first) const;
  struct Result {
    typename G::Jacobian sum;
    bool rows_in_subgroup;  // as in ChainCheck::Sums
  };
  Result finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The coefficients themselves as scalars (128-bit), for the side that needs them transformed.
template <class F>
void random_coefficients(std::span<F> out, base::ByteSpan seed32, std::uint64_t first_index);

/// Row sums of random digits: true when the group membership of all points follows with error below
/// 2^-128 (BN254 G2), or after testing each point (BLS12-381). Points must be on the curve. BN254 G1: always true.
template <class G>
bool all_in_subgroup(std::span<const typename G::Affine> points, base::ByteSpan seed32, base::Pool& pool);

/// Sparse matrix times points: out[row] += sum over its terms of coefficient * points[column]. Public coefficients,
/// many of them small or +-1 and many repeated: small and +-1 ones cost few additions, and equal (column, coefficient)
/// pairs are computed once. The heart of `zkey new`.
template <class F>
struct Term {
  std::uint32_t row;     // output: signal
  std::uint32_t column;  // input: constraint
  F coefficient;
};
template <class G>
void sparse_combine(std::span<typename G::Affine> out, std::span<const Term<typename G::Scalar>> terms,
                    std::span<const typename G::Affine> points, base::Pool& pool);

/// out[i] = a[i] + b[i], batched affine, complete. out may alias either.
template <class G>
void add_each(std::span<typename G::Affine> out, std::span<const typename G::Affine> a,
              std::span<const typename G::Affine> b, base::Pool& pool);
/// (lo[i], hi[i]) = (lo[i] + hi[i], lo[i] - hi[i]).
template <class G>
void butterfly_each(std::span<typename G::Affine> lo, std::span<typename G::Affine> hi, base::Pool& pool);

}  // namespace solemn::msm
