#include "setup/pipeline.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <vector>

namespace solemn::setup {
namespace {

constexpr std::size_t kBlocks = 100;

TEST(Pipeline, every_stage_sees_every_block_in_order_after_the_stage_before) {
  for (const unsigned n_threads : {1U, 2U, 5U}) {
    base::Pool pool(n_threads);
    std::array<std::atomic<std::size_t>, 3> done{};
    std::atomic<bool> wrong = false;
    std::vector<Stage> stages;
    for (std::size_t s = 0; s < done.size(); ++s) {
      stages.emplace_back([&, s](std::size_t block) {
        const bool in_turn = done[s] == block && (s == 0 || done[s - 1] > block);
        const bool memory_is_free = s != 0 || done.back() + done.size() > block;
        if (!in_turn || !memory_is_free) wrong = true;
        ++done[s];
      });
    }
    run_pipeline(kBlocks, stages, pool);
    EXPECT_FALSE(wrong) << n_threads;
    for (const auto& count : done) EXPECT_EQ(count, kBlocks) << n_threads;
  }
}

TEST(Pipeline, a_stage_that_throws_stops_the_others_and_is_heard) {
  for (const unsigned n_threads : {1U, 2U}) {
    base::Pool pool(n_threads);
    for (std::size_t thrower = 0; thrower < 3; ++thrower) {
      std::array<std::atomic<std::size_t>, 3> seen{};
      std::vector<Stage> stages;
      for (std::size_t s = 0; s < seen.size(); ++s) {
        stages.emplace_back([&, s](std::size_t block) {
          if (s == thrower && block == 7) throw std::runtime_error("stage");
          ++seen[s];
        });
      }
      EXPECT_THROW(run_pipeline(kBlocks, stages, pool), std::runtime_error);
      EXPECT_EQ(seen[thrower], 7U);
      for (const auto& count : seen) EXPECT_LE(count, 7U + seen.size());
    }
  }
}

TEST(Pipeline, no_blocks_and_a_single_stage) {
  base::Pool pool(2);
  std::size_t calls = 0;
  const std::array<Stage, 1> stages = {[&](std::size_t) { ++calls; }};
  run_pipeline(0, stages, pool);
  EXPECT_EQ(calls, 0U);
  run_pipeline(3, stages, pool);
  EXPECT_EQ(calls, 3U);
}

}  // namespace
}  // namespace solemn::setup
