#include "setup/phase1_powers.hpp"

#include <algorithm>

#include "curve/bulk.hpp"
#include "hash/entropy.hpp"
#include "msm/msm.hpp"
#include "setup/phase1_hash.hpp"
#include "setup/phase1_ratio.hpp"

namespace solemn::setup::phase1 {

using format::PtauSection;

std::string describe(const Fault& fault) {
  return "section " + std::to_string(static_cast<std::uint32_t>(fault.section)) + ": point " +
         std::to_string(fault.point) + " " + fault.what;
}

namespace {

constexpr std::size_t kSlots = 4;

template <class C>
class PowersExaminer {
 public:
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;

  PowersExaminer(const format::PtauReader<C>& file, const Accumulated<C>& expected, const base::Hash64* response,
                 const Context& context, unsigned bits, PowersObserver<C>* observer)
      : file_(file),
        expected_(expected),
        context_(context),
        observer_(observer),
        blocks_(blocks_of(kMonomialSections, file.header().power, block<G1>(context.pool), block<G2>(context.pool))),
        slots_(kSlots) {
    context.pool.run_together(
        {[&] { g1_chains_.emplace(hash::fresh_bytes<32>(), points_in(blocks_), context.pool, bits); },
         [&] { g2_chain_.emplace(hash::fresh_bytes<32>(), file.points(PtauSection::tau_g2), context.pool, bits); }});
    if (response == nullptr) return;
    hash_.emplace(*response);
    encoded_.resize(kContributeBlock<G1> * G1::kBytes);
  }

  PowersReport run() {
    context_.progress.phase("checking powers", points_in(blocks_), "points");
    const std::array<Stage, 4> stages = {{{Order::in_turn, [this](std::size_t i) { read(i); }},
                                          {Order::in_turn, [this](std::size_t i) { check(i); }},
                                          {Order::in_turn, [this](std::size_t i) { show(i); }},
                                          {Order::in_turn, [this](std::size_t i) { absorb(i); }}}};
    run_pipeline(blocks_.size(), kSlots, stages, context_.pool);
    if (hash_) report_.challenge = hash_->finish();
    if (report_.points_are_sound()) {
      context_.pool.run_together(
          {[this] { g2_sums_ = g2_chain_->finish(); }, [this] { g1_sums_ = g1_chains_->finish(); }});
      check_subgroup_rows();
    }
    if (report_.points_are_sound()) check_chains();
    return std::move(report_);
  }

 private:
  /// Half a MiB, more where many threads share the rows: what is read stays in the second cache until it is added.
  template <class G>
  static std::size_t block(const base::Pool& pool) noexcept {
    return kContributeBlock<G> / 2 * pieces_per_block(pool);
  }
  template <class G>
  std::span<typename G::Affine> points(std::size_t i) {
    return slots_[i % kSlots].template first<G>(blocks_[i].count);
  }

  void read(std::size_t i) {
    const Block& block = blocks_[i];
    context_.progress.check_interrupt();
    with_group<C>(block.section, [&]<class G>() {
      file_.read_raw(block.section, block.first * G::kBytes, base::writable_object_bytes(points<G>(i)));
    });
  }

  void check(std::size_t i) {
    const Block& block = blocks_[i];
    with_group<C>(block.section, [&]<class G>() { check_points<G>(block, points<G>(i)); });
    sound_so_far_[i % kSlots] = report_.points_are_sound();
    context_.progress.advance(block.count);
  }

  void show(std::size_t i) {
    const Block& block = blocks_[i];
    if (observer_ == nullptr || !sound_so_far_[i % kSlots]) return;
    with_group<C>(block.section, [&]<class G>() {
      observer_->see(block.section, block.first, std::span<const typename G::Affine>(points<G>(i)));
    });
  }

  template <class G>
  void check_points(const Block& block, std::span<const typename G::Affine> all) {
    const auto note = [&](MaybeFault& fault, curve::Subgroup subgroup) {
      const curve::FirstBad bad = curve::check_points<G>(all, curve::Infinity::refuse, subgroup, context_.pool);
      if (!bad.none() && !fault) {
        fault = Fault{block.section, block.first + bad.index, "is " + std::string(curve::describe(bad.status))};
      }
      return bad.none();
    };
    if (!note(report_.off_curve, curve::Subgroup::unchecked)) return;
    if (tests_each_point<G>() && !note(report_.off_subgroup, curve::Subgroup::check)) return;
    if (!report_.points_are_sound()) return;
    if (block.first == 0) compare_first<G>(block.section, all);
    add_to_chain<G>(block, all);
  }

  template <class G>
  void compare_first(PtauSection section, std::span<const typename G::Affine> all) {
    const auto require_equal = [&](MaybeFault& fault, std::uint64_t i, const typename G::Affine& wanted,
                                   std::string_view name) {
      if (!fault && !(all[i] == wanted)) fault = Fault{section, i, "is not " + std::string(name)};
    };
    if constexpr (G::kIndex == 1) {
      if (section == PtauSection::tau_g1) {
        require_equal(report_.tau_g1, 0, G::generator(), "the generator");
        require_equal(report_.tau_g1, 1, expected_.tau_g1, "tau G1 of the last step");
      } else if (section == PtauSection::alpha_tau_g1) {
        require_equal(report_.alpha_tau, 0, expected_.alpha_g1, "alpha G1 of the last step");
      } else {
        require_equal(report_.beta_tau, 0, expected_.beta_g1, "beta G1 of the last step");
      }
    } else if (section == PtauSection::tau_g2) {
      require_equal(report_.tau_g2, 0, G::generator(), "the generator");
      require_equal(report_.tau_g2, 1, expected_.tau_g2, "tau G2 of the last step");
    } else {
      require_equal(report_.beta_g2, 0, expected_.beta_g2, "beta G2 of the last step");
    }
  }

  template <class G>
  void add_to_chain(const Block& block, std::span<const typename G::Affine> all) {
    auto& chain = [this]() -> auto& {
      if constexpr (G::kIndex == 1) {
        return *g1_chains_;
      } else {
        return *g2_chain_;
      }
    }
    ();
    if (block.first == 0) chain.start_chain();
    chain.add(all);
  }

  void absorb(std::size_t i) {
    if (!hash_) return;
    with_group<C>(blocks_[i].section, [&]<class G>() {
      for_each_piece(points<G>(i), kContributeBlock<G>, [&](auto piece) {
        const base::MutableByteSpan out = base::MutableByteSpan(encoded_).first(piece.size() * G::kBytes);
        curve::encode_points<G>(out, piece, curve::Encoding::snarkjs_u, context_.pool);
        hash_->update(out);
      });
    });
  }

  void check_subgroup_rows() {
    if (g2_sums_.rows_in_subgroup) return;
    for (const PtauSection section : {PtauSection::beta_g2, PtauSection::tau_g2}) {
      const auto point = find_outside_subgroup<C, G2>(file_, section, context_);
      if (point) report_.off_subgroup = Fault{section, *point, "is not in the prime-order subgroup"};
    }
    // Never "sound" after a row that was not, whatever the search says.
    if (report_.points_are_sound())
      report_.off_subgroup = Fault{PtauSection::tau_g2, 0, "begins a row outside the subgroup"};
  }

  void check_chains() {
    const Ratio<C> tau{expected_.tau_g1, expected_.tau_g2};
    bool g1_follow = false, g2_follow = false;
    context_.pool.run_together(
        {[&] { g1_follow = tau.relates(g1_sums_); }, [&] { g2_follow = tau.relates(g2_sums_); }});
    if (!g1_follow) {
      name_break<G1>(report_.tau_g1, PtauSection::tau_g1, tau);
      name_break<G1>(report_.alpha_tau, PtauSection::alpha_tau_g1, tau);
      name_break<G1>(report_.beta_tau, PtauSection::beta_tau_g1, tau);
      if (!report_.tau_g1 && !report_.alpha_tau && !report_.beta_tau) report_.tau_g1 = kUnnamedBreak;
    }
    if (!g2_follow) {
      name_break<G2>(report_.tau_g2, PtauSection::tau_g2, tau);
      if (!report_.tau_g2) report_.tau_g2 = kUnnamedBreak;
    }
  }

  template <class G>
  void name_break(MaybeFault& fault, PtauSection section, const Ratio<C>& tau) {
    if (fault) return;
    const auto point = find_chain_break<C, G>(file_, section, tau, context_);
    if (point) fault = Fault{section, *point, "is not tau times the point before it"};
  }

  // Never "right" after a combination that was not, whatever the search says.
  inline static const Fault kUnnamedBreak{PtauSection::tau_g1, 0, "begins powers whose random combination is wrong"};

  const format::PtauReader<C>& file_;
  const Accumulated<C>& expected_;
  const Context& context_;
  PowersObserver<C>* const observer_;
  const std::vector<Block> blocks_;
  std::vector<PointBuffer<C>> slots_;
  std::array<bool, kSlots> sound_so_far_{};       // once the block of a slot is checked
  std::optional<msm::ChainCheck<G1>> g1_chains_;  // made side by side: their memory is cleared page by page
  std::optional<msm::ChainCheck<G2>> g2_chain_;
  typename msm::ChainCheck<G1>::Sums g1_sums_{};
  typename msm::ChainCheck<G2>::Sums g2_sums_{};
  std::optional<ChallengeHash> hash_;
  base::Bytes encoded_;
  PowersReport report_;
};

}  // namespace

template <class C>
PowersReport examine_powers(const format::PtauReader<C>& file, const Accumulated<C>& expected,
                            const base::Hash64* response, const Context& context, unsigned bits,
                            PowersObserver<C>* observer) {
  return PowersExaminer<C>(file, expected, response, context, bits, observer).run();
}

using Bn = curve::Bn254;
using Bls = curve::Bls12_381;
template PowersReport examine_powers<Bn>(const format::PtauReader<Bn>&, const Accumulated<Bn>&, const base::Hash64*,
                                         const Context&, unsigned, PowersObserver<Bn>*);
template PowersReport examine_powers<Bls>(const format::PtauReader<Bls>&, const Accumulated<Bls>&, const base::Hash64*,
                                          const Context&, unsigned, PowersObserver<Bls>*);

}  // namespace solemn::setup::phase1
