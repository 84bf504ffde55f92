#pragma once
// Streaming: the sections of points as one list of blocks.
#include <algorithm>
#include <span>
#include <vector>

#include "format/ptau.hpp"
#include "setup/pipeline.hpp"

namespace solemn::setup::phase1 {

inline constexpr std::array kMonomialSections = {format::PtauSection::tau_g1, format::PtauSection::tau_g2,
                                                 format::PtauSection::alpha_tau_g1, format::PtauSection::beta_tau_g1,
                                                 format::PtauSection::beta_g2};
inline constexpr std::array kLagrangeSections = {
    format::PtauSection::lagrange_tau_g1, format::PtauSection::lagrange_tau_g2,
    format::PtauSection::lagrange_alpha_tau_g1, format::PtauSection::lagrange_beta_tau_g1};

struct Block {
  format::PtauSection section;
  std::uint64_t first;  // point of the section
  std::size_t count;
};

/// Calls f.template operator()<G>() with the group of the section's points.
template <class C, class F>
decltype(auto) with_group(format::PtauSection section, F&& f) {
  return format::ptau_section_is_g2(section) ? f.template operator()<curve::G2<C>>()
                                             : f.template operator()<curve::G1<C>>();
}

/// The sections one after the other, each cut into blocks of at most so many points; no block crosses a section.
std::vector<Block> blocks_of(std::span<const format::PtauSection> sections, unsigned power, std::size_t g1_block,
                             std::size_t g2_block);

/// How many pieces of the transcript (phase1_hash.hpp) a block that is verified has, halved: many threads need
/// larger blocks, so that each has enough to share inversions and none waits long at the end.
std::size_t pieces_per_block(const base::Pool& pool) noexcept;

/// Calls f(part) for the pieces of a block, in order; the last may be shorter.
template <class Point, class F>
void for_each_piece(std::span<Point> block, std::size_t piece, F&& f) {
  for (std::size_t first = 0; first < block.size(); first += piece) {
    f(block.subspan(first, std::min(piece, block.size() - first)));
  }
}

std::uint64_t points_in(std::span<const Block> blocks) noexcept;

/// Room for one block of either group, as large as the largest that was asked for.
template <class C>
class PointBuffer {
 public:
  template <class G>
  std::span<typename G::Affine> first(std::size_t count) {
    if constexpr (G::kIndex == 1) {
      return grown(g1_, count);
    } else {
      return grown(g2_, count);
    }
  }

 private:
  template <class Point>
  static std::span<Point> grown(std::vector<Point>& points, std::size_t count) {
    if (points.size() < count) points.resize(count);
    return std::span(points).first(count);
  }
  std::vector<typename curve::G1<C>::Affine> g1_;
  std::vector<typename curve::G2<C>::Affine> g2_;
};

}  // namespace solemn::setup::phase1
