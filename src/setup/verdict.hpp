#pragma once
// Verdicts under the names that this folder uses: see base/verdict.hpp.
#include "base/verdict.hpp"

namespace solemn::setup {

using base::Check;
using base::Outcome;
using base::Verdict;

}  // namespace solemn::setup
