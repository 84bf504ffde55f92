#include "setup/phase1_lagrange.hpp"

#include <algorithm>
#include <bit>

#include "base/error.hpp"
#include "curve/bulk.hpp"
#include "fft/fft.hpp"
#include "setup/phase1_kept_combination.hpp"

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

constexpr std::size_t kMaxTerms = std::size_t{1} << 17;  // of one MSM: 20 MiB of BN254 G2 and scalars
constexpr std::size_t kStreamed = std::size_t{1} << 14;  // points at a time for buckets that are kept
constexpr std::size_t kGrain = 2048;

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

template <class F>
F random_scalar() {
  std::array<std::byte, 64> bytes{};
  hash::os_random(bytes);
  return F::from_wide_bytes(bytes);
}

/// sum k_i P_i over a stream, a large MSM at a time.
template <class G>
class StreamedSum {
 public:
  using Affine = typename G::Affine;
  using Scalar = typename G::Scalar;
  explicit StreamedSum(std::uint64_t n_terms, base::Pool& pool)
      : pool_(pool),
        points_(static_cast<std::size_t>(std::min<std::uint64_t>(n_terms, kMaxTerms))),
        scalars_(points_.size()) {}

  /// Terms [0, count) of a run; fill(first, points, scalars) gives some consecutive ones.
  template <class Fill>
  void add(std::uint64_t count, Fill&& fill) {
    for (std::uint64_t first = 0; first < count;) {
      if (used_ == points_.size()) flush();
      const std::size_t now = static_cast<std::size_t>(std::min<std::uint64_t>(points_.size() - used_, count - first));
      fill(first, std::span(points_).subspan(used_, now), std::span(scalars_).subspan(used_, now));
      used_ += now;
      first += now;
    }
  }
  typename G::Jacobian finish() {
    flush();
    return sum_;
  }

 private:
  void flush() {
    if (used_ == 0) return;
    sum_ = add_vartime(sum_, msm::msm_vartime<G>(std::span<const Affine>(points_).first(used_),
                                                 std::span<const Scalar>(scalars_).first(used_), pool_));
    used_ = 0;
  }
  base::Pool& pool_;
  std::vector<Affine> points_;
  std::vector<Scalar> scalars_;
  std::size_t used_ = 0;
  typename G::Jacobian sum_ = G::Jacobian::infinity();
};

/// What is compared at once: blocks first..last with a random weight each, at a random rho.
template <class F>
class Combination {
 public:
  Combination(unsigned first_block, unsigned last_block, unsigned two_adicity)
      : first_(first_block), last_(last_block), halves_log2_(two_adicity), rho_(random_scalar<F>()) {
    weights_.resize(last_ + 2);
    for (F& weight : weights_) weight = random_scalar<F>();
    weights_from_.resize(last_ + 2);
    for (unsigned k = last_ + 1; k-- > 0;) {
      weights_from_[k] = weights_from_[k + 1] + (in_halves(k) ? F::zero() : weights_[k]);
    }
    const F shift = F::quadratic_non_residue().square();
    rho_over_shift_ = rho_ * shift.inverse();
    F shift_to_m = shift;
    for (unsigned i = 0; i < halves_log2_; ++i) shift_to_m = shift_to_m.square();
    const F scale = (shift_to_m - F::one()).inverse();
    low_ = {weights_[last_] * shift_to_m * scale, -(weights_[last_ + 1] * scale)};
    high_ = {-(weights_[last_] * scale), weights_[last_ + 1] * scale};
  }

  bool in_halves(unsigned block) const noexcept { return block > halves_log2_; }

  /// Coefficients of points [from, from + |out|) of a block, on the side of the Lagrange points.
  void lagrange_side(std::span<F> out, unsigned block, std::uint64_t from, base::Pool& pool) const {
    if (!in_halves(block)) return fill_block(out, block, from, weights_[block], pool);
    const std::uint64_t half = std::uint64_t{1} << halves_log2_;
    const std::size_t in_first =
        from < half ? static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), half - from)) : 0;
    fill_block(out.first(in_first), halves_log2_, from, weights_[block], pool);
    fill_block(out.subspan(in_first), halves_log2_, from + in_first - half, weights_[block + 1], pool);
  }

  /// Minus the coefficients of powers [from, from + |out|).
  void powers_side(std::span<F> out, std::uint64_t from, base::Pool& pool) const {
    pool.parallel_for(out.size(), kGrain, [&](std::size_t begin, std::size_t end) {
      F rho_to_j = rho_.pow_vartime(from + begin);
      HalfPowers halves(*this, from + begin);
      for (std::size_t i = begin; i < end; ++i, rho_to_j *= rho_) {
        out[i] = -(rho_to_j * weight_of_whole_blocks(from + i) + halves.next());
      }
    });
  }
  F power_coefficient(std::uint64_t j) const {
    return rho_.pow_vartime(j) * weight_of_whole_blocks(j) + HalfPowers(*this, j).next();
  }

 private:
  struct Factors {
    F of_rho, of_rho_over_shift;
  };

  /// t0_i and t1_i of spec 3, weighted: what power i and power i + m count in the two halves, one after the other.
  class HalfPowers {
   public:
    HalfPowers(const Combination& all, std::uint64_t j) : all_(all), active_(all.in_halves(all.last_)), j_(j) {
      if (active_) start(j_ < half() ? j_ : j_ - half());
    }
    F next() {
      if (!active_) return F::zero();
      if (j_ == half()) start(0);
      const Factors& factors = j_ < half() ? all_.low_ : all_.high_;
      const F sum = factors.of_rho * rho_to_i_ + factors.of_rho_over_shift * other_to_i_;
      rho_to_i_ *= all_.rho_;
      other_to_i_ *= all_.rho_over_shift_;
      ++j_;
      return sum;
    }

   private:
    std::uint64_t half() const noexcept { return std::uint64_t{1} << all_.halves_log2_; }
    void start(std::uint64_t i) {
      rho_to_i_ = all_.rho_.pow_vartime(i);
      other_to_i_ = all_.rho_over_shift_.pow_vartime(i);
    }
    const Combination& all_;
    const bool active_;
    std::uint64_t j_;
    F rho_to_i_, other_to_i_;
  };

  void fill_block(std::span<F> out, unsigned log2_size, std::uint64_t from, const F& weight, base::Pool& pool) const {
    const fft::Domain<F> domain(log2_size);
    const F numerator = weight * (rho_.pow_vartime(domain.size()) - F::one());
    pool.parallel_for(out.size(), kGrain, [&](std::size_t begin, std::size_t end) {
      const std::span<F> range = out.subspan(begin, end - begin);
      std::vector<F> scratch(range.size());
      F rho_w = rho_ * domain.power(from + begin);
      for (F& value : range) {
        value = rho_w - F::one();
        rho_w *= domain.root();
      }
      field::batch_inverse<F>(range, scratch);
      for (F& value : range) value *= numerator;
    });
  }

  // Blocks of 2^k > j points have power j in them.
  const F& weight_of_whole_blocks(std::uint64_t j) const noexcept {
    return weights_from_[std::max(first_, static_cast<unsigned>(std::bit_width(j)))];
  }

  unsigned first_, last_, halves_log2_;
  F rho_, rho_over_shift_;
  std::vector<F> weights_;       // of block k; the second half of a block in halves has the one after
  std::vector<F> weights_from_;  // sum of the weights of whole blocks from k on
  Factors low_, high_;
};

/// Blocks first .. last of a section.
struct Blocks {
  PtauSection lagrange;
  unsigned first, last;
};

/// Sections of one group, first all at once; only when that does not hold each by itself.
template <class C, class G>
class LagrangeExaminer {
 public:
  using Scalar = typename G::Scalar;
  LagrangeExaminer(const format::PtauReader<C>& file, const Ratio<C>& tau, const Context& context,
                   const LagrangeLimits& limits, unsigned bits)
      : file_(file), tau_(tau), context_(context), limits_(limits), bits_(bits) {}

  std::vector<LagrangeReport> run(std::span<const PtauSection> sections) {
    for (const PtauSection section : sections)
      ASSERT(format::ptau_section_is_g2(section) == (G::kIndex == 2) &&
             (section != PtauSection::lagrange_tau_g1 || section == sections.front()));
    std::vector<LagrangeReport> reports(sections.size());
    std::vector<Blocks> all;
    bool together = sections.size() > 1;
    for (const PtauSection section : sections) {
      all.push_back(all_blocks(section));
      together = together && is_short(all.back());
    }
    if (together && examine(all, reports)) return reports;
    bool sound = true;
    for (std::size_t i = 0; i < sections.size(); ++i) {
      reports[i] = {};
      const auto report = std::span(reports).subspan(i, 1);
      const bool holds = examine(std::span(all).subspan(i, 1), report);
      if (!holds && !is_bad(reports[i])) reports[i].wrong_block = find_wrong_block(all[i]);
      sound = sound && reports[i].sound();
    }
    if (together && sound)
      throw Error(Code::io, "the Lagrange sections are wrong together, and right one by one",
                  "the file changed while it was read, or memory is damaged: verify again");
    return reports;
  }

 private:
  static constexpr bool kRowsProveSubgroup = msm::kRowsProveSubgroup<G>;
  static_assert(kRowsProveSubgroup || tests_each_point<G>() || G::kCofactor[0] == 1);
  static bool is_bad(const LagrangeReport& report) { return report.off_curve || report.off_subgroup; }

  Blocks all_blocks(PtauSection section) const {
    return {section, 0, file_.header().power + (section == PtauSection::lagrange_tau_g1 ? 1 : 0)};
  }
  bool is_short(const Blocks& blocks) const {
    return blocks.last <= std::min(limits_.two_adicity, limits_.largest_transform);
  }
  std::uint64_t n_powers(const Blocks& blocks) const {
    return std::min(file_.points(powers_of(blocks.lagrange)), std::uint64_t{1} << blocks.last);
  }

  /// Whether all points are good and all sections hold. Otherwise some report may say which point is bad.
  bool examine(std::span<const Blocks> all, std::span<LagrangeReport> reports) {
    const auto see = [&](std::size_t i, std::uint64_t first, auto points) {
      context_.progress.advance(points.size());
      check_points(reports[i], all[i].lagrange, first, points);
    };
    const auto begin = [&](std::size_t i) {
      context_.progress.phase(phase_name(all[i].lagrange), file_.points(all[i].lagrange), "points");
    };
    const bool holds =
        is_short(all[0]) ? hold_short(all, begin, see, reports) : hold_long(all[0], begin, see, reports[0]);
    return holds && std::none_of(reports.begin(), reports.end(), is_bad);
  }

  void check_points(LagrangeReport& report, PtauSection section, std::uint64_t first,
                    std::span<const typename G::Affine> points) {
    const auto note = [&](MaybeFault& fault, curve::Subgroup subgroup) {
      const curve::FirstBad bad = curve::check_points<G>(points, curve::Infinity::allow, subgroup, context_.pool);
      if (!bad.none() && !fault) {
        fault = Fault{section, first + bad.index, "is " + std::string(curve::describe(bad.status))};
      }
    };
    note(report.off_curve, curve::Subgroup::unchecked);
    if (tests_each_point<G>() && !report.off_curve) note(report.off_subgroup, curve::Subgroup::check);
  }
  static void note_outside(LagrangeReport& report, PtauSection section) {
    if (!report.off_curve)
      report.off_subgroup = Fault{section, 0, "or one after it is not in the prime-order subgroup"};
  }

  unsigned find_wrong_block(const Blocks& blocks) {
    for (unsigned k = 0; k < blocks.last; ++k) {
      const std::array<Blocks, 1> one = {{{blocks.lagrange, k, k}}};
      std::array<LagrangeReport, 1> report;
      const auto nothing = [](auto...) {};
      const bool holds =
          is_short(one[0]) ? hold_short(one, nothing, nothing, report) : hold_long(one[0], nothing, nothing, report[0]);
      if (!holds) return k;
    }
    return blocks.last;
  }

  template <class Begin, class See>
  bool hold_long(const Blocks& blocks, Begin&& begin, See&& see, LagrangeReport& report) {
    begin(0);
    const Combination<Scalar> combination(blocks.first, blocks.last, limits_.two_adicity);
    std::optional<msm::ChainCheck<G>> rows;  // for the subgroup
    if (kRowsProveSubgroup) rows.emplace(FreshSeed().bytes(), file_.points(blocks.lagrange), context_.pool, bits_);
    if (rows) rows->start_chain();
    StreamedSum<G> sum((std::uint64_t{2} << blocks.last) + n_powers(blocks), context_.pool);
    for (unsigned k = blocks.first; k <= blocks.last; ++k) {
      const std::uint64_t offset = format::lagrange_block_offset(k);
      sum.add(std::uint64_t{1} << k, [&](std::uint64_t from, auto points, auto scalars) {
        read(blocks.lagrange, offset + from, points);
        see(std::size_t{0}, offset + from, points);
        if (rows && !report.off_curve) rows->add(points);
        combination.lagrange_side(scalars, k, from, context_.pool);
      });
    }
    sum.add(n_powers(blocks), [&](std::uint64_t from, auto points, auto scalars) {
      read(powers_of(blocks.lagrange), from, points);
      combination.powers_side(scalars, from, context_.pool);
    });
    if (rows && !rows->finish().rows_in_subgroup) note_outside(report, blocks.lagrange);
    return is_right(sum.finish(), blocks, report, [&](std::uint64_t j) { return combination.power_coefficient(j); });
  }

  /// The same with coefficients that are kept (phase1_kept_combination.hpp), for several sections at once.
  template <class Begin, class See>
  bool hold_short(std::span<const Blocks> all, Begin&& begin, See&& see, std::span<LagrangeReport> reports) {
    std::uint64_t n_lagrange = 0, n_all_powers = 0;
    for (const Blocks& blocks : all) {
      n_lagrange += format::lagrange_block_offset(blocks.last + 1) - format::lagrange_block_offset(blocks.first);
      n_all_powers += n_powers(blocks);
    }
    msm::RowCombination<G> rows(FreshSeed().bytes(), n_lagrange, context_.pool, bits_);
    StreamedSum<G> sum(n_all_powers, context_.pool);
    std::vector<typename G::Affine> points(static_cast<std::size_t>(std::min<std::uint64_t>(kStreamed, n_lagrange)));
    std::uint64_t index = 0;  // in the rows
    auto one_more = Scalar::zero();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Blocks& blocks = all[i];
      begin(i);
      const KeptCombination<G> combination(rows, index, blocks.first, blocks.last, context_.pool);
      sum.add(n_powers(blocks), [&](std::uint64_t from, auto powers, auto scalars) {
        read(powers_of(blocks.lagrange), from, powers);
        combination.powers_side(scalars, from, context_.pool);
      });
      if (n_powers(blocks) < std::uint64_t{1} << blocks.last)
        one_more = combination.power_coefficient(n_powers(blocks));
      const std::uint64_t end = format::lagrange_block_offset(blocks.last + 1);
      for (std::uint64_t at = format::lagrange_block_offset(blocks.first); at < end;) {
        const auto part = std::span(points).first(std::min<std::uint64_t>(points.size(), end - at));
        read(blocks.lagrange, at, part);
        see(i, at, part);
        if (reports[i].off_curve) return false;
        rows.add(part);
        at += part.size();
        index += part.size();
      }
    }
    const auto lagrange_side = rows.finish();
    if (kRowsProveSubgroup && !lagrange_side.rows_in_subgroup) {
      note_outside(reports[0], all[0].lagrange);
      return false;
    }
    return is_right(add_vartime(sum.finish(), lagrange_side.sum), all[0], reports[0],
                    [&](std::uint64_t) { return one_more; });
  }

  // The top block of section 12 has one power more than section 2: infinity or tau^(2N-1) G1.
  template <class CoefficientOf>
  bool is_right(const typename G::Jacobian& difference, const Blocks& blocks, LagrangeReport& report,
                const CoefficientOf& coefficient_of) {
    if (difference.is_infinity_vartime()) return true;
    if constexpr (G::kIndex == 1) {
      const std::uint64_t n = n_powers(blocks);
      if (blocks.last <= file_.header().power) return false;
      std::array<typename G::Affine, 1> last_power{};
      read(powers_of(blocks.lagrange), n - 1, std::span(last_power));
      const auto scaled = curve::mul_reference<G>(last_power[0], coefficient_of(n)).to_affine();
      if (!tau_.relates(typename msm::ChainCheck<G>::Sums{scaled, difference.to_affine_vartime(), true})) return false;
      report.top_ends_in_infinity = false;
      return true;
    } else {
      return false;
    }
  }

  void read(PtauSection section, std::uint64_t first, std::span<typename G::Affine> points) const {
    context_.progress.check_interrupt();
    context_.pool.parallel_for(points.size(), 2 * kGrain, [&](std::size_t begin, std::size_t end) {
      file_.read_raw(section, (first + begin) * G::kBytes,
                     base::writable_object_bytes(points.subspan(begin, end - begin)));
    });
  }

  const format::PtauReader<C>& file_;
  const Ratio<C>& tau_;
  const Context& context_;
  const LagrangeLimits limits_;
  const unsigned bits_;
};

}  // namespace

template <class C>
std::vector<LagrangeReport> examine_lagrange(const format::PtauReader<C>& file, std::span<const PtauSection> sections,
                                             const Ratio<C>& tau, const Context& context, const LagrangeLimits& limits,
                                             unsigned bits) {
  return with_group<C>(sections.front(), [&]<class G>() {
    return LagrangeExaminer<C, G>(file, tau, context, limits, bits).run(sections);
  });
}

template <class C>
std::vector<LagrangeReport> examine_all_lagrange(const format::PtauReader<C>& file, const Ratio<C>& tau,
                                                 const Context& context, const LagrangeLimits& limits, unsigned bits) {
  static_assert(kLagrangeSections[0] == PtauSection::lagrange_tau_g1 &&
                kLagrangeSections[1] == PtauSection::lagrange_tau_g2);
  constexpr std::array kG1 = {kLagrangeSections[0], kLagrangeSections[2], kLagrangeSections[3]};
  constexpr std::array kG2 = {kLagrangeSections[1]};
  std::vector<LagrangeReport> of_g1, of_g2;
  context.pool.run_together({[&] { of_g1 = examine_lagrange<C>(file, kG1, tau, context, limits, bits); },
                             [&] { of_g2 = examine_lagrange<C>(file, kG2, tau, context, limits, bits); }});
  return {of_g1[0], of_g2[0], of_g1[1], of_g1[2]};
}

template <class C>
LagrangeReport examine_lagrange(const format::PtauReader<C>& file, PtauSection lagrange, const Ratio<C>& tau,
                                const Context& context, const LagrangeLimits& limits) {
  return examine_lagrange<C>(file, std::span(&lagrange, 1), tau, context, limits).front();
}

using Bn = curve::Bn254;
using Bls = curve::Bls12_381;
template std::vector<LagrangeReport> examine_lagrange<Bn>(const format::PtauReader<Bn>&, std::span<const PtauSection>,
                                                          const Ratio<Bn>&, const Context&, const LagrangeLimits&,
                                                          unsigned);
template std::vector<LagrangeReport> examine_lagrange<Bls>(const format::PtauReader<Bls>&, std::span<const PtauSection>,
                                                           const Ratio<Bls>&, const Context&, const LagrangeLimits&,
                                                           unsigned);
template std::vector<LagrangeReport> examine_all_lagrange<Bn>(const format::PtauReader<Bn>&, const Ratio<Bn>&,
                                                              const Context&, const LagrangeLimits&, unsigned);
template std::vector<LagrangeReport> examine_all_lagrange<Bls>(const format::PtauReader<Bls>&, const Ratio<Bls>&,
                                                               const Context&, const LagrangeLimits&, unsigned);
template LagrangeReport examine_lagrange<Bn>(const format::PtauReader<Bn>&, PtauSection, const Ratio<Bn>&,
                                             const Context&, const LagrangeLimits&);
template LagrangeReport examine_lagrange<Bls>(const format::PtauReader<Bls>&, PtauSection, const Ratio<Bls>&,
                                              const Context&, const LagrangeLimits&);

}  // namespace solemn::setup::phase1
