// solemn keys: the key ceremony. The groups of verbs, in the order of the help.
#include "cli/keys_verbs.hpp"

namespace solemn::cli {

std::vector<Command> keys_commands() {
  std::vector<Command> all;
  for (std::vector<Command> (*group)() :
       {keys_plan_commands, keys_run_commands, keys_show_commands, keys_matrix_commands, keys_new_commands,
        keys_share_commands, keys_recover_commands, keys_seed_commands, keys_machine_commands, keys_threshold_commands,
        keys_life_commands, keys_rotation_commands, keys_audit_shares_commands, keys_recovery_commands,
        keys_paper_commands, keys_backup_commands}) {
    for (Command& command : group()) all.push_back(std::move(command));
  }
  return all;
}

}  // namespace solemn::cli
