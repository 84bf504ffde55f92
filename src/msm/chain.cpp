// Random combinations over streams.
//
// Soundness of ChainCheck. Digits d_j are independent and uniform on a set D of 2^w nonzero integers, |d| <= 2^(w-1).
// All chains share one stream: point i of a chain that starts at stream position s uses the digits s + i .. s + i + K,
// and the next chain starts at s + n + K, behind every digit of this one. Let t = s + i be the position of a point and
// e_t = P_{i+1} - tau P_i, for all i but the last of a chain. Row k is W_k = sum of d_{t+k} P_t. For k = 1 .. K
//   right_k = W_{k-1} - sum over chains of d_{s+k-1} P_0,    left_k = W_k - sum over chains of d_{s+n-1+k} P_{n-1},
//   right_k - tau left_k = sum over t of d_{t+k} e_t.
// Let t0 be the first position with e_t != 0. Fix all digits above t0 + K; then d_{t0+K}, which stands only before
// e_{t0} in equation K, is free: as e_{t0} has the prime order r > 2^w, at most one value of D makes equation K hold.
// Fix it; then d_{t0+K-1} is free in equation K - 1; and so on. So all K equations hold with probability at most
// 2^(-w K) <= 2^-bits for K = ceil(bits / w). They are joined by K uniform elements of the scalar field: 2^-253 more.
//
// Soundness of row subgroup tests (BN254 G2). Every point is S + T, S in the group of order r, T in the group of order
// h, whose smallest prime factor is 10069. Let t0 be the first position with T != 0. As above, given all later digits,
// row k is in the subgroup for at most m = ceil((2^w + 1) / 10069) values of d_{t0+k} of the 2^w: one for w <= 13, two
// of 2^14, four of 2^15, seven of 2^16. So a row is with probability at most 2^-min(w, 13), and ceil(128 / min(w, 13))
// rows are with at most 2^-128, ceil(bits / min(w, 13)) with 2^-bits. For BLS12-381 the cofactors have factors 3, 11,
// 13 and 23: no such claim.
//
// Soundness of RowCombination. Rows R_k = sum over t of d_{t+k} e_t, k = 0 .. K - 1, of points of order r: as above,
// all are infinity with probability at most 2^(-w K) unless all e_t are. Fix the digits; of a weight, a random number
// of 128 bits with 1 in place of 0, one value at most makes sum over k of w_k R_k infinity once that R_k is not: 2^-127
// more. The weights must be random: with powers of the radix W in their place, errors e, -(W + 1) e and W e of three
// neighbours would cancel whenever two pairs of digits are equal, once in W^2. The rows serve the subgroup test as they
// are, being as many.
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "curve/bulk.hpp"
#include "msm/kernels.hpp"
#include "msm/random.hpp"

namespace solemn::msm {

namespace {

/// Rows of digits of `width` bits whose sums prove the subgroup of all points, with error 2^-bits.
constexpr std::size_t subgroup_rows(unsigned width, unsigned bits) noexcept {
  const unsigned per_row = std::min(width, 13U);
  return (bits + per_row - 1) / per_row;
}
static_assert(8193 <= 10069 && 65537 <= 7 * 10069 && 7 * 8192 <= 65536);

/// The cheapest shape for n_points: rows * (points + 2 buckets), and what a row costs by itself. `rows_of(width)` says
/// how many rows are needed. Wide digits for 2^12 points cost three times as much as the best ones.
template <class RowsOf>
RowShape best_shape(std::uint64_t n_points, const RowsOf& rows_of) noexcept {
  constexpr double kRowCost = 500;  // additions
  RowShape best{kMaxDigitBits, rows_of(kMaxDigitBits)};
  double best_cost = 1e300;
  for (unsigned width = 6; width <= kMaxDigitBits; ++width) {
    const RowShape shape{width, rows_of(width)};
    const double cost = static_cast<double>(shape.n_rows) *
                        (static_cast<double>(n_points) + 2 * static_cast<double>(shape.row_size()) + kRowCost);
    if (cost < best_cost) {
      best = shape;
      best_cost = cost;
    }
  }
  return best;
}
/// Points that one call of the kernels gets: bounds the digits in memory.
constexpr std::size_t kBlockPoints = std::size_t{1} << 16;

base::Hash32 copy_seed(base::ByteSpan seed32) {
  ASSERT(seed32.size() == 32);
  base::Hash32 out{};
  std::copy(seed32.begin(), seed32.end(), out.begin());
  return out;
}

template <class G>
bool rows_in_subgroup(std::span<const typename G::Affine> sums, base::Pool& pool) {
  std::vector<std::uint8_t> inside(sums.size());
  pool.parallel_for(sums.size(), 1,
                    [&](std::size_t row, std::size_t) { inside[row] = curve::is_in_subgroup<G>(sums[row]) ? 1 : 0; });
  return std::all_of(inside.begin(), inside.end(), [](std::uint8_t yes) { return yes == 1; });
}

template <class Jacobian>
void add_small_multiple(Jacobian& sum, const Jacobian& point, std::int32_t digit) {
  auto magnitude = static_cast<std::uint32_t>(digit < 0 ? -digit : digit);
  Jacobian power = digit < 0 ? -point : point;
  for (; magnitude != 0; magnitude >>= 1) {
    if ((magnitude & 1) != 0) sum = add_vartime(sum, power);
    power = power.dbl();
  }
}

}  // namespace

template <class G>
struct ChainCheck<G>::State {
  using Affine = typename G::Affine;
  using Jacobian = typename G::Jacobian;
  /// K + 1 rows; in G2 as many as the subgroup needs, if that is more.
  static std::size_t rows_of(unsigned width, unsigned bits) noexcept {
    const std::size_t rows = (bits + width - 1) / width + 1;
    return G::kIndex == 1 ? rows : std::max(rows, subgroup_rows(width, bits));
  }

  State(base::ByteSpan seed32, std::uint64_t expected_points, base::Pool& workers, unsigned bits)
      : seed(copy_seed(seed32)),
        pool(workers),
        rows(best_shape(expected_points, [bits](unsigned width) { return rows_of(width, bits); })),
        n_equations(rows.shape.n_rows - 1),
        last_digits(rows.shape.n_rows),
        first_terms(n_equations, Jacobian::infinity()),
        last_terms(n_equations, Jacobian::infinity()) {}

  void close_chain() {
    if (!in_chain) return;
    const auto point = Jacobian::from(last);
    for (std::size_t k = 1; k <= n_equations; ++k) add_small_multiple(last_terms[k - 1], point, last_digits[k]);
    position += n_equations;
    in_chain = false;
  }

  void add_block(std::span<const Affine> block) {
    digits.resize(block.size() + n_equations);
    random_digits(digits, rows.shape.width, "digits", seed, position);
    if (!in_chain) {
      const auto point = Jacobian::from(block.front());
      for (std::size_t k = 1; k <= n_equations; ++k) add_small_multiple(first_terms[k - 1], point, digits[k - 1]);
      in_chain = true;
    }
    kernels<G>().add_to_rows(rows, block, digits, pool);
    last = block.back();
    std::copy_n(digits.end() - static_cast<std::ptrdiff_t>(last_digits.size()), last_digits.size(),
                last_digits.begin());
    position += block.size();
  }

  base::Hash32 seed;
  base::Pool& pool;
  RowBuckets<G> rows;
  std::size_t n_equations;  // K
  std::vector<std::int32_t> digits;
  std::uint64_t position = 0;  // of the next point's digit in the stream
  bool in_chain = false;
  Affine last{};
  std::vector<std::int32_t> last_digits;
  std::vector<Jacobian> first_terms, last_terms;  // what the first and last points add to rows
};

template <class G>
ChainCheck<G>::ChainCheck(base::ByteSpan seed32, std::uint64_t expected_points, base::Pool& pool, unsigned bits)
    : state_(std::make_unique<State>(seed32, expected_points, pool, bits)) {}
template <class G>
ChainCheck<G>::~ChainCheck() = default;

template <class G>
void ChainCheck<G>::start_chain() {
  state_->close_chain();
}

template <class G>
void ChainCheck<G>::add(std::span<const typename G::Affine> block) {
  for (; !block.empty(); block = block.subspan(std::min(block.size(), kBlockPoints))) {
    state_->add_block(block.first(std::min(block.size(), kBlockPoints)));
  }
}

template <class G>
typename ChainCheck<G>::Sums ChainCheck<G>::finish() {
  using Jacobian = typename G::Jacobian;
  State& s = *state_;
  s.close_chain();
  const std::vector<Jacobian> w = kernels<G>().row_sums(s.rows, s.pool);
  std::vector<typename G::Affine> row_points(w.size());
  curve::to_affine_each<G>(row_points, w, s.pool);
  std::vector<typename G::Affine> left(s.n_equations), right(s.n_equations);
  for (std::size_t k = 1; k <= s.n_equations; ++k) {
    right[k - 1] = add_vartime(w[k - 1], -s.first_terms[k - 1]).to_affine_vartime();
    left[k - 1] = add_vartime(w[k], -s.last_terms[k - 1]).to_affine_vartime();
  }
  std::vector<typename G::Scalar> weights(s.n_equations);
  random_elements(std::span<typename G::Scalar>(weights), "weights", s.seed);
  Sums sums{};
  sums.rows_in_subgroup = rows_in_subgroup<G>(row_points, s.pool);
  s.pool.run_together({[&] { sums.left = msm_vartime<G>(left, weights, s.pool).to_affine_vartime(); },
                       [&] { sums.right = msm_vartime<G>(right, weights, s.pool).to_affine_vartime(); }});
  return sums;
}

template <class G>
typename G::Jacobian random_combination(std::span<const typename G::Affine> points, base::ByteSpan seed32,
                                        std::uint64_t first_index, base::Pool& pool, unsigned bits) {
  auto total = G::Jacobian::infinity();
  std::vector<Integer> coefficients;
  constexpr std::size_t kBlock = 8 * kBlockPoints;
  for (std::size_t begin = 0; begin < points.size(); begin += kBlock) {
    const auto block = points.subspan(begin, std::min(kBlock, points.size() - begin));
    coefficients.resize(block.size());
    random_integers(coefficients, seed32, first_index + begin, bits);
    total = add_vartime(total, kernels<G>().msm(block, coefficients, bits, pool));
  }
  return total;
}

template <class G>
struct RowCombination<G>::State {
  /// As many as the bits need; in BN254 G2 as many as the subgroup needs, if that is more.
  static std::size_t rows_of(unsigned width, unsigned bits) noexcept {
    const std::size_t rows = (bits + width - 1) / width;
    return kRowsProveSubgroup<G> ? std::max(rows, subgroup_rows(width, bits)) : rows;
  }
  static std::vector<Integer> weights_of(base::ByteSpan seed32, std::size_t n_rows) {
    std::vector<Integer> weights(n_rows);
    random_integers(weights, seed32, 0, kSoundBits, "row weights");
    return weights;
  }
  State(base::ByteSpan seed32, std::uint64_t expected_points, base::Pool& workers, unsigned bits)
      : seed(copy_seed(seed32)),
        pool(workers),
        shape(best_shape(expected_points, [bits](unsigned width) { return rows_of(width, bits); })),
        weights(weights_of(seed32, shape.n_rows)) {}

  /// Of the points first .. first + n_points - 1.
  void get_digits(std::vector<std::int32_t>& out, std::uint64_t first, std::size_t n_points) const {
    out.resize(n_points + shape.n_rows - 1);
    random_digits(out, shape.width, "combination", seed, first);
  }
  RowBuckets<G>& rows() {
    if (!buckets) buckets.emplace(shape);
    return *buckets;
  }

  base::Hash32 seed;
  base::Pool& pool;
  RowShape shape;
  std::optional<RowBuckets<G>> buckets;  // once there are points: coefficients may be asked for long before
  std::vector<Integer> weights;
  std::vector<std::int32_t> digits;
  std::uint64_t position = 0;
};

template <class G>
RowCombination<G>::RowCombination(base::ByteSpan seed32, std::uint64_t expected_points, base::Pool& pool, unsigned bits)
    : state_(std::make_unique<State>(seed32, expected_points, pool, bits)) {}
template <class G>
RowCombination<G>::~RowCombination() = default;

template <class G>
void RowCombination<G>::add(std::span<const typename G::Affine> points) {
  State& s = *state_;
  for (std::size_t begin = 0; begin < points.size(); begin += kBlockPoints) {
    const auto block = points.subspan(begin, std::min(kBlockPoints, points.size() - begin));
    s.get_digits(s.digits, s.position, block.size());
    kernels<G>().add_to_rows(s.rows(), block, s.digits, s.pool);
    s.position += block.size();
  }
}

template <class G>
void RowCombination<G>::coefficients(std::span<typename G::Scalar> out, std::uint64_t first) const {
  using Scalar = typename G::Scalar;
  using field::U128;
  constexpr std::size_t kRange = 4096;
  const State& s = *state_;
  // With 2^(width-1) added, no digit is negative: what that adds is taken off as a whole.
  const auto offset = std::int32_t{1} << (s.shape.width - 1);
  const auto combine = [&s](const auto& digit) {
    U128 low = 0, high = 0;  // below 2^64 * 2^17 * 128 rows
    for (std::size_t k = 0; k < s.weights.size(); ++k) {
      low += U128{s.weights[k][0]} * digit(k);
      high += U128{s.weights[k][1]} * digit(k);
    }
    high += low >> 64;
    typename Scalar::Limbs limbs{};
    limbs[0] = static_cast<std::uint64_t>(low);
    limbs[1] = static_cast<std::uint64_t>(high);
    limbs[2] = static_cast<std::uint64_t>(high >> 64);
    return Scalar::from_canonical_reduced(limbs);
  };
  const Scalar added = combine([&](std::size_t) { return static_cast<std::uint64_t>(offset); });
  s.pool.parallel_for(out.size(), kRange, [&](std::size_t begin, std::size_t end) {
    std::vector<std::int32_t> digits;
    s.get_digits(digits, first + begin, end - begin);
    for (std::size_t i = begin; i < end; ++i) {
      const std::int32_t* mine = digits.data() + (i - begin);
      out[i] = combine([&](std::size_t k) { return static_cast<std::uint64_t>(mine[k] + offset); }) - added;
    }
  });
}

template <class G>
typename RowCombination<G>::Result RowCombination<G>::finish() {
  State& s = *state_;
  const std::vector<typename G::Jacobian> sums = kernels<G>().row_sums(s.rows(), s.pool);
  std::vector<typename G::Affine> points(sums.size());
  curve::to_affine_each<G>(points, sums, s.pool);
  const bool in_subgroup = rows_in_subgroup<G>(points, s.pool);
  return {kernels<G>().msm(points, s.weights, kSoundBits, s.pool), in_subgroup};
}

template <class G>
bool all_in_subgroup(std::span<const typename G::Affine> points, base::ByteSpan seed32, base::Pool& pool) {
  constexpr bool kBn254 = G::Curve::kId == curve::CurveId::bn254;
  if constexpr (kBn254 && G::kIndex == 1) return true;  // the curve has r points
  constexpr std::size_t kFew = 512;                     // below, the buckets cost more than testing every point
  if (!kBn254 || points.size() < kFew) {
    return curve::check_points<G>(points, curve::Infinity::allow, curve::Subgroup::check, pool).none();
  }
  RowBuckets<G> rows(best_shape(points.size(), [](unsigned width) { return subgroup_rows(width, kSoundBits); }));
  std::vector<std::int32_t> digits;
  for (std::size_t begin = 0; begin < points.size(); begin += kBlockPoints) {
    const auto block = points.subspan(begin, std::min(kBlockPoints, points.size() - begin));
    digits.resize(block.size() + rows.shape.n_rows - 1);
    random_digits(digits, rows.shape.width, "subgroup", seed32, begin);
    kernels<G>().add_to_rows(rows, block, digits, pool);
  }
  const std::vector<typename G::Jacobian> sums = kernels<G>().row_sums(rows, pool);
  std::vector<typename G::Affine> points_of_rows(sums.size());
  curve::to_affine_each<G>(points_of_rows, sums, pool);
  return rows_in_subgroup<G>(points_of_rows, pool);
}

template class RowCombination<curve::G1<curve::Bn254>>;
template class RowCombination<curve::G2<curve::Bn254>>;
template class RowCombination<curve::G1<curve::Bls12_381>>;
template class RowCombination<curve::G2<curve::Bls12_381>>;
template class ChainCheck<curve::G1<curve::Bn254>>;
template class ChainCheck<curve::G2<curve::Bn254>>;
template class ChainCheck<curve::G1<curve::Bls12_381>>;
template class ChainCheck<curve::G2<curve::Bls12_381>>;
template curve::G1<curve::Bn254>::Jacobian random_combination<curve::G1<curve::Bn254>>(
    std::span<const curve::G1<curve::Bn254>::Affine>, base::ByteSpan, std::uint64_t, base::Pool&, unsigned);
template curve::G2<curve::Bn254>::Jacobian random_combination<curve::G2<curve::Bn254>>(
    std::span<const curve::G2<curve::Bn254>::Affine>, base::ByteSpan, std::uint64_t, base::Pool&, unsigned);
template curve::G1<curve::Bls12_381>::Jacobian random_combination<curve::G1<curve::Bls12_381>>(
    std::span<const curve::G1<curve::Bls12_381>::Affine>, base::ByteSpan, std::uint64_t, base::Pool&, unsigned);
template curve::G2<curve::Bls12_381>::Jacobian random_combination<curve::G2<curve::Bls12_381>>(
    std::span<const curve::G2<curve::Bls12_381>::Affine>, base::ByteSpan, std::uint64_t, base::Pool&, unsigned);
template bool all_in_subgroup<curve::G1<curve::Bn254>>(std::span<const curve::G1<curve::Bn254>::Affine>, base::ByteSpan,
                                                       base::Pool&);
template bool all_in_subgroup<curve::G2<curve::Bn254>>(std::span<const curve::G2<curve::Bn254>::Affine>, base::ByteSpan,
                                                       base::Pool&);
template bool all_in_subgroup<curve::G1<curve::Bls12_381>>(std::span<const curve::G1<curve::Bls12_381>::Affine>,
                                                           base::ByteSpan, base::Pool&);
template bool all_in_subgroup<curve::G2<curve::Bls12_381>>(std::span<const curve::G2<curve::Bls12_381>::Affine>,
                                                           base::ByteSpan, base::Pool&);

}  // namespace solemn::msm
