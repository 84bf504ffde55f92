#pragma once
// A fixed set of worker threads. Always passed as an argument; results never depend on the number of threads.
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>

namespace solemn::base {

class Pool {
 public:
  /// n_threads = 0: one per processor this process may run on. The calling thread works too (1 = no extra thread).
  /// With as many threads as processors each has its own while they work together; a pool that is made meanwhile by one
  /// of them would have that one only.
  explicit Pool(unsigned n_threads = 0);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  unsigned size() const noexcept;

  /// Calls body(begin, end) for consecutive ranges of at most `grain` that cover [0, count); returns when all are done.
  /// The first exception of a body is rethrown here. May be called from inside a body (then runs serially).
  void parallel_for(std::size_t count, std::size_t grain,
                    const std::function<void(std::size_t begin, std::size_t end)>& body);

  /// Runs the tasks side by side, as many at once as the pool has threads, and returns when all are done: the caller
  /// takes the first, each other goes to the next thread that is free, in order. A thread without a task helps in the
  /// loops of the others. In a pool of one thread, and inside a body: one after the other. All are run, whichever
  /// throw; the exception of the first of the list that threw is rethrown. A task must not wait for one that may not
  /// have begun.
  void run_together(std::span<const std::function<void()>> tasks);
  void run_together(std::initializer_list<std::function<void()>> tasks) { run_together({tasks.begin(), tasks.size()}); }

  /// For a task that must wait for what another, running one does: helps in the loops of others until `done()`, which
  /// is asked now and after each wake(), one caller at a time, and must neither throw nor call the pool. What it looks
  /// at changes before the call of wake().
  void help_until(const std::function<bool()>& done);
  void wake();

  /// While it lives, tasks that this thread runs together are run one after the other: for a thread that holds what a
  /// task not yet begun would wait for, and that would begin that task while it waits for its own.
  class InTurn {
   public:
    InTurn() noexcept;
    ~InTurn();
    InTurn(const InTurn&) = delete;
    InTurn& operator=(const InTurn&) = delete;

   private:
    bool before_;
  };

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace solemn::base
