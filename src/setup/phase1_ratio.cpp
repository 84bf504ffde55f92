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

namespace {

// Of the first n_points.
template <class C, class G>
std::optional<std::uint64_t> first_outside_subgroup(const format::PtauReader<C>& file, format::PtauSection section,
                                                    std::uint64_t n_points, const Context& context) {
  std::optional<std::uint64_t> found;
  context.progress.phase("checking subgroups", n_points, "points");
  for_each_block<C, G>(file, section, 0, n_points, context, [&](std::uint64_t first, auto block) {
    const curve::FirstBad bad =
        curve::check_points<G>(block, curve::Infinity::allow, curve::Subgroup::check, context.pool);
    context.progress.advance(block.size());
    if (!bad.none()) found = first + bad.index;
    return bad.none();
  });
  return found;
}

}  // namespace

template <class C, class G>
std::optional<std::uint64_t> find_outside_subgroup(const format::PtauReader<C>& file, format::PtauSection section,
                                                   const Context& context) {
  return first_outside_subgroup<C, G>(file, section, file.points(section), context);
}

namespace {

template <class C, class G>
bool section_in_subgroup(const format::PtauReader<C>& file, format::PtauSection section, std::uint64_t n_points,
                         const Context& context) {
  constexpr std::uint64_t kFew = 64;
  if (tests_each_point<G>() || n_points < kFew) {
    return !first_outside_subgroup<C, G>(file, section, n_points, context);
  }
  if (G::kIndex == 1) return true;
  msm::ChainCheck<G> rows(hash::fresh_bytes<32>(), n_points, context.pool);
  rows.start_chain();
  for_each_block<C, G>(file, section, 0, n_points, context, [&](std::uint64_t, auto block) {
    rows.add(block);
    context.progress.advance(block.size());
    return true;
  });
  return rows.finish().rows_in_subgroup;
}

}  // namespace

void refuse_outside_subgroup(const base::Path& file, format::PtauSection section) {
  throw base::Error(base::Code::malformed, "'" + base::printable(file.native()) + "': section " +
                                               std::to_string(static_cast<std::uint32_t>(section)) +
                                               ": a point is not in the prime-order subgroup");
}

template <class C>
void require_subgroups(const format::PtauReader<C>& file, unsigned power, const Context& context) {
  const auto n_points = [&](format::PtauSection section) {
    const std::uint64_t n = format::ptau_section_points(section, power);
    return section == format::PtauSection::tau_g1 ? std::min(file.points(section), n + 1) : n;
  };
  context.progress.phase("checking subgroups of the input", n_points(format::PtauSection::tau_g2), "points");
  for (const format::PtauSection section : kMonomialSections) {
    const bool inside = with_group<C>(
        section, [&]<class G>() { return section_in_subgroup<C, G>(file, section, n_points(section), context); });
    if (!inside) refuse_outside_subgroup(file.file().path(), section);
  }
}

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
