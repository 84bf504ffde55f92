#pragma once
// What the files of `solemn keys run` share.
#include <deque>

#include "cli/screen.hpp"
#include "cli/ui.hpp"
#include "keys/certificate.hpp"
#include "keys/environment.hpp"
#include "keys/inventory.hpp"
#include "keys/record.hpp"
#include "keys/session.hpp"

namespace solemn::cli {

/// Of the record: members sorted (cli::Json keeps them as they come).
using RecordJson = transcript::Json;

struct RunOptions {
  keys::CeremonyFolder folder;
  bool drill = false;
  base::Path private_folder;  // keys and memories of the people: stays with them
  base::Path papers;          // for the printer: removed in the end
  base::Path machine = "/";   // proc/ and sys/ of the machine that is looked at
  std::optional<std::string> binary_sha256;
  std::string continues;  // origin of an aborted ceremony
  std::string label;
  paper::PageSize paper_size = paper::PageSize::a4;
  sign::OpenOptions keys;  // of brought ones
};

/// A key of an earlier ceremony that is being recovered.
struct Recovery {
  keys::Inventory inventory;
  std::string key;  // its id
  sharing::SetFile file;
  std::vector<sharing::Share> shares;  // of the custodians, until they are forgotten
};

/// Everything that is at hand while the ceremony runs.
struct Stage {
  Screen& screen;
  const RunOptions& options;
  const keys::Script& script;
  const keys::People& people;
  const keys::Keyring& keyring;
  keys::CeremonyRecord& record;
  keys::EnvironmentWatch& watch;
  std::optional<keys::KeySession> session;
  std::optional<Recovery> recovery;
  bool secrets_here = false;              // a step that handles secrets was begun since the program started
  std::deque<keys::Incident> unrecorded;  // seen by the watch, not yet in the record

  const keys::Person& coordinator() const { return *people.with_role("coordinator").front(); }
  sign::Signer& signer_of(const keys::Person& person) const { return *keyring.at(&person); }
  keys::PlanFacts facts() const;
  /// The head of every page: ceremony, phase, time. slot null: before and after.
  std::vector<std::string> head(const keys::Slot* slot) const;
  /// Signed by that person, after the incidents that were seen meanwhile.
  void append(std::string_view type, RecordJson body, const keys::Person& person);
  /// Seen by the program; signed by the coordinator.
  void incident(const std::string& text, const std::string& step);
};

/// What the program's part of a step came to.
struct ActionResult {
  RecordJson result = RecordJson::object();  // public
  bool good = true;                          // false: not done; again, or a deviation
};
using Action = ActionResult (*)(Stage& stage, const keys::Slot& slot);
/// REQUIRES: keys::is_known_action(name).
Action action_named(std::string_view name);

// The groups of actions; null for names that are not of the group.
Action machine_action(std::string_view name);
Action key_action(std::string_view name);
Action share_action(std::string_view name);
Action record_action(std::string_view name);
Action backup_action(std::string_view name);
Action cleanup_action(std::string_view name);
Action recovery_action(std::string_view name);

/// Shows a verdict on the page, and gives it as JSON for the result: [{"detail", "outcome", "rule"}].
RecordJson show_verdict(Screen& screen, const base::Verdict& verdict);
/// {"bytes", "name", "sha256"} of a file of the bundle, by its name in the folder.
RecordJson file_fact(const keys::CeremonyFolder& folder, const base::Path& file);
/// The keys must be in memory: Error{internal} otherwise, because the script's order was checked.
keys::KeySession& session_of(Stage& stage);
/// Shows a hash in groups and words; the person at the machine types its last word when all have compared it.
void read_aloud(Screen& screen, std::string_view label, base::ByteSpan digest);
/// A file of the bundle, written and named in the result.
void write_in_bundle(Stage& stage, ActionResult& done, const std::string& name, base::ByteSpan bytes);
/// Until it is a folder that is there. In a drill Enter takes `otherwise`, which is `called`.
base::Path ask_folder(const Stage& stage, const std::string& prompt, const base::Path& otherwise,
                      const std::string& called);
/// Until something printable was typed.
std::string ask_text(Screen& screen, const std::string& prompt);
/// The codes on the pictures of a file or folder, in guarded memory.
std::vector<sign::SecretText> scanned_codes(const base::Path& place);
/// The lines of these sheets ("maintainer-1, share 2"), typed by their custodian where there is no scanner.
std::vector<sign::SecretText> typed_sheets(Screen& screen, const std::vector<std::string>& sheets);
/// Until somebody types "yes".
void accept(Screen& screen, std::string_view question);

/// Everybody's signing key: made here at the first use, or brought; opened with the own passphrase.
keys::Keyring open_keyring(Screen& screen, const keys::Script& script, const keys::People& people,
                           const RunOptions& options);
/// From the first step that is not done to the end, or until somebody stops. Returns the exit status.
int conduct(Stage& stage);

}  // namespace solemn::cli
