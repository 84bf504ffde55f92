#pragma once
// What several verbs share: options of the same meaning everywhere, beacons, claimed names.

#include "cli/command.hpp"
#include "cli/drand.hpp"
#include "cli/ui.hpp"
#include "format/ptau.hpp"
#include "setup/context.hpp"

namespace solemn::cli {

inline const Option kEntropyOption{
    "--entropy", "FILE", "more randomness from a file, or - for stdin (never the only source)", false, Kind::file};
inline const Option kTypeEntropyOption{"--type-entropy", "",
                                       "ask for a random text at the terminal, not shown (never the only source)"};
inline const Option kTokenEntropyOption{"--entropy-token", "KEY",
                                        "more randomness from the token that holds this key (pkcs11:...)"};
inline const Option kDiceOption{"--dice", "FILE", "throws of a die from a file, or - for stdin: digits 1 to 6", false,
                                Kind::file};
inline const Option kTestBeaconOption{"--insecure-test-beacon", "",
                                      "accept beacon values that everybody knows; for tests only"};
inline const Option kTestKeyOption{"--insecure-test-key", "",
                                   "accept a key without phase 2; for tests only, and stamped where the format allows"};

inline const Option kNowOption{"--now", "TIME",
                               "judge dates by this time, 2026-01-31T12:00:00Z (default: this machine's clock)"};
/// --now, or the clock; Unix seconds. Throws Error{usage}.
std::uint64_t now_option(const Arguments& arguments);

std::vector<Option> beacon_options();
/// A beacon step and how the record calls it.
struct BeaconStep {
  setup::Beacon value;
  std::string name;
};
/// --drand FILE | --value HEX, --iterations-exp K, --name NAME. A drand file is verified. Throws Error{usage}, and
/// Error{rejected} for a file that does not verify.
BeaconStep beacon_from(const Arguments& arguments, Ui& ui);
setup::TestBeacon beacon_policy(const Arguments& arguments, Ui& ui);

/// "1 step", "3 steps"
std::string steps_text(std::size_t n_steps);
/// A path for people: 'name', control characters and the like escaped.
std::string quoted(const base::Path& path);
/// A path as a shell takes it, for commands that are proposed: name, 'two words', $'odd\x1bname'.
std::string shell_word(const base::Path& path);

/// "contribution, claimed by 'Alice'" and the same for JSON.
std::string claimed_text(const format::ClaimedParams& claimed);
Json claimed_json(const format::ClaimedParams& claimed);

}  // namespace solemn::cli
