#include "keys/papers.hpp"

namespace solemn::keys {

namespace {

std::string condition_text(const Script& script, const Condition& when) {
  const PolicyQuestion* policy = script.policy(when.policy);
  return "Only if \"" + (policy == nullptr ? when.policy : policy->question) + "\" is answered: " + when.choice + ". ";
}

std::string note_of(const Script& script, const Step& step) {
  std::string note;
  if (step.when) note += condition_text(script, *step.when);
  for (const Measure& measure : step.measures) note += measure.prompt + ": ____________________  ";
  if (!step.deviations.empty()) {
    note += "Otherwise, with the auditor's signature:";
    for (const Deviation& deviation : step.deviations)
      note += " " + deviation.text + (deviation.drill_only ? " (drill only);" : ";");
    note.back() = '.';
  }
  return note;
}

std::string performer_title(const Script& script, const Step& step) {
  if (step.performer == kEveryone) return "Everyone, in turn";
  const Role* role = script.role(step.performer);
  const std::string title = role == nullptr ? step.performer : role->title;
  return step.each ? "Each " + title : title;
}

std::vector<paper::Person> people_on_paper(const Script& script, const People& people) {
  std::vector<paper::Person> listed;
  for (const Person& person : people.all) {
    std::string name = person.name + " (" + person.initials + ")";
    if (!person.organisation.empty()) name += ", " + person.organisation;
    listed.push_back({std::move(name), role_titles(script, person), person.contact});
  }
  return listed;
}

std::vector<std::string> rules_on_paper(const Script& script) {
  std::vector<std::string> rules;
  const auto title = [&](const std::string& id) { return script.role(id) == nullptr ? id : script.role(id)->title; };
  for (const Separation& pair : script.separation)
    rules.push_back(title(pair.one) + " and " + title(pair.other) + " are different people.");
  for (const PolicyQuestion& policy : script.policies) {
    std::string text = policy.question + " " + policy.reason + " Choices:";
    for (const auto& choice : policy.choices)
      text += " " + choice.id + (choice.id == policy.proposed ? " (proposed)" : "") + ": " + choice.text + ";";
    text.back() = '.';
    rules.push_back(std::move(text));
  }
  return rules;
}

std::vector<paper::KeyValue> facts_on_paper(const Script& script, const PlanFacts& facts) {
  return {{"Ceremony", facts.label, false},
          {"Shares",
           "any " + std::to_string(script.threshold) + " of " + std::to_string(script.shares) + " of every key", false},
          {"Keys", std::to_string(script.keys.size()), false},
          {"Program", facts.software, false},
          {"Place", "", false},
          {"Date", "", false}};
}

}  // namespace

std::string step_number(const Script& script, const Step& step) {
  for (std::size_t phase = 0; phase < script.phases.size(); ++phase) {
    for (std::size_t i = 0; i < script.phases[phase].steps.size(); ++i) {
      if (script.phases[phase].steps[i].id == step.id) return std::to_string(phase + 1) + "." + std::to_string(i + 1);
    }
  }
  return step.id;
}

std::string role_titles(const Script& script, const Person& person) {
  std::string titles;
  for (const std::string& id : person.roles) {
    const Role* role = script.role(id);
    titles += (titles.empty() ? "" : ", ") + (role == nullptr ? id : role->title);
  }
  return titles;
}

paper::DocumentInfo page_of(const PlanFacts& facts, std::string title) {
  return {std::move(title), facts.label, facts.software, facts.drill ? "DRILL" : "", facts.time, facts.size};
}

paper::Script script_paper(const Script& script, const People& people, const PlanFacts& facts) {
  paper::Script sheet;
  sheet.page = page_of(facts, "Script");
  sheet.title = script.title;
  sheet.purpose = "Read aloud, step by step. Nobody goes on before the step is done, witnessed and signed.";
  sheet.facts = facts_on_paper(script, facts);
  sheet.digest.assign(facts.script_sha256.begin(), facts.script_sha256.end());
  sheet.people = people_on_paper(script, people);
  sheet.rules = rules_on_paper(script);
  for (const Phase& phase : script.phases) {
    paper::ScriptPhase on_paper{phase.title, phase.minutes, {}};
    for (const Step& step : phase.steps) {
      on_paper.steps.push_back({step_number(script, step), step.text, performer_title(script, step), step.witnesses,
                                note_of(script, step), step.secrets});
    }
    sheet.phases.push_back(std::move(on_paper));
  }
  for (const CheckItem& item : script.checklist) sheet.checklist.push_back({item.text, "", false});
  return sheet;
}

paper::BlankLog blank_log_paper(const Script& script, const People& people, const PlanFacts& facts) {
  paper::BlankLog log;
  log.page = page_of(facts, "Log");
  log.facts = facts_on_paper(script, facts);
  log.people = people_on_paper(script, people);
  log.rows = static_cast<unsigned>(script.n_steps()) + 20;
  return log;
}

}  // namespace solemn::keys
