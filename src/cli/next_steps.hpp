#pragma once
// What to do about a verdict that is not good.
#include <string>
#include <string_view>

#include "base/verdict.hpp"

namespace solemn::cli {

/// One sentence or command for the first check that did not pass, failed ones before those that were not run; empty for
/// an accepted verdict. subject: what the verdict is about, in quotes.
std::string next_step(const base::Verdict& verdict, std::string_view subject);

}  // namespace solemn::cli
