#include "setup/pipeline.hpp"

#include <vector>

namespace solemn::setup {

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
    pool.run_together(tasks);
  }
}

}  // namespace solemn::setup
