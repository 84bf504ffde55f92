#pragma once
// A key ceremony as data: who takes part, what is made, and every step in its order. JSON "solemn.keys.script/1";
// docs/key-ceremony.md. Nothing here does anything: progress.hpp says what may happen next, cli/ does it.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/verdict.hpp"
#include "transcript/canonical_json.hpp"

namespace solemn::keys {

enum class StepKind : std::uint8_t {
  attest,      // somebody says that it is so
  measure,     // something is read off and written down
  generate,    // keys come into being
  distribute,  // shares go to people
  verify,      // something is checked, by a program or by eye
  backup,
  document,
  destroy,
};
std::string_view name(StepKind kind) noexcept;

/// The role of whoever is there, for steps that everybody performs.
inline constexpr std::string_view kEveryone = "everyone";

struct Role {
  std::string id, title, duty;
  unsigned at_least = 0, at_most = 0;  // people
};
/// Nobody has both roles.
struct Separation {
  std::string one, other;
};
/// A question that the procedure leaves open. It is put to the coordinator in the ceremony; the answer is recorded.
struct PolicyQuestion {
  std::string id, question;
  std::string reason;  // what the procedure says, and why that is not enough
  struct Choice {
    std::string id, text;
  };
  std::vector<Choice> choices;
  std::string proposed;  // one of them
};
/// True when that choice was made.
struct Condition {
  std::string policy, choice;
};

/// A key to be made and shared.
struct ScriptKey {
  std::string name;  // "maintainer-1": of files and sets
  std::string type;  // "seed", "maintainer", "nostr", "anchor", "server"
  std::string title;
  std::optional<Condition> when;
};

/// Something that people read off and the record keeps.
struct Measure {
  std::string id, prompt;
};
/// How a step may be left undone. The auditor must sign it too.
struct Deviation {
  std::string text;
  bool drill_only = false;
};

struct Step {
  std::string id, text, performer;
  StepKind kind = StepKind::attest;
  unsigned witnesses = 0;
  bool each = false;     // once by everybody who has the role, in the order of the participants
  bool secrets = false;  // the keys are in memory during this step: after a crash they are made anew
  std::string action;    // what the program does, one of known_actions(); empty: nothing
  std::optional<Condition> when;
  std::vector<Measure> measures;
  std::vector<Deviation> deviations;
};
struct Phase {
  std::string id, title;
  unsigned minutes = 0;  // 0: no budget
  std::vector<Step> steps;
};
/// A line of the procedure's checklist: done when all its steps are.
struct CheckItem {
  std::string text;
  std::vector<std::string> steps;
};

struct Script {
  std::string title;
  std::vector<Role> roles;
  std::vector<Separation> separation;
  unsigned threshold = 0, shares = 0;  // of every key
  std::vector<PolicyQuestion> policies;
  std::vector<ScriptKey> keys;
  std::vector<Phase> phases;
  std::vector<CheckItem> checklist;

  const Role* role(std::string_view id) const noexcept;
  const PolicyQuestion* policy(std::string_view id) const noexcept;
  const Step* step(std::string_view id) const noexcept;
  std::size_t n_steps() const noexcept;
};

/// What the program can do in a step; a script that names another is refused.
bool is_known_action(std::string_view action) noexcept;

/// Strict: no unknown member, none twice. Throws Error{malformed} naming the place. What is read may still be no sound
/// ceremony: check_script().
Script parse_script(std::string_view json);
transcript::Json script_json(const Script& script);
/// Indented, for people to edit; parse_script() reads it back.
std::string write_script(const Script& script);

/// Rules: script-ids, script-roles, script-separation, script-sharing, script-policies, script-keys, script-steps,
/// script-witnesses, script-secrets, script-budgets, script-checklist.
base::Verdict check_script(const Script& script);

/// The shipped procedure: seven custodians, three to five witnesses, shares of 3 of 5 (docs/key-ceremony.md).
std::string_view default_script_text() noexcept;

}  // namespace solemn::keys
