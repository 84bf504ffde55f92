#include "keys/script.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace solemn::keys {

using transcript::array_of;
using transcript::Json;
using transcript::name_of;
using transcript::number_of;
using transcript::object_of;
using transcript::string_of;

namespace {

constexpr std::string_view kSchema = "solemn.keys.script/1";
constexpr std::size_t kLongestText = 1000, kMostItems = 200;

constexpr std::array<std::string_view, 8> kKinds = {"attest", "measure", "generate", "distribute",
                                                    "verify", "backup",  "document", "destroy"};

constexpr std::array<std::string_view, 37> kActions = {
    "policies",        "environment",    "selftest",       "read-script",      "dice",
    "devices-entropy", "master-seed",    "maintainers",    "nostr-key",        "anchor-key",
    "github-import",   "server-key",     "check-keys",     "read-keys",        "matrix",
    "split",           "rehearse",       "print",          "verify-shares",    "backup",
    "hsm-backup",      "revocations",    "cross-check",    "forget",           "inventory",
    "clean-up",        "residue",        "media",          "equipment",        "destruction",
    "certificate",     "recovery-key",   "recovery-share", "recovery-rebuild", "recovery-independent",
    "recovery-forget", "recovery-report"};

[[noreturn]] void bad(const std::string& what) {
  throw base::Error(base::Code::malformed, what, "see the shipped script: solemn keys plan DIR, then DIR/script.json");
}

const std::string& text_of(const Json& json, const std::string& what) { return name_of(json, what, kLongestText); }

unsigned small_number(const Json& json, const std::string& what) {
  const std::uint64_t number = number_of(json, what);
  if (number > 10000) bad(what + " is above 10000");
  return static_cast<unsigned>(number);
}

bool flag_of(const Json& object, const char* member, const std::string& what) {
  if (!object.contains(member)) return false;
  if (!object[member].is_boolean()) bad(what + ": '" + member + "' is not true or false");
  return object[member].get<bool>();
}

std::optional<Condition> condition_of(const Json& object, const std::string& what) {
  if (!object.contains("when")) return std::nullopt;
  const Json& when = object_of(object["when"], what + ": when", {"choice", "policy"});
  return Condition{text_of(when["policy"], what + ": policy"), text_of(when["choice"], what + ": choice")};
}

StepKind kind_of(const Json& json, const std::string& what) {
  const std::string& word = string_of(json, what + ": kind");
  const auto* found = std::ranges::find(kKinds, word);
  if (found == kKinds.end()) bad(what + ": kind '" + base::printable(word) + "' is none");
  return static_cast<StepKind>(found - kKinds.begin());
}

Role role_of(const Json& json) {
  object_of(json, "a role", {"at_least", "at_most", "duty", "id", "title"});
  const std::string id = name_of(json["id"], "a role's id", 40);
  return {id, text_of(json["title"], "role " + id + ": title"), text_of(json["duty"], "role " + id + ": duty"),
          small_number(json["at_least"], "role " + id + ": at_least"),
          small_number(json["at_most"], "role " + id + ": at_most")};
}

PolicyQuestion policy_of(const Json& json) {
  object_of(json, "a policy", {"choices", "id", "proposed", "question", "reason"});
  PolicyQuestion policy;
  policy.id = name_of(json["id"], "a policy's id", 40);
  const std::string what = "policy " + policy.id;
  policy.question = text_of(json["question"], what + ": question");
  policy.reason = text_of(json["reason"], what + ": reason");
  policy.proposed = text_of(json["proposed"], what + ": proposed");
  for (const Json& item : array_of(json["choices"], what + ": choices", 10)) {
    object_of(item, what + ": a choice", {"id", "text"});
    policy.choices.push_back(
        {name_of(item["id"], what + ": a choice's id", 40), text_of(item["text"], what + ": text")});
  }
  return policy;
}

ScriptKey key_of(const Json& json) {
  object_of(json, "a key", {"name", "title", "type"}, {"when"});
  const std::string name = name_of(json["name"], "a key's name", 40);
  return {name, text_of(json["type"], "key " + name + ": type"), text_of(json["title"], "key " + name + ": title"),
          condition_of(json, "key " + name)};
}

Step step_of(const Json& json) {
  object_of(json, "a step", {"id", "kind", "performer", "text", "witnesses"},
            {"action", "deviations", "each", "measures", "secrets", "when"});
  Step step;
  step.id = name_of(json["id"], "a step's id", 40);
  const std::string what = "step " + step.id;
  step.text = text_of(json["text"], what + ": text");
  step.performer = text_of(json["performer"], what + ": performer");
  step.kind = kind_of(json["kind"], what);
  step.witnesses = small_number(json["witnesses"], what + ": witnesses");
  step.each = flag_of(json, "each", what);
  step.secrets = flag_of(json, "secrets", what);
  if (json.contains("action")) step.action = text_of(json["action"], what + ": action");
  step.when = condition_of(json, what);
  if (json.contains("measures")) {
    for (const Json& item : array_of(json["measures"], what + ": measures", 20)) {
      object_of(item, what + ": a measure", {"id", "prompt"});
      step.measures.push_back(
          {name_of(item["id"], what + ": a measure's id", 40), text_of(item["prompt"], what + ": prompt")});
    }
  }
  if (json.contains("deviations")) {
    for (const Json& item : array_of(json["deviations"], what + ": deviations", 20)) {
      object_of(item, what + ": a deviation", {"text"}, {"drill_only"});
      step.deviations.push_back({text_of(item["text"], what + ": a deviation"), flag_of(item, "drill_only", what)});
    }
  }
  return step;
}

Phase phase_of(const Json& json) {
  object_of(json, "a phase", {"id", "minutes", "steps", "title"});
  Phase phase;
  phase.id = name_of(json["id"], "a phase's id", 40);
  phase.title = text_of(json["title"], "phase " + phase.id + ": title");
  phase.minutes = small_number(json["minutes"], "phase " + phase.id + ": minutes");
  for (const Json& item : array_of(json["steps"], "phase " + phase.id + ": steps", kMostItems))
    phase.steps.push_back(step_of(item));
  return phase;
}

CheckItem check_item_of(const Json& json) {
  object_of(json, "a line of the checklist", {"steps", "text"});
  CheckItem item{text_of(json["text"], "a line of the checklist"), {}};
  for (const Json& step : array_of(json["steps"], "checklist: steps", kMostItems))
    item.steps.push_back(text_of(step, "checklist: a step"));
  return item;
}

Json when_json(Json json, const std::optional<Condition>& when) {
  if (when) json["when"] = {{"choice", when->choice}, {"policy", when->policy}};
  return json;
}

Json step_json(const Step& step) {
  Json json = {{"id", step.id},
               {"kind", name(step.kind)},
               {"performer", step.performer},
               {"text", step.text},
               {"witnesses", step.witnesses}};
  if (!step.action.empty()) json["action"] = step.action;
  if (step.each) json["each"] = true;
  if (step.secrets) json["secrets"] = true;
  for (const Measure& measure : step.measures)
    json["measures"].push_back({{"id", measure.id}, {"prompt", measure.prompt}});
  for (const Deviation& deviation : step.deviations) {
    Json item = {{"text", deviation.text}};
    if (deviation.drill_only) item["drill_only"] = true;
    json["deviations"].push_back(std::move(item));
  }
  return when_json(std::move(json), step.when);
}

}  // namespace

std::string_view name(StepKind kind) noexcept { return kKinds[static_cast<std::size_t>(kind)]; }

bool is_known_action(std::string_view action) noexcept { return std::ranges::find(kActions, action) != kActions.end(); }

const Role* Script::role(std::string_view id) const noexcept {
  const auto found = std::ranges::find(roles, id, &Role::id);
  return found == roles.end() ? nullptr : &*found;
}

const PolicyQuestion* Script::policy(std::string_view id) const noexcept {
  const auto found = std::ranges::find(policies, id, &PolicyQuestion::id);
  return found == policies.end() ? nullptr : &*found;
}

const Step* Script::step(std::string_view id) const noexcept {
  for (const Phase& phase : phases) {
    const auto found = std::ranges::find(phase.steps, id, &Step::id);
    if (found != phase.steps.end()) return &*found;
  }
  return nullptr;
}

std::size_t Script::n_steps() const noexcept {
  std::size_t n = 0;
  for (const Phase& phase : phases) n += phase.steps.size();
  return n;
}

Script parse_script(std::string_view text) {
  const Json json = transcript::parse_json(text);
  object_of(json, "the script",
            {"checklist", "keys", "phases", "policies", "roles", "schema", "separation", "sharing", "title"});
  if (string_of(json["schema"], "schema") != kSchema) bad("the script is not of schema " + std::string(kSchema));
  const Json& sharing = object_of(json["sharing"], "sharing", {"shares", "threshold"});
  Script script;
  script.title = text_of(json["title"], "title");
  script.threshold = small_number(sharing["threshold"], "threshold");
  script.shares = small_number(sharing["shares"], "shares");
  for (const Json& item : array_of(json["roles"], "roles", kMostItems)) script.roles.push_back(role_of(item));
  for (const Json& item : array_of(json["separation"], "separation", kMostItems)) {
    const Json& pair = array_of(item, "a separation", 2);
    if (pair.size() != 2) bad("a separation is not of two roles");
    script.separation.push_back({text_of(pair[0], "a separated role"), text_of(pair[1], "a separated role")});
  }
  for (const Json& item : array_of(json["policies"], "policies", 20)) script.policies.push_back(policy_of(item));
  for (const Json& item : array_of(json["keys"], "keys", 64)) script.keys.push_back(key_of(item));
  for (const Json& item : array_of(json["phases"], "phases", 20)) script.phases.push_back(phase_of(item));
  for (const Json& item : array_of(json["checklist"], "checklist", 50)) script.checklist.push_back(check_item_of(item));
  return script;
}

Json script_json(const Script& script) {
  Json json = {{"schema", kSchema},
               {"title", script.title},
               {"sharing", {{"shares", script.shares}, {"threshold", script.threshold}}}};
  for (const char* list : {"roles", "separation", "policies", "keys", "phases", "checklist"})
    json[list] = Json::array();
  for (const Role& role : script.roles) {
    json["roles"].push_back({{"at_least", role.at_least},
                             {"at_most", role.at_most},
                             {"duty", role.duty},
                             {"id", role.id},
                             {"title", role.title}});
  }
  for (const Separation& pair : script.separation) json["separation"].push_back(Json::array({pair.one, pair.other}));
  for (const PolicyQuestion& policy : script.policies) {
    Json choices = Json::array();
    for (const auto& choice : policy.choices) choices.push_back({{"id", choice.id}, {"text", choice.text}});
    json["policies"].push_back({{"choices", std::move(choices)},
                                {"id", policy.id},
                                {"proposed", policy.proposed},
                                {"question", policy.question},
                                {"reason", policy.reason}});
  }
  for (const ScriptKey& key : script.keys)
    json["keys"].push_back(when_json({{"name", key.name}, {"title", key.title}, {"type", key.type}}, key.when));
  for (const Phase& phase : script.phases) {
    Json steps = Json::array();
    for (const Step& step : phase.steps) steps.push_back(step_json(step));
    json["phases"].push_back(
        {{"id", phase.id}, {"minutes", phase.minutes}, {"steps", std::move(steps)}, {"title", phase.title}});
  }
  for (const CheckItem& item : script.checklist) {
    json["checklist"].push_back({{"steps", item.steps}, {"text", item.text}});
  }
  return json;
}

std::string write_script(const Script& script) { return script_json(script).dump(2) + "\n"; }

}  // namespace solemn::keys
