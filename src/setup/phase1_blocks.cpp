#include "setup/phase1_blocks.hpp"

#include <algorithm>

#include "base/error.hpp"

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

std::uint64_t points_in(std::span<const Block> blocks) noexcept {
  std::uint64_t total = 0;
  for (const Block& block : blocks) total += block.count;
  return total;
}

namespace {

void run_side_by_side(std::span<const std::function<void()>> tasks, base::Pool& pool) {
  switch (tasks.size()) {
    case 1:
      return tasks[0]();
    case 2:
      return pool.run_together({tasks[0], tasks[1]});
    case 3:
      return pool.run_together({tasks[0], tasks[1], tasks[2]});
    default:
      ASSERT(tasks.size() == 4);
      return pool.run_together({tasks[0], tasks[1], tasks[2], tasks[3]});
  }
}

}  // namespace

void run_pipeline(std::size_t n_blocks, std::span<const Stage> stages, base::Pool& pool) {
  if (n_blocks == 0) return;
  if (pool.size() == 1) {
    for (std::size_t block = 0; block < n_blocks; ++block) {
      for (const Stage& stage : stages) stage(block);
    }
    return;
  }
  std::vector<std::function<void()>> tasks;
  for (std::size_t step = 0; step < n_blocks + stages.size() - 1; ++step) {
    tasks.clear();
    for (std::size_t s = 0; s < stages.size(); ++s) {
      if (step < s || step - s >= n_blocks) continue;
      tasks.emplace_back([&stage = stages[s], block = step - s] { stage(block); });
    }
    run_side_by_side(tasks, pool);
  }
}

}  // namespace solemn::setup::phase1
