#pragma once
// A line of stages that blocks pass one after the other: reading, arithmetic, hashing and writing side by side.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "base/pool.hpp"

namespace solemn::setup {

enum class Order : std::uint8_t {
  in_turn,       // one block at a time, in the order of their numbers
  side_by_side,  // several blocks at once; begun in order
};

struct Stage {
  Order order;
  std::function<void(std::size_t block)> work;
};

/// At most, for each thread that multiplies side by side: a block, and what is multiplied in step.
inline constexpr std::uint64_t kThreadMemory = 4ULL << 20;

/// Blocks that are under way at once when the threads of the pool work side by side at one stage.
std::size_t slots_for(const base::Pool& pool) noexcept;

/// Points of a block for a stage that multiplies side by side: what goes in step (msm::points_in_step), or fewer, so
/// that every thread has something to do at `total` points.
std::size_t block_points(std::uint64_t total, std::size_t in_step, const base::Pool& pool) noexcept;

/// Points of the next block where `left` > 0 are left to be multiplied: `most`, and fewer near the end, where threads
/// would wait for the one that has the last block.
std::size_t next_block_points(std::uint64_t left, std::size_t most, const base::Pool& pool) noexcept;

/// Every block passes every stage. Block i enters the line once block i - n_slots has left it, so blocks whose numbers
/// are equal modulo n_slots may share memory. As many blocks are worked at as the pool has threads; a thread that finds
/// none helps in the loops of the others. A stage `side_by_side` should not use the pool itself; tasks that a stage
/// runs together are run one after the other. When a stage throws, the blocks before that one still go to the end; then
/// the exception of the first block that had one is rethrown: the same as on one thread, where one block follows the
/// other.
void run_pipeline(std::size_t n_blocks, std::size_t n_slots, std::span<const Stage> stages, base::Pool& pool);

}  // namespace solemn::setup
