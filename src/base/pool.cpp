#include "base/pool.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace solemn::base {

namespace {

using Body = std::function<void(std::size_t, std::size_t)>;

thread_local bool inside_a_body = false;

unsigned usable_processors() noexcept {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
    return static_cast<unsigned>(CPU_COUNT(&set));
  return std::max(1U, std::thread::hardware_concurrency());
}

// One parallel_for. Lives on the caller's stack; workers hold it only while helpers > 0.
struct Job {
  const Body& body;
  std::size_t count;
  std::size_t grain;
  std::atomic<std::size_t> next{0};  // chunks handed out
  std::size_t n_chunks;
  unsigned helpers = 0;  // guarded by the pool's mutex
  std::mutex failure_mutex;
  std::exception_ptr failure;

  bool has_chunks() const noexcept { return next.load(std::memory_order_relaxed) < n_chunks; }

  void fail(std::exception_ptr reason) {
    const std::lock_guard lock(failure_mutex);
    if (!failure) failure = std::move(reason);
    next.store(n_chunks, std::memory_order_relaxed);
  }

  void work() noexcept {
    inside_a_body = true;
    while (true) {
      std::size_t chunk = next.load(std::memory_order_relaxed);
      // Not fetch_add: the counter never passes n_chunks, so it cannot wrap.
      while (chunk < n_chunks && !next.compare_exchange_weak(chunk, chunk + 1, std::memory_order_relaxed)) {}
      if (chunk >= n_chunks) break;
      const std::size_t begin = chunk * grain;
      try {
        body(begin, begin + std::min(grain, count - begin));
      } catch (...) { fail(std::current_exception()); }
    }
    inside_a_body = false;
  }
};

void run_serially(std::size_t count, std::size_t grain, const Body& body) {
  for (std::size_t begin = 0; begin < count;) {
    const std::size_t end = begin + std::min(grain, count - begin);
    body(begin, end);
    begin = end;
  }
}

}  // namespace

struct Pool::State {
  std::mutex mutex;
  std::condition_variable work_arrived;
  std::condition_variable helper_left;
  std::vector<Job*> jobs;
  bool stopping = false;
  std::vector<std::thread> threads;

  Job* job_with_chunks() noexcept {
    const auto found = std::find_if(jobs.begin(), jobs.end(), [](const Job* job) { return job->has_chunks(); });
    return found == jobs.end() ? nullptr : *found;
  }

  void serve() {
    std::unique_lock lock(mutex);
    while (true) {
      Job* job = nullptr;
      work_arrived.wait(lock, [&] { return stopping || (job = job_with_chunks()) != nullptr; });
      if (job == nullptr) return;
      ++job->helpers;
      lock.unlock();
      job->work();
      lock.lock();
      if (--job->helpers == 0) helper_left.notify_all();
    }
  }

  void stop() noexcept {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    work_arrived.notify_all();
    for (std::thread& thread : threads) thread.join();
    threads.clear();
  }
};

// When the system gives no more threads the pool is smaller: results do not depend on its size.
Pool::Pool(unsigned n_threads) : state_(std::make_unique<State>()) {
  const unsigned wanted = n_threads == 0 ? usable_processors() : n_threads;
  state_->threads.reserve(wanted - 1);
  try {
    for (unsigned i = 1; i < wanted; ++i) state_->threads.emplace_back([state = state_.get()] { state->serve(); });
  } catch (const std::system_error&) {}
}

Pool::~Pool() { state_->stop(); }

unsigned Pool::size() const noexcept { return static_cast<unsigned>(state_->threads.size()) + 1; }

void Pool::parallel_for(std::size_t count, std::size_t grain, const Body& body) {
  grain = std::max<std::size_t>(grain, 1);
  if (count <= grain || size() == 1 || inside_a_body) return run_serially(count, grain, body);
  const std::size_t n_chunks = count / grain + (count % grain != 0 ? 1 : 0);
  Job job{.body = body, .count = count, .grain = grain, .n_chunks = n_chunks, .failure_mutex = {}, .failure = {}};
  {
    const std::lock_guard lock(state_->mutex);
    state_->jobs.push_back(&job);
  }
  state_->work_arrived.notify_all();
  job.work();
  {
    std::unique_lock lock(state_->mutex);
    std::erase(state_->jobs, &job);
    state_->helper_left.wait(lock, [&] { return job.helpers == 0; });
  }
  if (job.failure) std::rethrow_exception(job.failure);
}

void Pool::run_together(std::span<const std::function<void()>> tasks) {
  std::mutex failure_mutex;
  std::exception_ptr failure;
  const auto run = [&failure, &failure_mutex](const std::function<void()>& task) noexcept {
    try {
      task();
    } catch (...) {
      const std::lock_guard lock(failure_mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  if (tasks.empty()) return;
  const std::size_t n_others = size() == 1 ? 0 : tasks.size() - 1;  // on threads of their own
  {
    std::vector<std::jthread> threads;
    threads.reserve(n_others);
    try {
      for (const auto& task : tasks.subspan(1, n_others)) threads.emplace_back([&run, &task] { run(task); });
    } catch (const std::system_error&) {}  // the system gives no more: the rest is run here
    run(tasks.front());
    for (const auto& task : tasks.subspan(1 + threads.size())) run(task);
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace solemn::base
