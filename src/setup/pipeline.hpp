#pragma once
// Stages that work on neighbouring blocks side by side: reading, arithmetic, hashing and writing.
#include <cstddef>
#include <functional>
#include <span>

#include "base/pool.hpp"

namespace solemn::setup {

using Stage = std::function<void(std::size_t block)>;
/// Every stage sees every block, in order, each on a thread of its own: stage s takes a block once stage s - 1 has done
/// it, and stage 0 takes block i once the last stage has done block i - n, n the number of stages, so blocks whose
/// numbers are equal modulo n may share memory. The first exception of a stage is rethrown here, when all have stopped.
/// On one thread, or when the system gives none: one block after the other.
void run_pipeline(std::size_t n_blocks, std::span<const Stage> stages, base::Pool& pool);

}  // namespace solemn::setup
