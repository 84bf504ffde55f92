#pragma once
// What the files of `solemn keys` share. Each group of verbs is one file with one list of commands; keys.cpp puts the
// lists together.
#include "cli/secrets.hpp"
#include "cli/verbs.hpp"
#include "keys/inventory.hpp"
#include "keys/people.hpp"

namespace solemn::cli {

std::vector<Command> keys_plan_commands();
std::vector<Command> keys_run_commands();
std::vector<Command> keys_show_commands();
std::vector<Command> keys_matrix_commands();
std::vector<Command> keys_new_commands();
std::vector<Command> keys_share_commands();
std::vector<Command> keys_recover_commands();
std::vector<Command> keys_seed_commands();
std::vector<Command> keys_machine_commands();
std::vector<Command> keys_paper_commands();
std::vector<Command> keys_backup_commands();
std::vector<Command> keys_threshold_commands();
std::vector<Command> keys_life_commands();
std::vector<Command> keys_rotation_commands();
std::vector<Command> keys_audit_shares_commands();
std::vector<Command> keys_recovery_commands();

/// script.json and participants.json of a ceremony, with the file's name in what is thrown.
keys::Script parse_script_file(const base::Path& file, std::string_view text);
keys::People parse_people_file(const base::Path& file, std::string_view text);

/// A record in order, and the inventory that its entries make. Throws Error{malformed} when the record is not in order,
/// Error{rejected} when its root key is not that of --root-key.
struct OpenInventory {
  transcript::Contents contents;
  keys::Inventory inventory;
  std::uint64_t last_time = 0;  // of the record's entries
  base::Verdict verdict;        // of the inventory's rules, and of dates
};
OpenInventory open_inventory(const Arguments& arguments);
/// Signs and appends an entry with --sign-key, after the inventory took it. Throws Error{refused} naming the rule.
void append_to_inventory(std::string_view type, transcript::Json body, const Arguments& arguments, Ui& ui);
/// --time, or the clock.
std::string time_text_from(const Arguments& arguments);
std::int64_t now_from(const Arguments& arguments);

inline const Positional kRecordArgument{"DIR", "the folder of the record"};
inline const Option kInventorySignOption{"--sign-key", "KEY", "the coordinator's or root's key: a file or a URI", true,
                                         Kind::file};
inline const Option kTimeOption{"--time", "TIME", "instead of the clock: 2026-01-31T12:00:00Z"};
inline const Option kSetOption{"--set", "FILE", "the public share set, NAME.set.json", false, Kind::file};
inline const Option kReplaceableRootOption{"--root-key", "PUB", "the record must be of this root key", false,
                                           Kind::file};

}  // namespace solemn::cli
