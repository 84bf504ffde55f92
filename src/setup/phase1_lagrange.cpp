#include "setup/phase1_lagrange.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "curve/bulk.hpp"
#include "setup/phase1_comparison.hpp"

namespace solemn::setup::phase1 {

using base::Code;
using base::Error;
using format::PtauSection;

PtauSection powers_of(PtauSection lagrange) noexcept {
  switch (lagrange) {
    case PtauSection::lagrange_tau_g2:
      return PtauSection::tau_g2;
    case PtauSection::lagrange_alpha_tau_g1:
      return PtauSection::alpha_tau_g1;
    case PtauSection::lagrange_beta_tau_g1:
      return PtauSection::beta_tau_g1;
    default:
      ASSERT(lagrange == PtauSection::lagrange_tau_g1);
      return PtauSection::tau_g1;
  }
}

namespace {

std::string_view phase_name(PtauSection lagrange) noexcept {
  switch (lagrange) {
    case PtauSection::lagrange_tau_g2:
      return "checking lagrange tau G2";
    case PtauSection::lagrange_alpha_tau_g1:
      return "checking lagrange alpha tau G1";
    case PtauSection::lagrange_beta_tau_g1:
      return "checking lagrange beta tau G1";
    default:
      return "checking lagrange tau G1";
  }
}

/// Sections of one group, first all at once where they are short; only when that does not hold each by itself.
template <class C, class G>
class GroupExaminer {
 public:
  using Affine = typename G::Affine;
  using Scalar = typename G::Scalar;
  GroupExaminer(const format::PtauReader<C>& file, std::span<const PtauSection> sections, const Ratio<C>& tau,
                const Context& context, const LagrangeLimits& limits, unsigned bits)
      : file_(file), tau_(tau), context_(context), limits_(limits), bits_(bits), seen_(sections.size(), 0) {
    bool all_short = true;
    for (const PtauSection section : sections) {
      ASSERT(format::ptau_section_is_g2(section) == (G::kIndex == 2) &&
             (section != PtauSection::lagrange_tau_g1 || section == sections.front()));
      const format::PtauHeader& header = file_.header();
      all_.push_back({section, header.only_largest ? header.power : 0,
                      header.power + (section == PtauSection::lagrange_tau_g1 ? 1 : 0)});
      all_short = all_short && is_short(all_.back());
    }
    together_ = all_.size() > 1 && all_short;
    if (together_) {
      comparisons_.push_back(comparison_of(all_));
    } else {
      for (const Blocks& blocks : all_) comparisons_.push_back(comparison_of(std::span(&blocks, 1)));
    }
  }

  void see(PtauSection powers, std::uint64_t first, std::span<const Affine> points) {
    const auto is_from = [powers](const Blocks& blocks) { return powers_of(blocks.lagrange) == powers; };
    const auto found = std::find_if(all_.begin(), all_.end(), is_from);
    if (found == all_.end()) return;
    const auto i = static_cast<std::size_t>(found - all_.begin());
    ASSERT(first == seen_[i]);
    points = points.first(static_cast<std::size_t>(std::min<std::uint64_t>(points.size(), n_powers(*found) - first)));
    if (points.empty()) return;
    seen_[i] += points.size();
    note_last(*found, seen_[i], points);
    together_ ? comparisons_[0]->powers(i, first, points) : comparisons_[i]->powers(0, first, points);
  }

  std::vector<LagrangeReport> finish() {
    std::vector<LagrangeReport> reports(all_.size());
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (seen_[i] == n_powers(all_[i])) continue;
      ASSERT(seen_[i] == 0);  // all of a section, or nothing
      give_powers(together_ ? *comparisons_[0] : *comparisons_[i], together_ ? i : 0, all_[i]);
    }
    if (together_ && examine(*comparisons_[0], all_, reports)) return reports;
    if (together_) comparisons_.clear();
    bool sound = true;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      reports[i] = {};
      const auto one = std::span<const Blocks>(all_).subspan(i, 1);
      const std::unique_ptr<Comparison<G>> comparison = together_ ? comparison_of(one) : std::move(comparisons_[i]);
      if (together_) give_powers(*comparison, 0, all_[i]);
      const bool holds = examine(*comparison, one, std::span(reports).subspan(i, 1));
      if (!holds && !is_bad(reports[i])) reports[i].wrong_block = find_wrong_block(all_[i]);
      sound = sound && reports[i].sound();
    }
    if (together_ && sound)
      throw Error(Code::io, "the Lagrange sections are wrong together, and right one by one",
                  "the file changed while it was read, or memory is damaged: verify again");
    return reports;
  }

 private:
  using Result = typename Comparison<G>::Result;
  static_assert(msm::kRowsProveSubgroup<G> || tests_each_point<G>() || G::kCofactor[0] == 1);
  static bool is_bad(const LagrangeReport& report) { return report.off_curve || report.off_subgroup; }

  bool is_short(const Blocks& blocks) const {
    return blocks.last <= std::min(limits_.two_adicity, limits_.largest_transform);
  }
  std::uint64_t n_powers(const Blocks& blocks) const {
    return std::min(file_.points(powers_of(blocks.lagrange)), std::uint64_t{1} << blocks.last);
  }
  std::unique_ptr<Comparison<G>> comparison_of(std::span<const Blocks> all) const {
    std::vector<std::uint64_t> counts;
    for (const Blocks& blocks : all) counts.push_back(n_powers(blocks));
    if (is_short(all[0])) return std::make_unique<ShortComparison<G>>(all, counts, context_.pool, bits_);
    ASSERT(all.size() == 1);
    return std::make_unique<LongComparison<G>>(all[0], counts[0], limits_.two_adicity, context_.pool, bits_);
  }

  void note_last(const Blocks& blocks, std::uint64_t end, std::span<const Affine> points) {
    if (blocks.lagrange == PtauSection::lagrange_tau_g1 && end == file_.points(PtauSection::tau_g1))
      last_tau_power_ = points.back();
  }

  /// Where nobody gave them.
  void give_powers(Comparison<G>& comparison, std::size_t i, const Blocks& blocks) {
    constexpr std::uint64_t kAtOnce = std::uint64_t{1} << 16;
    const std::uint64_t n = n_powers(blocks);
    context_.progress.phase("adding up powers", n, "points");
    std::vector<Affine> points(static_cast<std::size_t>(std::min(kAtOnce, n)));
    for (std::uint64_t first = 0; first < n; first += points.size()) {
      points.resize(static_cast<std::size_t>(std::min<std::uint64_t>(points.size(), n - first)));
      read(powers_of(blocks.lagrange), first, points);
      note_last(blocks, first + points.size(), points);
      comparison.powers(i, first, points);
      context_.progress.advance(points.size());
    }
  }

  /// Whether all points are good and all sections hold. Otherwise some report may say which point is bad.
  bool examine(Comparison<G>& comparison, std::span<const Blocks> all, std::span<LagrangeReport> reports) {
    for (std::size_t i = 0; i < all.size(); ++i)
      if (!require_marked(reports[i], all[i])) return false;
    std::size_t begun = 0;
    const auto result = comparison.lagrange([&](std::size_t i, std::uint64_t first, std::span<Affine> points) {
      for (; begun <= i; ++begun)
        context_.progress.phase(
            phase_name(all[i].lagrange),
            format::lagrange_block_offset(all[i].last + 1) - format::lagrange_block_offset(all[i].first), "points");
      read(all[i].lagrange, first, points);
      context_.progress.advance(points.size());
      check_points(reports[i], all[i].lagrange, first, points);
      return !reports[i].off_curve;
    });
    if (std::any_of(reports.begin(), reports.end(), is_bad)) return false;
    if (msm::kRowsProveSubgroup<G> && !result->rows_in_subgroup) {
      reports[0].off_subgroup = Fault{all[0].lagrange, 0, "or one after it is not in the prime-order subgroup"};
      return false;
    }
    return is_right(*result, all[0], reports[0]);
  }

  /// What stands before the first block was left out and says so.
  bool require_marked(LagrangeReport& report, const Blocks& blocks) {
    const std::uint64_t end = format::lagrange_block_offset(blocks.first) * G::kBytes;
    if (end != 0) context_.progress.phase("domains that are left out", end, "bytes");
    base::Bytes bytes(static_cast<std::size_t>(std::min<std::uint64_t>(end, std::uint64_t{1} << 20)));
    for (std::uint64_t at = 0; at < end; at += bytes.size()) {
      bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), end - at)));
      context_.progress.check_interrupt();
      file_.read_raw(blocks.lagrange, at, bytes);
      context_.progress.advance(bytes.size());
      const auto other = std::ranges::find_if(bytes, [](std::byte byte) { return byte != format::kNotPrepared; });
      if (other == bytes.end()) continue;
      const std::uint64_t point = (at + static_cast<std::uint64_t>(other - bytes.begin())) / G::kBytes;
      report.off_curve = Fault{blocks.lagrange, point, "is of a domain that is not prepared, and is not marked so"};
      return false;
    }
    return true;
  }

  void check_points(LagrangeReport& report, PtauSection section, std::uint64_t first, std::span<const Affine> points) {
    const auto note = [&](MaybeFault& fault, curve::Subgroup subgroup) {
      const curve::FirstBad bad = curve::check_points<G>(points, curve::Infinity::allow, subgroup, context_.pool);
      if (!bad.none() && !fault) {
        fault = Fault{section, first + bad.index, "is " + std::string(curve::describe(bad.status))};
      }
    };
    note(report.off_curve, curve::Subgroup::unchecked);
    if (tests_each_point<G>() && !report.off_curve) note(report.off_subgroup, curve::Subgroup::check);
  }

  unsigned find_wrong_block(const Blocks& blocks) {
    for (unsigned k = blocks.first; k < blocks.last; ++k) {
      const Blocks one{blocks.lagrange, k, k};
      const auto comparison = comparison_of(std::span(&one, 1));
      give_powers(*comparison, 0, one);
      const auto result = comparison->lagrange([&](std::size_t, std::uint64_t first, std::span<Affine> points) {
        read(one.lagrange, first, points);
        return true;
      });
      LagrangeReport report;
      if (!is_right(*result, one, report)) return k;
    }
    return blocks.last;
  }

  // The top block of section 12 has one power more than section 2: infinity or tau^(2N-1) G1.
  bool is_right(const Result& result, const Blocks& blocks, LagrangeReport& report) {
    if (result.difference.is_infinity_vartime()) return true;
    if constexpr (G::kIndex == 1) {
      if (blocks.last <= file_.header().power) return false;
      const auto scaled = curve::mul_reference<G>(last_tau_power_, result.one_more).to_affine();
      if (!tau_.relates(typename msm::ChainCheck<G>::Sums{scaled, result.difference.to_affine_vartime(), true}))
        return false;
      report.top_ends_in_infinity = false;
      return true;
    } else {
      return false;
    }
  }

  void read(PtauSection section, std::uint64_t first, std::span<Affine> points) const {
    constexpr std::size_t kGrain = 4096;
    context_.progress.check_interrupt();
    context_.pool.parallel_for(points.size(), kGrain, [&](std::size_t begin, std::size_t end) {
      file_.read_raw(section, (first + begin) * G::kBytes,
                     base::writable_object_bytes(points.subspan(begin, end - begin)));
    });
  }

  const format::PtauReader<C>& file_;
  const Ratio<C> tau_;
  const Context& context_;
  const LagrangeLimits limits_;
  const unsigned bits_;
  std::vector<Blocks> all_;
  std::vector<std::uint64_t> seen_;             // powers of each that were given
  Affine last_tau_power_ = Affine::infinity();  // tau^(2N-2) G1
  bool together_ = false;
  std::vector<std::unique_ptr<Comparison<G>>> comparisons_;  // one for all together, or one each
};

}  // namespace

template <class C>
struct LagrangeExaminer<C>::State {
  GroupExaminer<C, curve::G1<C>> g1;
  GroupExaminer<C, curve::G2<C>> g2;
  const Context& context;
};

template <class C>
LagrangeExaminer<C>::LagrangeExaminer(const format::PtauReader<C>& file, const Ratio<C>& tau, const Context& context,
                                      const LagrangeLimits& limits, unsigned bits) {
  static_assert(kLagrangeSections[0] == PtauSection::lagrange_tau_g1 &&
                kLagrangeSections[1] == PtauSection::lagrange_tau_g2);
  constexpr std::array kG1 = {kLagrangeSections[0], kLagrangeSections[2], kLagrangeSections[3]};
  constexpr std::array kG2 = {kLagrangeSections[1]};
  state_.reset(new State{{file, kG1, tau, context, limits, bits}, {file, kG2, tau, context, limits, bits}, context});
}
template <class C>
LagrangeExaminer<C>::~LagrangeExaminer() = default;

template <class C>
void LagrangeExaminer<C>::see(PtauSection section, std::uint64_t first,
                              std::span<const typename curve::G1<C>::Affine> points) {
  state_->g1.see(section, first, points);
}
template <class C>
void LagrangeExaminer<C>::see(PtauSection section, std::uint64_t first,
                              std::span<const typename curve::G2<C>::Affine> points) {
  state_->g2.see(section, first, points);
}

template <class C>
std::vector<LagrangeReport> LagrangeExaminer<C>::finish() {
  std::vector<LagrangeReport> g1, g2;
  state_->context.pool.run_together({[&] { g1 = state_->g1.finish(); }, [&] { g2 = state_->g2.finish(); }});
  return {g1[0], g2[0], g1[1], g1[2]};
}

template <class C>
LagrangeReport examine_lagrange(const format::PtauReader<C>& file, PtauSection lagrange, const Ratio<C>& tau,
                                const Context& context, const LagrangeLimits& limits) {
  return with_group<C>(lagrange, [&]<class G>() {
    return GroupExaminer<C, G>(file, std::span(&lagrange, 1), tau, context, limits, msm::kSoundBits).finish().front();
  });
}

using Bn = curve::Bn254;
using Bls = curve::Bls12_381;
template class LagrangeExaminer<Bn>;
template class LagrangeExaminer<Bls>;
template LagrangeReport examine_lagrange<Bn>(const format::PtauReader<Bn>&, PtauSection, const Ratio<Bn>&,
                                             const Context&, const LagrangeLimits&);
template LagrangeReport examine_lagrange<Bls>(const format::PtauReader<Bls>&, PtauSection, const Ratio<Bls>&,
                                              const Context&, const LagrangeLimits&);

}  // namespace solemn::setup::phase1
