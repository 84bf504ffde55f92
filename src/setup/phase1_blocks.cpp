#include "setup/phase1_blocks.hpp"

#include <algorithm>

namespace solemn::setup::phase1 {

std::vector<Block> blocks_of(std::span<const format::PtauSection> sections, unsigned power, std::size_t g1_block,
                             std::size_t g2_block) {
  std::vector<Block> blocks;
  for (const format::PtauSection section : sections) {
    const std::uint64_t n_points = format::ptau_section_points(section, power);
    const std::size_t largest = format::ptau_section_is_g2(section) ? g2_block : g1_block;
    for (std::uint64_t first = 0; first < n_points; first += largest) {
      blocks.push_back({section, first, static_cast<std::size_t>(std::min<std::uint64_t>(largest, n_points - first))});
    }
  }
  return blocks;
}

std::size_t pieces_per_block(const base::Pool& pool) noexcept {
  constexpr unsigned kThreadsPerPiece = 2;
  constexpr std::size_t kMost = 8;
  return std::clamp<std::size_t>(pool.size() / kThreadsPerPiece, 1, kMost);
}

std::uint64_t points_in(std::span<const Block> blocks) noexcept {
  std::uint64_t total = 0;
  for (const Block& block : blocks) total += block.count;
  return total;
}

}  // namespace solemn::setup::phase1
