// solemn keys: the key ceremony. The groups of verbs, in the order of the help.
#include "cli/keys_verbs.hpp"

namespace solemn::cli {

std::vector<Command> keys_commands() {
  std::vector<Command> all;
  for (std::vector<Command> (*group)() : {keys_plan_commands, keys_machine_commands, keys_threshold_commands,
                                          keys_life_commands, keys_rotation_commands}) {
    for (Command& command : group()) all.push_back(std::move(command));
  }
  return all;
}

}  // namespace solemn::cli
