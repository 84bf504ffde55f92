#include "base/pool.hpp"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace solemn::base {

namespace {

using Body = std::function<void(std::size_t, std::size_t)>;

thread_local bool inside_a_body = false;
thread_local bool tasks_in_turn = false;  // Pool::InTurn
thread_local bool is_bound = false;       // Bound

/// Those this process may run on, the caller's first; empty when the system does not tell (or has more than fit a set).
std::vector<int> usable_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> usable;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return usable;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set)) usable.push_back(cpu);
  const auto here = std::find(usable.begin(), usable.end(), sched_getcpu());
  if (here != usable.end()) std::rotate(usable.begin(), here, usable.end());
  return usable;
}

/// From now on the thread runs there and nowhere else, unless the system refuses.
bool bind(pthread_t thread, int processor) noexcept {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(processor, &one);
  return pthread_setaffinity_np(thread, sizeof(one), &one) == 0;
}

/// While it lives, the calling thread runs there and nowhere else; nothing if it is bound already, or for a negative
/// number. A thread that is new, or was woken, is often put on the processor of who made or woke it, though its own is
/// idle (of a virtual machine, one that sleeps may count as taken by others), and it is up to 30 ms until the system
/// mends that. The caller of a pool is bound only while threads work together: what it starts may run anywhere.
class Bound {
 public:
  explicit Bound(int processor) noexcept {
    CPU_ZERO(&before_);
    if (processor < 0 || is_bound || sched_getaffinity(0, sizeof(before_), &before_) != 0) return;
    is_bound = bound_here_ = bind(pthread_self(), processor);
  }
  ~Bound() {
    if (!bound_here_) return;
    is_bound = false;
    if (sched_setaffinity(0, sizeof(before_), &before_) == 0) return;
    std::memset(&before_, 0xff, sizeof(before_));  // what may be used has changed: all of that
    (void)sched_setaffinity(0, sizeof(before_), &before_);
  }
  Bound(const Bound&) = delete;
  Bound& operator=(const Bound&) = delete;

 private:
  cpu_set_t before_;
  bool bound_here_ = false;
};

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

// One run_together. Lives on the caller's stack, which waits until nobody runs a task of it.
struct Together {
  std::size_t unfinished;                    // guarded by the pool's mutex, as the failures
  std::vector<std::exception_ptr> failures;  // of each task

  static std::exception_ptr run(const std::function<void()>& task) noexcept {
    try {
      task();
    } catch (...) { return std::current_exception(); }
    return nullptr;
  }
  static void rethrow_first(std::span<const std::exception_ptr> failures) {
    for (const std::exception_ptr& failure : failures)
      if (failure) std::rethrow_exception(failure);
  }
};

}  // namespace

struct Pool::State {
  struct Task {
    const std::function<void()>* body;
    Together* together;
    std::size_t index;
  };
  std::mutex mutex;
  std::condition_variable changed;  // work arrived, or some was finished
  std::deque<Task> tasks;           // that nobody has begun
  std::vector<Job*> jobs;
  bool stopping = false;
  int callers_processor = -1;  // where the threads have one each
  std::vector<std::thread> threads;

  Job* job_with_chunks() noexcept {
    const auto found = std::find_if(jobs.begin(), jobs.end(), [](const Job* job) { return job->has_chunks(); });
    return found == jobs.end() ? nullptr : *found;
  }

  void run_a_task(std::unique_lock<std::mutex>& lock) {
    const Task task = tasks.front();
    tasks.pop_front();
    lock.unlock();
    const std::exception_ptr failure = Together::run(*task.body);
    lock.lock();
    task.together->failures[task.index] = failure;
    if (--task.together->unfinished == 0) changed.notify_all();
  }

  /// Whole tasks first: threads at different tasks disturb each other less than threads at one. Returns once `done`.
  template <class Done>
  void serve_until(std::unique_lock<std::mutex>& lock, const Done& done) {
    while (true) {
      if (done()) return;
      if (!tasks.empty()) {
        run_a_task(lock);
      } else if (Job* const job = job_with_chunks()) {
        help(*job, lock);
      } else {
        changed.wait(lock);
      }
    }
  }

  void help(Job& job, std::unique_lock<std::mutex>& lock) {
    ++job.helpers;
    lock.unlock();
    job.work();
    lock.lock();
    if (--job.helpers == 0) changed.notify_all();
  }

  void serve() {
    std::unique_lock lock(mutex);
    serve_until(lock, [this] { return stopping; });
  }

  void stop() noexcept {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    changed.notify_all();
    for (std::thread& thread : threads) thread.join();
    threads.clear();
  }
};

// When the system gives no more threads the pool is smaller: results do not depend on its size.
Pool::Pool(unsigned n_threads) : state_(std::make_unique<State>()) {
  const std::vector<int> processors = usable_processors();
  const auto usable =
      processors.empty() ? std::thread::hardware_concurrency() : static_cast<unsigned>(processors.size());
  const unsigned wanted = n_threads == 0 ? std::max(1U, usable) : n_threads;
  const bool one_each = wanted == processors.size();  // with fewer, the system knows better which are idle
  if (one_each && wanted > 1) state_->callers_processor = processors[0];
  state_->threads.reserve(wanted - 1);
  try {
    for (unsigned i = 1; i < wanted; ++i) {
      state_->threads.emplace_back([state = state_.get()] {
        is_bound = true;  // below, or never: not to the caller's
        state->serve();
      });
      // Not by itself: a new thread may wait for the processor of who made it, for a time slice of that one.
      if (one_each) (void)bind(state_->threads.back().native_handle(), processors[i]);
    }
  } catch (const std::system_error&) {}
}

Pool::~Pool() { state_->stop(); }

unsigned Pool::size() const noexcept { return static_cast<unsigned>(state_->threads.size()) + 1; }

void Pool::parallel_for(std::size_t count, std::size_t grain, const Body& body) {
  grain = std::max<std::size_t>(grain, 1);
  if (count <= grain || size() == 1 || inside_a_body) return run_serially(count, grain, body);
  const Bound bound(state_->callers_processor);
  const std::size_t n_chunks = count / grain + (count % grain != 0 ? 1 : 0);
  Job job{.body = body, .count = count, .grain = grain, .n_chunks = n_chunks, .failure_mutex = {}, .failure = {}};
  {
    const std::lock_guard lock(state_->mutex);
    state_->jobs.push_back(&job);
  }
  state_->changed.notify_all();
  job.work();
  {
    std::unique_lock lock(state_->mutex);
    std::erase(state_->jobs, &job);
    while (job.helpers > 0) state_->changed.wait(lock);
  }
  if (job.failure) std::rethrow_exception(job.failure);
}

void Pool::help_until(const std::function<bool()>& done) {
  std::unique_lock lock(state_->mutex);
  while (!done()) {
    if (Job* const job = state_->job_with_chunks()) {
      state_->help(*job, lock);
    } else {
      state_->changed.wait(lock);
    }
  }
}

void Pool::wake() {
  { const std::lock_guard lock(state_->mutex); }  // whoever is asking has asked, and waits
  state_->changed.notify_all();
}

Pool::InTurn::InTurn() noexcept : before_(std::exchange(tasks_in_turn, true)) {}
Pool::InTurn::~InTurn() { tasks_in_turn = before_; }

void Pool::run_together(std::span<const std::function<void()>> tasks) {
  if (tasks.empty()) return;
  Together together{tasks.size() - 1, std::vector<std::exception_ptr>(tasks.size())};
  if (size() == 1 || tasks.size() == 1 || inside_a_body || tasks_in_turn) {
    for (std::size_t i = 0; i < tasks.size(); ++i) together.failures[i] = Together::run(tasks[i]);
  } else {
    const Bound bound(state_->callers_processor);
    std::unique_lock lock(state_->mutex);
    for (std::size_t i = 1; i < tasks.size(); ++i) state_->tasks.push_back({&tasks[i], &together, i});
    state_->changed.notify_all();
    lock.unlock();
    const std::exception_ptr failure = Together::run(tasks.front());
    lock.lock();
    together.failures.front() = failure;
    state_->serve_until(lock, [&together] { return together.unfinished == 0; });
  }
  Together::rethrow_first(together.failures);
}

}  // namespace solemn::base
