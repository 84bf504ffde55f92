// What makes a script a sound ceremony.
#include <algorithm>
#include <set>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "keys/script.hpp"

namespace solemn::keys {

namespace {

using Problems = std::vector<std::string>;

void add(base::Verdict& verdict, std::string_view rule, const Problems& problems, std::string detail) {
  std::string all;
  for (const std::string& problem : problems) all += (all.empty() ? "" : "; ") + problem;
  verdict.add(rule, problems.empty(), problems.empty() ? std::move(detail) : all);
}

std::string in_quotes(std::string_view id) { return "'" + base::printable(id) + "'"; }

bool is_id(std::string_view id) {
  const bool letters =
      std::ranges::all_of(id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  return letters && !id.empty() && id.front() != '-' && id.back() != '-';
}

void require_ids(Problems& problems, const std::vector<std::string>& ids, const std::string& what) {
  std::set<std::string> seen;
  for (const std::string& id : ids) {
    if (!is_id(id)) problems.push_back(what + " " + in_quotes(id) + ": lower-case letters, digits and hyphens only");
    if (!seen.insert(id).second) problems.push_back(what + " " + in_quotes(id) + " occurs twice");
  }
}

std::vector<const Step*> all_steps(const Script& script) {
  std::vector<const Step*> steps;
  for (const Phase& phase : script.phases) {
    for (const Step& step : phase.steps) steps.push_back(&step);
  }
  return steps;
}

void check_ids(base::Verdict& verdict, const Script& script) {
  Problems problems;
  std::vector<std::string> roles, policies, keys, phases, steps;
  for (const Role& role : script.roles) roles.push_back(role.id);
  for (const PolicyQuestion& policy : script.policies) policies.push_back(policy.id);
  for (const ScriptKey& key : script.keys) keys.push_back(key.name);
  for (const Phase& phase : script.phases) phases.push_back(phase.id);
  for (const Step* step : all_steps(script)) steps.push_back(step->id);
  require_ids(problems, roles, "role");
  require_ids(problems, policies, "policy");
  require_ids(problems, keys, "key");
  require_ids(problems, phases, "phase");
  require_ids(problems, steps, "step");
  add(verdict, "script-ids", problems, std::to_string(steps.size()) + " steps");
}

void check_roles(base::Verdict& verdict, const Script& script) {
  Problems problems;
  for (const char* id : {"coordinator", "auditor"}) {
    const Role* role = script.role(id);
    if (role == nullptr || role->at_least != 1 || role->at_most != 1)
      problems.push_back("there is not exactly one " + std::string(id));
  }
  const Role* witness = script.role("witness");
  if (witness == nullptr || witness->at_least < 2) problems.push_back("there are fewer than two witnesses");
  for (const Role& role : script.roles) {
    if (role.at_least > role.at_most) problems.push_back("role " + in_quotes(role.id) + ": at_least is above at_most");
    if (role.id == kEveryone) problems.push_back("'everyone' is no role of its own");
  }
  add(verdict, "script-roles", problems, std::to_string(script.roles.size()) + " roles");
}

bool separated(const Script& script, std::string_view a, std::string_view b) {
  return std::ranges::any_of(script.separation, [&](const Separation& pair) {
    return (pair.one == a && pair.other == b) || (pair.one == b && pair.other == a);
  });
}

void check_separation(base::Verdict& verdict, const Script& script) {
  Problems problems;
  for (const Separation& pair : script.separation) {
    for (const std::string& id : {pair.one, pair.other}) {
      if (script.role(id) == nullptr) problems.push_back("there is no role " + in_quotes(id));
    }
    if (pair.one == pair.other) problems.push_back(in_quotes(pair.one) + " cannot be separated from itself");
  }
  const auto want = [&](std::string_view a, std::string_view b) {
    if (script.role(a) == nullptr || script.role(b) == nullptr || separated(script, a, b)) return;
    problems.push_back(std::string(a) + " and " + std::string(b) + " must be different people");
  };
  want("coordinator", "auditor");
  want("facilitator", "custodian");
  for (const char* role : {"coordinator", "auditor", "facilitator", "custodian"}) want("witness", role);
  add(verdict, "script-separation", problems, std::to_string(script.separation.size()) + " pairs");
}

void check_sharing(base::Verdict& verdict, const Script& script) {
  Problems problems;
  const unsigned t = script.threshold, n = script.shares;
  if (t < 2) problems.push_back("a threshold of " + std::to_string(t) + " gives one person the keys");
  if (t > n) problems.push_back("the threshold is above the number of shares");
  if (n > 16) problems.push_back("more than 16 shares");
  const Role* custodian = script.role("custodian");
  if (!script.keys.empty() && (custodian == nullptr || custodian->at_least < n))
    problems.push_back("there are fewer custodians than shares: somebody would hold two of one key");
  add(verdict, "script-sharing", problems, std::to_string(t) + " of " + std::to_string(n));
}

void check_condition(Problems& problems, const Script& script, const std::optional<Condition>& when,
                     const std::string& what) {
  if (!when) return;
  const PolicyQuestion* policy = script.policy(when->policy);
  if (policy == nullptr)
    return problems.push_back(what + " depends on the policy " + in_quotes(when->policy) + ", which is none");
  if (std::ranges::find(policy->choices, when->choice, &PolicyQuestion::Choice::id) == policy->choices.end())
    problems.push_back(what + " depends on the choice " + in_quotes(when->choice) + ", which is none of " + policy->id);
}

void check_policies(base::Verdict& verdict, const Script& script) {
  Problems problems;
  for (const PolicyQuestion& policy : script.policies) {
    if (policy.choices.size() < 2) problems.push_back("policy " + in_quotes(policy.id) + " leaves no choice");
    std::vector<std::string> ids;
    for (const auto& choice : policy.choices) ids.push_back(choice.id);
    require_ids(problems, ids, "a choice of " + policy.id);
    if (std::ranges::find(ids, policy.proposed) == ids.end())
      problems.push_back("policy " + in_quotes(policy.id) + " proposes what is no choice");
  }
  bool asked = false, twice = false;
  for (const Step* step : all_steps(script)) {
    check_condition(problems, script, step->when, "step " + in_quotes(step->id));
    if (step->when && !asked)
      problems.push_back("step " + in_quotes(step->id) + " depends on a policy before it was asked");
    twice = twice || (asked && step->action == "policies");
    asked = asked || step->action == "policies";
    if (step->action == "policies" && (step->each || !step->deviations.empty()))
      problems.push_back("step " + in_quotes(step->id) + ": policies are decided once, and cannot be left out");
  }
  for (const ScriptKey& key : script.keys) check_condition(problems, script, key.when, "key " + in_quotes(key.name));
  if (twice) problems.push_back("policies are asked twice");
  if (!script.policies.empty() && !asked) problems.push_back("no step asks the policies");
  add(verdict, "script-policies", problems, std::to_string(script.policies.size()) + " questions");
}

void check_keys(base::Verdict& verdict, const Script& script) {
  Problems problems;
  for (const ScriptKey& key : script.keys) {
    if (std::ranges::none_of(std::initializer_list<std::string_view>{"seed", "maintainer", "nostr", "anchor", "server"},
                             [&](std::string_view type) { return type == key.type; }))
      problems.push_back("key " + in_quotes(key.name) + " is of type " + in_quotes(key.type) + ", which is none");
  }
  const auto maintainers =
      static_cast<std::size_t>(std::ranges::count(script.keys, std::string("maintainer"), &ScriptKey::type));
  const Role* custodian = script.role("custodian");
  if (custodian != nullptr && maintainers > custodian->at_most)
    problems.push_back("there are more maintainer keys than custodians to use them");
  add(verdict, "script-keys", problems, std::to_string(script.keys.size()) + " keys");
}

void check_steps(base::Verdict& verdict, const Script& script) {
  Problems problems;
  for (const Phase& phase : script.phases) {
    if (phase.steps.empty()) problems.push_back("phase " + in_quotes(phase.id) + " has no steps");
  }
  for (const Step* step : all_steps(script)) {
    if (step->performer != kEveryone && script.role(step->performer) == nullptr)
      problems.push_back("step " + in_quotes(step->id) + ": there is no role " + in_quotes(step->performer));
    if (step->performer == kEveryone && !step->each)
      problems.push_back("step " + in_quotes(step->id) + ": what everyone does, each does");
    if (!step->deviations.empty() && (step->performer == "auditor" || step->performer == kEveryone))
      problems.push_back("step " + in_quotes(step->id) + ": nobody approves a deviation of the auditor");
    if (!step->action.empty() && !is_known_action(step->action))
      problems.push_back("step " + in_quotes(step->id) + ": no action is called " + in_quotes(step->action));
    std::vector<std::string> ids;
    for (const Measure& measure : step->measures) ids.push_back(measure.id);
    require_ids(problems, ids, "a measure of " + step->id);
  }
  if (script.phases.empty()) problems.push_back("there are no phases");
  add(verdict, "script-steps", problems, std::to_string(script.phases.size()) + " phases");
}

void check_witnesses(base::Verdict& verdict, const Script& script) {
  Problems problems;
  const Role* witness = script.role("witness");
  const unsigned present = witness == nullptr ? 0 : witness->at_least;
  for (const Step* step : all_steps(script)) {
    const unsigned others = step->performer == "witness" || step->performer == kEveryone ? present - 1 : present;
    if (step->witnesses > others) {
      problems.push_back("step " + in_quotes(step->id) + " needs " + std::to_string(step->witnesses) + " witnesses; " +
                         std::to_string(others) + " are sure to be there");
    }
    if (step->secrets && step->witnesses == 0)
      problems.push_back("step " + in_quotes(step->id) + " handles secrets without a witness");
    if (step->kind == StepKind::generate && step->witnesses < 2)
      problems.push_back("step " + in_quotes(step->id) + " generates keys with fewer than two witnesses");
  }
  add(verdict, "script-witnesses", problems, "enough for every step");
}

/// After a crash the whole range is done again, so it must be one range, and nothing in it may wait for days.
void check_secrets(base::Verdict& verdict, const Script& script) {
  Problems problems;
  bool begun = false, over = false;
  for (const Step* step : all_steps(script)) {
    if (step->secrets && over)
      problems.push_back("step " + in_quotes(step->id) + " handles secrets again after they were gone");
    over = over || (begun && !step->secrets);
    begun = begun || step->secrets;
    if (step->kind == StepKind::generate && !step->secrets)
      problems.push_back("step " + in_quotes(step->id) + " generates keys and is not marked as handling secrets");
  }
  add(verdict, "script-secrets", problems, begun ? "one range of steps" : "no step handles secrets");
}

void check_budgets(base::Verdict& verdict, const Script& script) {
  Problems problems;
  unsigned total = 0;
  for (const Phase& phase : script.phases) {
    total += phase.minutes;
    if (phase.minutes > 24 * 60) problems.push_back("phase " + in_quotes(phase.id) + " is longer than a day");
  }
  add(verdict, "script-budgets", problems, std::to_string(total) + " minutes");
}

void check_checklist(base::Verdict& verdict, const Script& script) {
  Problems problems;
  for (const CheckItem& item : script.checklist) {
    if (item.steps.empty()) problems.push_back(in_quotes(item.text) + " has no steps");
    for (const std::string& id : item.steps) {
      if (script.step(id) == nullptr) problems.push_back(in_quotes(item.text) + ": there is no step " + in_quotes(id));
    }
  }
  for (const Step* step : all_steps(script)) {
    if (std::ranges::none_of(script.checklist, [&](const CheckItem& item) {
          return std::ranges::find(item.steps, step->id) != item.steps.end();
        }))
      problems.push_back("step " + in_quotes(step->id) + " is on no line of the checklist");
  }
  add(verdict, "script-checklist", problems, std::to_string(script.checklist.size()) + " lines");
}

}  // namespace

base::Verdict check_script(const Script& script) {
  base::Verdict verdict;
  check_ids(verdict, script);
  check_roles(verdict, script);
  check_separation(verdict, script);
  check_sharing(verdict, script);
  check_policies(verdict, script);
  check_keys(verdict, script);
  check_steps(verdict, script);
  check_witnesses(verdict, script);
  check_secrets(verdict, script);
  check_budgets(verdict, script);
  check_checklist(verdict, script);
  return verdict;
}

}  // namespace solemn::keys
