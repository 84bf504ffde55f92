#include "base/pool.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

namespace solemn::base {
namespace {

TEST(Pool, every_index_is_visited_once_whatever_the_size) {
  for (const unsigned n_threads : {1U, 2U, 3U, 8U}) {
    Pool pool(n_threads);
    EXPECT_EQ(pool.size(), n_threads);
    for (const std::size_t count : {0UL, 1UL, 2UL, 63UL, 64UL, 65UL, 10007UL}) {
      for (const std::size_t grain : {1UL, 7UL, 64UL, 100000UL}) {
        std::vector<std::atomic<int>> visits(count);
        pool.parallel_for(count, grain, [&](std::size_t begin, std::size_t end) {
          EXPECT_LE(end - begin, grain);
          EXPECT_EQ(begin % grain, 0U);
          for (std::size_t i = begin; i < end; ++i) ++visits[i];
        });
        for (const auto& n : visits) ASSERT_EQ(n.load(), 1);
      }
    }
  }
}

TEST(Pool, zero_threads_means_one_per_processor) {
  Pool pool;
  EXPECT_GE(pool.size(), 1U);
  EXPECT_LE(pool.size(), std::max(1U, std::thread::hardware_concurrency()));
}

TEST(Pool, several_threads_work_at_once) {
  Pool pool(3);
  std::latch all_here(3);  // reached only when three bodies run side by side
  pool.parallel_for(3, 1, [&](std::size_t, std::size_t) { all_here.arrive_and_wait(); });
}

TEST(Pool, a_nested_call_is_done_by_the_same_thread) {
  Pool pool(4);
  std::atomic<std::size_t> sum{0};
  pool.parallel_for(64, 1, [&](std::size_t outer, std::size_t) {
    const auto me = std::this_thread::get_id();
    pool.parallel_for(10, 3, [&](std::size_t begin, std::size_t end) {
      EXPECT_EQ(std::this_thread::get_id(), me);
      for (std::size_t i = begin; i < end; ++i) sum += outer * 10 + i;
    });
  });
  EXPECT_EQ(sum.load(), 640UL * 639 / 2);
}

TEST(Pool, the_exception_of_a_body_comes_out_and_the_pool_lives_on) {
  for (const unsigned n_threads : {1U, 4U}) {
    Pool pool(n_threads);
    for (int round = 0; round < 50; ++round) {
      EXPECT_THROW(pool.parallel_for(1000, 1,
                                     [](std::size_t begin, std::size_t) {
                                       if (begin == 500) throw std::runtime_error("five hundred");
                                     }),
                   std::runtime_error);
      std::atomic<int> n{0};
      pool.parallel_for(100, 1, [&](std::size_t, std::size_t) { ++n; });
      EXPECT_EQ(n.load(), 100);
    }
  }
}

TEST(Pool, an_exception_stops_the_rest_soon) {
  Pool pool(2);
  std::atomic<std::size_t> n{0};
  EXPECT_THROW(pool.parallel_for(SIZE_MAX / 2, 1,
                                 [&](std::size_t, std::size_t) {
                                   if (++n == 1000) throw std::runtime_error("enough");
                                 }),
               std::runtime_error);
  EXPECT_LT(n.load(), 100000000U);
}

TEST(Pool, tasks_together_run_side_by_side_and_may_use_the_pool) {
  Pool pool(2);
  std::latch both(2);
  std::vector<std::size_t> sums(2);
  const auto task = [&](std::size_t which) {
    both.arrive_and_wait();  // deadlocks unless both run at once
    for (int round = 0; round < 200; ++round) {
      std::atomic<std::size_t> sum{0};
      pool.parallel_for(1000, 10, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) sum += i;
      });
      sums[which] += sum;
    }
  };
  pool.run_together({[&] { task(0); }, [&] { task(1); }});
  EXPECT_EQ(sums[0], 200UL * 499500);
  EXPECT_EQ(sums[1], 200UL * 499500);
}

TEST(Pool, no_more_tasks_at_once_than_threads_and_each_is_run_once) {
  Pool pool(3);
  std::atomic<int> running{0}, most{0};
  std::vector<std::atomic<int>> runs(40);
  std::vector<std::function<void()>> tasks;
  for (auto& n : runs) {
    tasks.emplace_back([&] {
      const int now = ++running;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {}
      std::this_thread::yield();
      ++n;
      --running;
    });
  }
  pool.run_together(tasks);
  for (const auto& n : runs) EXPECT_EQ(n.load(), 1);
  EXPECT_LE(most.load(), 3);
}

TEST(Pool, a_thread_without_a_task_helps_in_the_loop_of_another) {
  Pool pool(2);
  std::latch both(2);  // reached only when the thread that has nothing to do takes a part of the loop
  pool.run_together(
      {[] {}, [&] { pool.parallel_for(2, 1, [&](std::size_t, std::size_t) { both.arrive_and_wait(); }); }});
  pool.run_together({[&] { pool.parallel_for(2, 1, [&](std::size_t, std::size_t) {}); }, [] {}});
}

TEST(Pool, a_task_that_waits_for_another_helps_in_loops_until_it_is_woken) {
  Pool pool(2);
  std::atomic<bool> done = false, helped = false;
  std::latch both_here(2);
  pool.run_together({[&] {
                       pool.help_until([&] { return done.load(); });
                       EXPECT_TRUE(helped);
                     },
                     [&] {
                       pool.parallel_for(2, 1, [&](std::size_t, std::size_t) { both_here.arrive_and_wait(); });
                       helped = true;
                       done = true;
                       pool.wake();
                     }});
  pool.help_until([] { return true; });
}

TEST(Pool, tasks_may_have_tasks) {
  for (const unsigned n_threads : {1U, 2U, 5U}) {
    Pool pool(n_threads);
    std::atomic<int> n{0};
    const auto leaf = [&] { ++n; };
    const auto branch = [&] { pool.run_together({leaf, leaf, leaf}); };
    for (int round = 0; round < 100; ++round) pool.run_together({branch, branch, leaf, branch});
    EXPECT_EQ(n.load(), 1000);
  }
}

TEST(Pool, tasks_of_a_body_stay_on_its_thread) {
  Pool pool(4);
  std::atomic<int> n{0};
  pool.parallel_for(16, 1, [&](std::size_t, std::size_t) {
    const auto me = std::this_thread::get_id();
    const auto task = [&, me] { n += std::this_thread::get_id() == me ? 1 : 0; };
    pool.run_together({task, task});
  });
  EXPECT_EQ(n.load(), 32);
}

TEST(Pool, the_exception_of_any_task_comes_out) {
  Pool pool(2);
  const auto fail = [] { throw std::runtime_error("no"); };
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> n{0};
    const auto count = [&] { ++n; };
    EXPECT_THROW(pool.run_together({count, fail, count, count}), std::runtime_error);
    EXPECT_EQ(n.load(), 3);
  }
}

TEST(Pool, of_several_exceptions_that_of_the_first_task_in_the_list_comes_out) {
  for (const unsigned n_threads : {1U, 2U, 4U}) {
    Pool pool(n_threads);
    const auto fail = [](const char* name) { return [name] { throw std::runtime_error(name); }; };
    for (int round = 0; round < 200; ++round) {
      try {
        pool.run_together({[] {}, fail("second"), fail("third"), [] {}, fail("fifth")});
        ADD_FAILURE();
      } catch (const std::runtime_error& error) { ASSERT_STREQ(error.what(), "second"); }
    }
  }
}

std::vector<int> usable_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  EXPECT_EQ(sched_getaffinity(0, sizeof(set), &set), 0);
  std::vector<int> usable;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set)) usable.push_back(cpu);
  return usable;
}

/// Those that the threads of a loop may use.
std::vector<std::vector<int>> usable_in_a_loop(Pool& pool) {
  std::vector<std::vector<int>> usable(pool.size());
  std::latch all_here(pool.size());
  pool.parallel_for(usable.size(), 1, [&](std::size_t i, std::size_t) {
    all_here.arrive_and_wait();
    usable[i] = usable_processors();
  });
  std::sort(usable.begin(), usable.end());
  return usable;
}

TEST(Pool, each_thread_has_a_processor_where_there_is_one_for_each) {
  const std::vector<int> all = usable_processors();
  if (all.size() == 1) GTEST_SKIP() << "one processor";
  Pool pool;
  std::vector<std::vector<int>> one_each;
  for (const int processor : all) one_each.push_back({processor});
  EXPECT_EQ(usable_in_a_loop(pool), one_each);
  EXPECT_EQ(usable_processors(), all) << "free again when they do not work together";
  EXPECT_EQ(usable_in_a_loop(pool), one_each);
  std::vector<std::vector<int>> of_tasks(2);
  std::latch both_here(2);
  const auto task = [&](std::size_t i) {
    both_here.arrive_and_wait();
    Pool alone(1);
    alone.parallel_for(1, 1, [&](std::size_t, std::size_t) { of_tasks[i] = usable_processors(); });
  };
  pool.run_together({[&] { task(0); }, [&] { task(1); }});
  EXPECT_EQ(of_tasks[0].size(), 1U);
  EXPECT_EQ(of_tasks[1].size(), 1U);
  EXPECT_NE(of_tasks[0], of_tasks[1]);
  EXPECT_EQ(usable_processors(), all);
}

TEST(Pool, threads_are_free_where_there_are_fewer_or_more_than_processors) {
  const std::vector<int> all = usable_processors();
  Pool more(static_cast<unsigned>(all.size()) + 1);
  for (const auto& usable : usable_in_a_loop(more)) EXPECT_EQ(usable, all);
  if (all.size() <= 2) return;
  Pool fewer(static_cast<unsigned>(all.size()) - 1);
  for (const auto& usable : usable_in_a_loop(fewer)) EXPECT_EQ(usable, all);
}

TEST(Pool, a_process_that_is_kept_to_one_processor_stays_there) {
  std::thread([] {
    const std::vector<int> one = {usable_processors().front()};
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(one.front(), &set);
    ASSERT_EQ(sched_setaffinity(0, sizeof(set), &set), 0);  // of this thread and those that it makes
    EXPECT_EQ(Pool().size(), 1U);
    Pool pool(4);
    std::latch all_here(4);
    pool.parallel_for(4, 1, [&](std::size_t, std::size_t) {
      all_here.arrive_and_wait();
      EXPECT_EQ(usable_processors(), one);
    });
  }).join();
}

TEST(Pool, tasks_together_are_all_waited_for_when_one_throws) {
  Pool pool(1);
  std::atomic<bool> other_done{false};
  EXPECT_THROW(pool.run_together({[] { throw std::runtime_error("no"); },
                                  [&] {
                                    std::this_thread::yield();
                                    other_done = true;
                                  }}),
               std::runtime_error);
  EXPECT_TRUE(other_done.load());
  EXPECT_NO_THROW(pool.run_together({}));
}

TEST(Pool, tasks_together_stay_on_the_only_thread) {
  Pool pool(1);
  std::vector<std::thread::id> seen;
  const auto note = [&] { seen.push_back(std::this_thread::get_id()); };
  pool.run_together({note, note, note});
  EXPECT_EQ(seen, std::vector<std::thread::id>(3, std::this_thread::get_id()));
}

TEST(Pool, short_jobs_in_a_row_lose_nothing) {
  Pool pool(4);
  std::size_t total = 0;
  for (int round = 0; round < 5000; ++round) {
    std::atomic<std::size_t> n{0};
    pool.parallel_for(5, 1, [&](std::size_t begin, std::size_t end) { n += end - begin; });
    total += n;
  }
  EXPECT_EQ(total, 25000U);
}

}  // namespace
}  // namespace solemn::base
