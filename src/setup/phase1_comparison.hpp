#pragma once
// Lagrange blocks against the powers they are made from, all that is compared at once as one sum over both sides that
// must be infinity. The powers come first, as they are read for other checks too; the Lagrange points after them.
#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>
#include <vector>

#include "base/untouched.hpp"
#include "setup/phase1_kept_combination.hpp"
#include "setup/phase1_ratio.hpp"
#include "setup/phase1_streamed_combination.hpp"

namespace solemn::setup::phase1 {

/// Blocks first .. last of a section.
struct Blocks {
  format::PtauSection lagrange;
  unsigned first, last;
};

template <class G>
class Comparison {
 public:
  using Affine = typename G::Affine;
  using Scalar = typename G::Scalar;
  virtual ~Comparison() = default;

  /// The next powers of the i-th section, from its first on; a section from its first to its last.
  virtual void powers(std::size_t i, std::uint64_t first, std::span<const Affine> points) = 0;

  /// Gets points first, ... of the i-th Lagrange section; false when the rest does not matter any more.
  using Next = std::function<bool(std::size_t i, std::uint64_t first, std::span<Affine> points)>;
  struct Result {
    typename G::Jacobian difference;  // infinity when both sides are the same
    Scalar one_more;                  // what a power beyond the given ones would count in it
    bool rows_in_subgroup;            // msm.hpp
  };
  /// Once, after all powers. nullopt: `next` said that the rest does not matter.
  virtual std::optional<Result> lagrange(const Next& next) = 0;
};

/// sum k_i P_i over a stream, a large MSM at a time.
template <class G>
class StreamedSum {
 public:
  using Affine = typename G::Affine;
  using Scalar = typename G::Scalar;
  StreamedSum(std::uint64_t n_terms, base::Pool& pool)
      : pool_(pool),
        size_(static_cast<std::size_t>(std::min<std::uint64_t>(n_terms, kMaxTerms))),
        points_(size_),
        scalars_(size_) {}

  /// Terms [0, count) of a run; fill(first, points, scalars) gives some consecutive ones, or returns false when the sum
  /// does not matter any more. Returns what it returned.
  template <class Fill>
  bool add(std::uint64_t count, Fill&& fill) {
    for (std::uint64_t first = 0; first < count;) {
      if (used_ == size_) flush();
      const std::size_t now = static_cast<std::size_t>(std::min<std::uint64_t>(size_ - used_, count - first));
      if (!fill(first, points_.all().subspan(used_, now), scalars_.all().subspan(used_, now))) return false;
      used_ += now;
      first += now;
    }
    return true;
  }
  typename G::Jacobian finish() {
    flush();
    return sum_;
  }

 private:
  static constexpr std::size_t kMaxTerms =
      std::size_t{1}
      << 17;  // of one MSM: 12 MiB in BN254 G1, 20 in G2, with scalars; one sum for each group, or section above 2^20
  void flush() {
    if (used_ == 0) return;
    sum_ = add_vartime(sum_, msm::msm_vartime<G>(points_.all().first(used_), scalars_.all().first(used_), pool_));
    used_ = 0;
  }
  base::Pool& pool_;
  const std::size_t size_;
  base::UntouchedArray<Affine> points_;
  base::UntouchedArray<Scalar> scalars_;
  std::size_t used_ = 0;
  typename G::Jacobian sum_ = G::Jacobian::infinity();
};

/// With coefficients that are kept, section by section (phase1_kept_combination.hpp): several sections of one group.
template <class G>
class ShortComparison final : public Comparison<G> {
 public:
  using typename Comparison<G>::Affine, typename Comparison<G>::Scalar, typename Comparison<G>::Next,
      typename Comparison<G>::Result;
  /// n_powers: of each of the sections.
  ShortComparison(std::span<const Blocks> all, std::span<const std::uint64_t> n_powers, base::Pool& pool, unsigned bits)
      : pool_(pool),
        all_(all.begin(), all.end()),
        n_powers_(n_powers.begin(), n_powers.end()),
        rows_(hash::fresh_bytes<32>(), n_lagrange(all), pool, bits),
        sum_(std::accumulate(n_powers.begin(), n_powers.end(), std::uint64_t{0}), pool) {}

  void powers(std::size_t i, std::uint64_t first, std::span<const Affine> points) override {
    const Blocks& blocks = all_[i];
    if (first == 0) combination_.emplace(rows_, n_lagrange(std::span(all_).first(i)), blocks.first, blocks.last, pool_);
    sum_.add(points.size(), [&](std::uint64_t from, auto powers, auto scalars) {
      std::copy_n(points.begin() + static_cast<std::ptrdiff_t>(from), powers.size(), powers.begin());
      combination_->powers_side(scalars, first + from, pool_);
      return true;
    });
    if (first + points.size() < n_powers_[i]) return;
    if (n_powers_[i] < std::uint64_t{1} << blocks.last) one_more_ = combination_->power_coefficient(n_powers_[i]);
    combination_.reset();
  }

  std::optional<Result> lagrange(const Next& next) override {
    constexpr std::uint64_t kAtOnce = std::uint64_t{1} << 14;  // into buckets that are kept
    std::vector<Affine> points(static_cast<std::size_t>(std::min(kAtOnce, n_lagrange(all_))));
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const std::uint64_t end = format::lagrange_block_offset(all_[i].last + 1);
      for (std::uint64_t at = format::lagrange_block_offset(all_[i].first); at < end;) {
        const auto part =
            std::span(points).first(static_cast<std::size_t>(std::min<std::uint64_t>(points.size(), end - at)));
        if (!next(i, at, part)) return std::nullopt;
        rows_.add(part);
        at += part.size();
      }
    }
    const auto lagrange_side = rows_.finish();
    return Result{add_vartime(sum_.finish(), lagrange_side.sum), one_more_, lagrange_side.rows_in_subgroup};
  }

 private:
  static std::uint64_t n_lagrange(std::span<const Blocks> all) noexcept {
    std::uint64_t n = 0;
    for (const Blocks& blocks : all)
      n += format::lagrange_block_offset(blocks.last + 1) - format::lagrange_block_offset(blocks.first);
    return n;
  }
  base::Pool& pool_;
  const std::vector<Blocks> all_;
  const std::vector<std::uint64_t> n_powers_;
  msm::RowCombination<G> rows_;
  StreamedSum<G> sum_;
  std::optional<KeptCombination<G>> combination_;  // of the section whose powers are given
  Scalar one_more_ = Scalar::zero();
};

/// With coefficients that are computed where they are used: blocks of one section, of any size.
template <class G>
class LongComparison final : public Comparison<G> {
 public:
  using typename Comparison<G>::Affine, typename Comparison<G>::Scalar, typename Comparison<G>::Next,
      typename Comparison<G>::Result;
  LongComparison(const Blocks& blocks, std::uint64_t n_powers, unsigned two_adicity, base::Pool& pool, unsigned bits)
      : pool_(pool),
        blocks_(blocks),
        n_powers_(n_powers),
        bits_(bits),
        combination_(blocks.first, blocks.last, two_adicity),
        sum_(n_lagrange() + n_powers, pool) {}

  void powers(std::size_t i, std::uint64_t first, std::span<const Affine> points) override {
    ASSERT(i == 0);
    sum_.add(points.size(), [&](std::uint64_t from, auto powers, auto scalars) {
      std::copy_n(points.begin() + static_cast<std::ptrdiff_t>(from), powers.size(), powers.begin());
      combination_.powers_side(scalars, first + from, pool_);
      return true;
    });
  }

  std::optional<Result> lagrange(const Next& next) override {
    std::optional<msm::ChainCheck<G>> rows;  // for the subgroup
    if (msm::kRowsProveSubgroup<G>) rows.emplace(hash::fresh_bytes<32>(), n_lagrange(), pool_, bits_);
    if (rows) rows->start_chain();
    bool go_on = true;
    for (unsigned k = blocks_.first; k <= blocks_.last && go_on; ++k) {
      const std::uint64_t offset = format::lagrange_block_offset(k);
      go_on = sum_.add(std::uint64_t{1} << k, [&](std::uint64_t from, auto points, auto scalars) {
        if (!next(0, offset + from, points)) return false;
        if (rows) rows->add(points);
        combination_.lagrange_side(scalars, k, from, pool_);
        return true;
      });
    }
    if (!go_on) return std::nullopt;
    return Result{sum_.finish(), combination_.power_coefficient(n_powers_), !rows || rows->finish().rows_in_subgroup};
  }

 private:
  std::uint64_t n_lagrange() const noexcept {
    return format::lagrange_block_offset(blocks_.last + 1) - format::lagrange_block_offset(blocks_.first);
  }
  base::Pool& pool_;
  const Blocks blocks_;
  const std::uint64_t n_powers_;
  const unsigned bits_;
  const StreamedCombination<Scalar> combination_;
  StreamedSum<G> sum_;
};

}  // namespace solemn::setup::phase1
