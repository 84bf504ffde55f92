#include "setup/phase1_ratio.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "curve/bulk.hpp"
#include "setup/phase1_blocks.hpp"
#include "setup/phase1_hash.hpp"

namespace solemn::setup::phase1 {

namespace {

// Calls f(first, points) for the blocks of points [first, first + count) of a section.
template <class C, class G, class F>
void for_each_block(const format::PtauReader<C>& file, format::PtauSection section, std::uint64_t first,
                    std::uint64_t count, const Context& context, F&& f) {
  std::vector<typename G::Affine> points(static_cast<std::size_t>(std::min<std::uint64_t>(count, kContributeBlock<G>)));
  while (count != 0) {
    const auto block = std::span(points).first(static_cast<std::size_t>(std::min<std::uint64_t>(count, points.size())));
    context.progress.check_interrupt();
    file.read_raw(section, first * G::kBytes, base::writable_object_bytes(block));
    if (!f(first, block)) return;
    first += block.size();
    count -= block.size();
  }
}

template <class C, class G>
bool is_chain(const format::PtauReader<C>& file, format::PtauSection section, std::uint64_t first, std::uint64_t count,
              const Ratio<C>& tau, const Context& context) {
  msm::ChainCheck<G> chain(hash::fresh_bytes<32>(), count, context.pool);
  chain.start_chain();
  for_each_block<C, G>(file, section, first, count, context, [&](std::uint64_t, auto block) {
    chain.add(block);
    return true;
  });
  return tau.relates(chain.finish());
}

}  // namespace

template <class C, class G>
std::optional<std::uint64_t> find_chain_break(const format::PtauReader<C>& file, format::PtauSection section,
                                              const Ratio<C>& tau, const Context& context) {
  const std::uint64_t n_points = file.points(section);
  context.progress.phase("finding the wrong point", 2 * n_points, "points");
  if (is_chain<C, G>(file, section, 0, n_points, tau, context)) return std::nullopt;
  std::uint64_t good = 0, bad = n_points - 1;  // points 0..good are a chain, points 0..bad are not
  while (bad - good > 1) {
    const std::uint64_t middle = good + (bad - good) / 2;
    const bool holds = is_chain<C, G>(file, section, good, middle - good + 1, tau, context);
    context.progress.advance(middle - good);
    (holds ? good : bad) = middle;
  }
  return bad;
}

template <class C, class G>
std::optional<std::uint64_t> find_outside_subgroup(const format::PtauReader<C>& file, format::PtauSection section,
                                                   const Context& context) {
  std::optional<std::uint64_t> found;
  context.progress.phase("checking subgroups", file.points(section), "points");
  for_each_block<C, G>(file, section, 0, file.points(section), context, [&](std::uint64_t first, auto block) {
    const curve::FirstBad bad =
        curve::check_points<G>(block, curve::Infinity::allow, curve::Subgroup::check, context.pool);
    context.progress.advance(block.size());
    if (!bad.none()) found = first + bad.index;
    return bad.none();
  });
  return found;
}

template <class G>
SubgroupTest<G>::SubgroupTest(std::uint64_t n_points, base::Pool& pool) : pool_(pool) {
  constexpr std::uint64_t kFew = 64;
  each_ = tests_each_point<G>() || n_points < kFew;
  if (each_ || G::kIndex == 1) return;
  rows_.emplace(hash::fresh_bytes<32>(), n_points, pool);
  rows_->start_chain();
}

template <class G>
void SubgroupTest<G>::add(std::span<const typename G::Affine> block) {
  if (each_) {
    inside_ = inside_ && curve::check_points<G>(block, curve::Infinity::allow, curve::Subgroup::check, pool_).none();
  } else if (rows_) {
    rows_->add(block);
  }
}

template <class G>
bool SubgroupTest<G>::finish() {
  return inside_ && (!rows_ || rows_->finish().rows_in_subgroup);
}

void refuse_outside_subgroup(const base::Path& file, format::PtauSection section) {
  throw base::Error(base::Code::malformed, "'" + base::printable(file.native()) + "': section " +
                                               std::to_string(static_cast<std::uint32_t>(section)) +
                                               ": a point is not in the prime-order subgroup");
}

template <class C>
std::uint64_t points_of_domains(const format::PtauReader<C>& file, format::PtauSection section, unsigned power) {
  const std::uint64_t n = format::ptau_section_points(section, power);
  return section == format::PtauSection::tau_g1 ? std::min(file.points(section), n + 1) : n;
}

template <class C>
void require_subgroups(const format::PtauReader<C>& file, unsigned power, const Context& context) {
  const auto n_points = [&](format::PtauSection section) { return points_of_domains<C>(file, section, power); };
  std::uint64_t n_all = 0;
  for (const format::PtauSection section : kMonomialSections) n_all += n_points(section);
  context.progress.phase("checking subgroups of the input", n_all, "points");
  for (const format::PtauSection section : kMonomialSections) {
    const bool inside = with_group<C>(section, [&]<class G>() {
      if (G::kIndex == 1 && !tests_each_point<G>()) {
        context.progress.advance(n_points(section));
        return true;  // not read for nothing
      }
      SubgroupTest<G> test(n_points(section), context.pool);
      for_each_block<C, G>(file, section, 0, n_points(section), context, [&](std::uint64_t, auto block) {
        test.add(block);
        context.progress.advance(block.size());
        return true;
      });
      return test.finish();
    });
    if (!inside) refuse_outside_subgroup(file.file().path(), section);
  }
}

template std::uint64_t points_of_domains<curve::Bn254>(const format::PtauReader<curve::Bn254>&, format::PtauSection,
                                                       unsigned);
template std::uint64_t points_of_domains<curve::Bls12_381>(const format::PtauReader<curve::Bls12_381>&,
                                                           format::PtauSection, unsigned);
template class SubgroupTest<curve::G1<curve::Bn254>>;
template class SubgroupTest<curve::G2<curve::Bn254>>;
template class SubgroupTest<curve::G1<curve::Bls12_381>>;
template class SubgroupTest<curve::G2<curve::Bls12_381>>;
template void require_subgroups<curve::Bn254>(const format::PtauReader<curve::Bn254>&, unsigned, const Context&);
template void require_subgroups<curve::Bls12_381>(const format::PtauReader<curve::Bls12_381>&, unsigned,
                                                  const Context&);

using Bn = curve::Bn254;
using Bls = curve::Bls12_381;
using Found = std::optional<std::uint64_t>;
using format::PtauReader;
using format::PtauSection;

template Found find_chain_break<Bn, curve::G1<Bn>>(const PtauReader<Bn>&, PtauSection, const Ratio<Bn>&,
                                                   const Context&);
template Found find_chain_break<Bn, curve::G2<Bn>>(const PtauReader<Bn>&, PtauSection, const Ratio<Bn>&,
                                                   const Context&);
template Found find_chain_break<Bls, curve::G1<Bls>>(const PtauReader<Bls>&, PtauSection, const Ratio<Bls>&,
                                                     const Context&);
template Found find_chain_break<Bls, curve::G2<Bls>>(const PtauReader<Bls>&, PtauSection, const Ratio<Bls>&,
                                                     const Context&);
template Found find_outside_subgroup<Bn, curve::G2<Bn>>(const PtauReader<Bn>&, PtauSection, const Context&);
template Found find_outside_subgroup<Bls, curve::G1<Bls>>(const PtauReader<Bls>&, PtauSection, const Context&);
template Found find_outside_subgroup<Bls, curve::G2<Bls>>(const PtauReader<Bls>&, PtauSection, const Context&);

}  // namespace solemn::setup::phase1
