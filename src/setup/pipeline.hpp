#pragma once
// Stages that work on neighbouring blocks side by side: reading, arithmetic, hashing and writing.
#include <cstddef>
#include <functional>
#include <span>

#include "base/pool.hpp"

namespace solemn::setup {

using Stage = std::function<void(std::size_t block)>;
/// Every stage sees every block, in order; stage s works on block i - s while stage 0 works on block i, so blocks whose
/// numbers are equal modulo the number of stages may share memory. On one thread: one after the other.
void run_pipeline(std::size_t n_blocks, std::span<const Stage> stages, base::Pool& pool);

}  // namespace solemn::setup
