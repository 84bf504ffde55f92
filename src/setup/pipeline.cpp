#include "setup/pipeline.hpp"

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace solemn::setup {

namespace {

/// How far each stage is; a stage that waits for another is woken when that one has done a block, or failed.
class Stages {
 public:
  explicit Stages(std::size_t count) : done_(count, 0) {}

  /// The next stage takes a block when this one has done it; the first takes one when the last has let go of its
  /// memory.
  bool wait_for(std::size_t stage, std::size_t block) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      if (state_ != State::running) return state_ != State::gathering;
      return stage == 0 ? block < done_.back() + done_.size() : block < done_[stage - 1];
    });
    return state_ == State::running;
  }
  void start() { set(State::running); }
  void give_up() { set(State::stopped); }
  void finished_a_block(std::size_t stage) {
    {
      const std::lock_guard lock(mutex_);
      ++done_[stage];
    }
    changed_.notify_all();
  }
  void failed() {
    {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
    }
    give_up();
  }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  enum class State : std::uint8_t { gathering, running, stopped };
  void set(State state) {
    {
      const std::lock_guard lock(mutex_);
      state_ = state;
    }
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> done_;  // blocks that each stage has finished
  std::exception_ptr failure_;
  State state_ = State::gathering;
};

void run_in_turn(std::size_t n_blocks, std::span<const Stage> stages) {
  for (std::size_t block = 0; block < n_blocks; ++block) {
    for (const Stage& stage : stages) stage(block);
  }
}

}  // namespace

void run_pipeline(std::size_t n_blocks, std::span<const Stage> stages, base::Pool& pool) {
  if (n_blocks == 0 || stages.empty()) return;
  if (pool.size() == 1) return run_in_turn(n_blocks, stages);
  Stages state(stages.size());
  const auto work = [&](std::size_t s) noexcept {
    try {
      for (std::size_t block = 0; block < n_blocks && state.wait_for(s, block); ++block) {
        stages[s](block);
        state.finished_a_block(s);
      }
    } catch (...) { state.failed(); }
  };
  bool together = true;
  {
    std::vector<std::jthread> threads;
    threads.reserve(stages.size());
    try {
      for (std::size_t s = 1; s < stages.size(); ++s) threads.emplace_back([&work, s] { work(s); });
      state.start();
      work(0);
    } catch (const std::system_error&) {  // no more threads: those that there are go home
      together = false;
      state.give_up();
    }
  }
  if (!together) return run_in_turn(n_blocks, stages);
  state.rethrow();
}

}  // namespace solemn::setup
