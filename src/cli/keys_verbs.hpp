#pragma once
// What the files of `solemn keys` share. Each group of verbs is one file with one list of commands; keys.cpp puts the
// lists together.
#include "cli/secrets.hpp"
#include "cli/verbs.hpp"

namespace solemn::cli {

std::vector<Command> keys_plan_commands();
std::vector<Command> keys_machine_commands();
std::vector<Command> keys_threshold_commands();

}  // namespace solemn::cli
