#include "setup/pipeline.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <latch>
#include <stdexcept>
#include <vector>

namespace solemn::setup {
namespace {

constexpr std::size_t kBlocks = 100;

std::vector<Stage> in_turn(std::size_t n_stages,
                           const std::function<void(std::size_t stage, std::size_t block)>& work) {
  std::vector<Stage> stages;
  for (std::size_t s = 0; s < n_stages; ++s)
    stages.push_back({Order::in_turn, [&work, s](std::size_t block) { work(s, block); }});
  return stages;
}

TEST(Pipeline, every_stage_in_turn_sees_every_block_in_order_after_the_stage_before) {
  for (const unsigned n_threads : {1U, 2U, 5U}) {
    for (const std::size_t n_slots : {1U, 2U, 3U, 7U}) {
      base::Pool pool(n_threads);
      std::array<std::atomic<std::size_t>, 3> done{};
      std::atomic<bool> wrong = false;
      const std::function<void(std::size_t, std::size_t)> work = [&](std::size_t s, std::size_t block) {
        const bool in_turn = done[s] == block && (s == 0 || done[s - 1] > block);
        const bool memory_is_free = s != 0 || done.back() + n_slots > block;
        if (!in_turn || !memory_is_free) wrong = true;
        ++done[s];
      };
      run_pipeline(kBlocks, n_slots, in_turn(done.size(), work), pool);
      EXPECT_FALSE(wrong) << n_threads << " threads, " << n_slots << " slots";
      for (const auto& count : done) EXPECT_EQ(count, kBlocks) << n_threads;
    }
  }
}

TEST(Pipeline, blocks_overtake_each_other_side_by_side_and_are_in_order_again_behind) {
  base::Pool pool(3);
  const std::size_t n_slots = slots_for(pool);
  std::array<std::atomic<int>, kBlocks> seen{};
  std::vector<std::size_t> order;
  std::atomic<std::size_t> n_behind = 0;
  std::atomic<int> at_once = 0, most = 0;
  std::atomic<bool> too_early = false;
  const std::array<Stage, 2> stages = {{{Order::side_by_side,
                                         [&](std::size_t block) {
                                           const int now = ++at_once;
                                           for (int seen_most = most;
                                                seen_most < now && !most.compare_exchange_weak(seen_most, now);) {}
                                           ++seen[block];
                                           if (n_behind + n_slots <= block) too_early = true;
                                           --at_once;
                                         }},
                                        {Order::in_turn, [&](std::size_t block) {
                                           order.push_back(block);
                                           ++n_behind;
                                         }}}};
  run_pipeline(kBlocks, n_slots, stages, pool);
  ASSERT_EQ(order.size(), kBlocks);
  for (std::size_t i = 0; i < kBlocks; ++i) {
    EXPECT_EQ(order[i], i);
    EXPECT_EQ(seen[i], 1) << i;
  }
  EXPECT_FALSE(too_early);
  EXPECT_LE(most, 3);
}

TEST(Pipeline, a_stage_side_by_side_has_as_many_blocks_at_once_as_there_are_threads) {
  base::Pool pool(3);
  std::latch all_here(3);  // nobody goes on alone
  const std::array<Stage, 1> stages = {{{Order::side_by_side, [&](std::size_t) { all_here.arrive_and_wait(); }}}};
  run_pipeline(3, 3, stages, pool);
  EXPECT_TRUE(all_here.try_wait());
}

TEST(Pipeline, a_thread_without_a_block_helps_in_the_loop_of_another) {
  base::Pool pool(2);
  std::latch both_here(2);
  const std::array<Stage, 1> stages = {{{Order::in_turn, [&](std::size_t) {
                                           pool.parallel_for(
                                               2, 1, [&](std::size_t, std::size_t) { both_here.arrive_and_wait(); });
                                         }}}};
  run_pipeline(1, 1, stages, pool);
  EXPECT_TRUE(both_here.try_wait());
}

TEST(Pipeline, a_stage_that_throws_stops_the_others_and_is_heard) {
  for (const unsigned n_threads : {1U, 2U}) {
    for (const Order order : {Order::in_turn, Order::side_by_side}) {
      base::Pool pool(n_threads);
      for (std::size_t thrower = 0; thrower < 3; ++thrower) {
        std::array<std::atomic<std::size_t>, 3> seen{};
        std::vector<Stage> stages;
        for (std::size_t s = 0; s < seen.size(); ++s) {
          stages.push_back({order, [&, s](std::size_t block) {
                              if (s == thrower && block == 7) throw std::runtime_error("stage");
                              ++seen[s];
                            }});
        }
        EXPECT_THROW(run_pipeline(kBlocks, 3, stages, pool), std::runtime_error);
        for (const auto& count : seen) EXPECT_LE(count, 7U + 3);
      }
    }
  }
}

TEST(Pipeline, of_several_blocks_that_fail_the_first_is_heard_whichever_fails_first) {
  for (const unsigned n_threads : {1U, 2U, 4U}) {
    for (int repeat = 0; repeat < 20; ++repeat) {
      base::Pool pool(n_threads);
      std::vector<int> behind;
      const std::array<Stage, 3> stages = {{{Order::in_turn,
                                             [](std::size_t block) {
                                               if (block == 9) throw std::runtime_error("read 9");
                                             }},
                                            {Order::side_by_side,
                                             [](std::size_t block) {
                                               if (block == 8) throw std::runtime_error("multiply 8");
                                             }},
                                            {Order::in_turn, [&](std::size_t block) {
                                               behind.push_back(static_cast<int>(block));
                                               if (block == 6) throw std::runtime_error("write 6");
                                             }}}};
      try {
        run_pipeline(kBlocks, 6, stages, pool);
        FAIL();
      } catch (const std::runtime_error& error) { EXPECT_STREQ(error.what(), "write 6"); }
      EXPECT_EQ(behind, (std::vector<int>{0, 1, 2, 3, 4, 5, 6}));
    }
  }
}

TEST(Pipeline, a_stage_may_run_tasks_together) {
  for (const Order order : {Order::in_turn, Order::side_by_side}) {
    for (int repeat = 0; repeat < 200; ++repeat) {
      base::Pool pool(2);
      std::atomic<int> n_run = 0;
      const std::array<Stage, 1> stages = {{{order, [&](std::size_t) {
                                               pool.run_together({[&] { ++n_run; }, [&] { ++n_run; }});
                                             }}}};
      run_pipeline(3, 3, stages, pool);
      EXPECT_EQ(n_run, 6);
    }
  }
}

TEST(Pipeline, no_blocks_and_a_single_stage) {
  base::Pool pool(2);
  std::size_t calls = 0;
  const std::array<Stage, 1> stages = {{{Order::in_turn, [&](std::size_t) { ++calls; }}}};
  run_pipeline(0, 1, stages, pool);
  EXPECT_EQ(calls, 0U);
  run_pipeline(3, 1, stages, pool);
  EXPECT_EQ(calls, 3U);
}

TEST(Pipeline, blocks_are_smaller_only_where_threads_would_have_none) {
  base::Pool one(1), two(2), many(5);
  EXPECT_EQ(block_points(10, 2048, one), 2048U);
  EXPECT_EQ(block_points(1 << 20, 2048, two), 2048U);
  EXPECT_EQ(block_points(4000, 2048, two), 1001U);
  EXPECT_EQ(block_points(4000, 2048, many), 401U);
  EXPECT_EQ(block_points(0, 2048, many), 64U);
  EXPECT_EQ(block_points(0, 32, many), 32U);
}

TEST(Pipeline, the_last_blocks_are_smaller) {
  base::Pool one(1), two(2), many(16);
  for (const std::uint64_t left : {1U, 15U, 2047U, 2048U, 100000U})
    EXPECT_EQ(next_block_points(left, 2048, one), std::min<std::uint64_t>(left, 2048));
  const auto sizes = [](std::uint64_t left, const base::Pool& pool) {
    std::vector<std::size_t> all;
    for (; left > 0; left -= all.back()) all.push_back(next_block_points(left, 2048, pool));
    return all;
  };
  EXPECT_EQ(sizes(3 * 2048 + 5, two), (std::vector<std::size_t>{2048, 2048, 1040, 512, 256, 245}));
  EXPECT_EQ(sizes(700, two), (std::vector<std::size_t>{352, 256, 92}));
  EXPECT_EQ(sizes(10 * 2048, many).front(), 1296U);
  EXPECT_EQ(next_block_points(~std::uint64_t{0}, 2048, two), 2048U);
}

}  // namespace
}  // namespace solemn::setup
