#include "setup/pipeline.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <optional>
#include <vector>

namespace solemn::setup {

namespace {

/// What is done, what is being done, and what may be done next.
class Line {
 public:
  struct Work {
    std::size_t stage, block;
  };

  Line(std::size_t n_blocks, std::size_t n_slots, std::span<const Stage> stages)
      : end_(n_blocks), stages_(stages), next_(stages.size(), 0), busy_(stages.size(), false), passed_(n_slots, 0) {}

  /// The last stage first: that makes room for new blocks.
  std::optional<Work> take() {
    const std::lock_guard lock(mutex_);
    for (std::size_t s = stages_.size(); s-- > 0;) {
      const std::size_t block = next_[s];
      const bool here = block < end_ && block < left_ + passed_.size() && passed_[block % passed_.size()] == s;
      if (!here || (busy_[s] && stages_[s].order == Order::in_turn)) continue;
      ++next_[s];
      busy_[s] = true;
      return Work{s, block};
    }
    return std::nullopt;
  }

  void done(const Work& work) {
    const std::lock_guard lock(mutex_);
    busy_[work.stage] = false;
    ++passed_[work.block % passed_.size()];
    while (left_ < end_ && passed_[left_ % passed_.size()] == stages_.size()) passed_[left_++ % passed_.size()] = 0;
  }

  /// In a handler. Later blocks do not matter any more; earlier ones do.
  void failed(const Work& work) {
    const std::lock_guard lock(mutex_);
    busy_[work.stage] = false;
    if (work.block >= end_) return;
    end_ = work.block;
    failure_ = std::current_exception();
  }

  bool finished() {
    const std::lock_guard lock(mutex_);
    return left_ >= end_;
  }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::size_t end_;  // of the blocks that still matter
  const std::span<const Stage> stages_;
  std::mutex mutex_;
  std::vector<std::size_t> next_;    // the block that each stage takes next
  std::vector<bool> busy_;           // of a stage in turn: it has one
  std::vector<std::size_t> passed_;  // stages that the block in a slot has behind it
  std::size_t left_ = 0;             // blocks that have passed all, as all before them
  std::exception_ptr failure_;       // of block end_
};

void work_at(Line& line, std::span<const Stage> stages, base::Pool& pool) noexcept {
  while (true) {
    std::optional<Line::Work> work;
    pool.help_until([&] {
      work = line.take();
      return work || line.finished();
    });
    if (!work) return;
    try {
      const base::Pool::InTurn in_turn;  // another task could be a worker of this very line
      stages[work->stage].work(work->block);
      line.done(*work);
    } catch (...) { line.failed(*work); }
    pool.wake();
  }
}

}  // namespace

std::size_t slots_for(const base::Pool& pool) noexcept { return pool.size() == 1 ? 1 : std::size_t{pool.size()} + 2; }

std::size_t block_points(std::uint64_t total, std::size_t in_step, const base::Pool& pool) noexcept {
  constexpr std::uint64_t kLeast = 64, kForEach = 2;  // fewer share an inversion badly; blocks for each thread
  if (pool.size() == 1) return in_step;
  const std::uint64_t share = total / (kForEach * pool.size()) + 1;
  return static_cast<std::size_t>(std::clamp<std::uint64_t>(share, std::min<std::uint64_t>(kLeast, in_step), in_step));
}

std::size_t next_block_points(std::uint64_t left, std::size_t most, const base::Pool& pool) noexcept {
  constexpr std::uint64_t kInLanes = 16, kLeast = 8;  // no lane stays empty; an eighth of a block, at least
  const std::uint64_t share = (left / pool.size() + kInLanes) / kInLanes * kInLanes;
  const std::uint64_t wanted = pool.size() == 1 ? most : std::max<std::uint64_t>(share, most / kLeast);
  return static_cast<std::size_t>(std::min({wanted, std::uint64_t{most}, left}));
}

void run_pipeline(std::size_t n_blocks, std::size_t n_slots, std::span<const Stage> stages, base::Pool& pool) {
  if (n_blocks == 0 || stages.empty()) return;
  if (pool.size() == 1) {
    for (std::size_t block = 0; block < n_blocks; ++block)
      for (const Stage& stage : stages) stage.work(block);
    return;
  }
  Line line(n_blocks, n_slots, stages);
  const std::vector<std::function<void()>> workers(pool.size(), [&] { work_at(line, stages, pool); });
  pool.run_together(workers);
  line.rethrow();
}

}  // namespace solemn::setup
