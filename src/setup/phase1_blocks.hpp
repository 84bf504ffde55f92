#pragma once
// Streaming: the sections of points as one list of blocks, and stages that work on neighbouring blocks side by side.
#include <functional>
#include <span>
#include <vector>

#include "base/pool.hpp"
#include "format/ptau.hpp"

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

std::uint64_t points_in(std::span<const Block> blocks) noexcept;

/// Room for one block of either group.
template <class C>
class PointBuffer {
 public:
  PointBuffer(std::size_t g1_block, std::size_t g2_block) : g1_(g1_block), g2_(g2_block) {}
  template <class G>
  std::span<typename G::Affine> first(std::size_t count) {
    if constexpr (G::kIndex == 1) {
      return std::span(g1_).first(count);
    } else {
      return std::span(g2_).first(count);
    }
  }

 private:
  std::vector<typename curve::G1<C>::Affine> g1_;
  std::vector<typename curve::G2<C>::Affine> g2_;
};

using Stage = std::function<void(std::size_t block)>;
/// Every stage sees every block, in order; stage s works on block i - s while stage 0 works on block i, so blocks whose
/// numbers are equal modulo the number of stages may share memory. On one thread: one after the other.
void run_pipeline(std::size_t n_blocks, std::span<const Stage> stages, base::Pool& pool);

}  // namespace solemn::setup::phase1
