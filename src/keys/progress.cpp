#include "keys/progress.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "keys/json_text.hpp"
#include "transcript/time.hpp"

namespace solemn::keys {

using transcript::Entry;
using transcript::Json;
using transcript::name_of;
using transcript::number_of;
using transcript::object_of;
using transcript::string_of;

namespace {

std::string entry_text(const Entry& entry) { return "entry " + std::to_string(entry.sequence); }

std::string who(const Person* person) { return person == nullptr ? "somebody unknown" : "'" + person->name + "'"; }

std::string what(const Slot& slot) {
  return "'" + slot.step->id + "'" + (slot.person == nullptr ? "" : " of '" + slot.person->name + "'");
}

bool may_perform(const Slot& slot, const Person& person) {
  return slot.person != nullptr ? slot.person == &person : person.has_role(slot.step->performer);
}

}  // namespace

Progress::Progress(const Script& script, const People& people) : script_(script), people_(people) { rebuild_slots(); }

void Progress::add_slots(const Phase& phase, const Step& step) {
  Slot slot;
  slot.phase = &phase;
  slot.step = &step;
  if (!step.each) return slots_.push_back(slot);
  for (const Person* person : people_.with_role(step.performer)) {
    slot.person = person;
    slots_.push_back(slot);
  }
}

/// Conditional steps come after the question that decides them (check_script), so those before stay where they are.
void Progress::rebuild_slots() {
  const std::vector<Slot> before = std::move(slots_);
  slots_.clear();
  for (const Phase& phase : script_.phases) {
    for (const Step& step : phase.steps) {
      if (holds(step.when)) add_slots(phase, step);
    }
  }
  for (Slot& slot : slots_) {
    const auto same = std::ranges::find_if(
        before, [&](const Slot& other) { return other.step == slot.step && other.person == slot.person; });
    if (same != before.end()) slot = *same;
  }
}

bool Progress::holds(const std::optional<Condition>& when) const {
  if (!when) return true;
  const auto choice = choices_.find(when->policy);
  return choice != choices_.end() && choice->second == when->choice;
}

std::vector<const Step*> Progress::left_out() const {
  std::vector<const Step*> steps;
  for (const Phase& phase : script_.phases) {
    for (const Step& step : phase.steps) {
      if (step.when && choices_.contains(step.when->policy) && !holds(step.when)) steps.push_back(&step);
    }
  }
  return steps;
}

const Slot* Progress::next() const noexcept {
  const auto open = std::ranges::find_if(slots_, [](const Slot& slot) { return !slot.done(); });
  return open == slots_.end() ? nullptr : &*open;
}

bool Progress::secrets_pending() const noexcept {
  const auto handles = [](const Slot& slot) { return slot.step->secrets; };
  return std::ranges::any_of(slots_, [&](const Slot& slot) { return handles(slot) && slot.performer != nullptr; }) &&
         std::ranges::any_of(slots_, [&](const Slot& slot) { return handles(slot) && slot.performer == nullptr; });
}

std::optional<std::uint64_t> Progress::phase_began(const Phase& phase) const {
  std::optional<std::uint64_t> began;
  for (const Slot& slot : slots_) {
    if (slot.phase == &phase && slot.performer != nullptr) began = std::min(began.value_or(slot.time), slot.time);
  }
  return began;
}

std::vector<Progress::CheckLine> Progress::checklist(const Step* assumed) const {
  std::vector<CheckLine> lines;
  for (const CheckItem& item : script_.checklist) {
    CheckLine line{item.text, Mark::done};
    bool any = false;
    for (const Slot& slot : slots_) {
      if (std::ranges::find(item.steps, slot.step->id) == item.steps.end()) continue;
      any = true;
      if (!slot.done() && slot.step != assumed) line.mark = Mark::open;
      if (slot.deviates && line.mark == Mark::done) line.mark = Mark::deviating;
    }
    if (!any) line.mark = choices_.empty() ? Mark::open : Mark::left_out;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::optional<Objection> Progress::take(const Entry& entry, const transcript::Hash& leaf, const Person* signer) {
  const std::uint64_t time = transcript::parse_time(entry.time).value_or(0);
  std::optional<Objection> objection;
  try {
    if (entry.type == kBegunType) {
      objection = begin(entry, signer);
    } else if (entry.type.starts_with("ceremony-")) {
      if (!begun_) return Objection{"ceremony-begun", entry_text(entry) + " is before the beginning"};
      if (aborted_ || ended_) return Objection{"ceremony-end", entry_text(entry) + " is after the end"};
      objection = entry.type == kStepType        ? perform(entry, leaf, signer)
                  : entry.type == kWitnessedType ? witness(entry, signer)
                  : entry.type == kRestartedType ? restart(signer)
                                                 : finish(entry, signer);
    }
  } catch (const base::Error& error) {
    objection = Objection{"step-order", entry_text(entry) + ": " + error.message()};
  }
  if (objection) return objection;
  last_time_ = time;
  for (Slot& slot : slots_) {
    if (slot.performer != nullptr && slot.record == leaf) slot.time = time;
  }
  return std::nullopt;
}

std::optional<Objection> Progress::begin(const Entry& entry, const Person* signer) {
  if (begun_) return Objection{"ceremony-begun", entry_text(entry) + " begins it a second time"};
  if (signer == nullptr || !signer->has_role("coordinator"))
    return Objection{"ceremony-begun", who(signer) + " began it, not the coordinator"};
  drill_ = is_true(entry.body, "drill");
  begun_ = true;
  return std::nullopt;
}

std::optional<Objection> Progress::perform(const Entry& entry, const transcript::Hash& leaf, const Person* signer) {
  object_of(entry.body, "a step", {"result", "round", "step"}, {"attachments", "deviation"});
  const std::string& id = string_of(entry.body["step"], "step");
  const Slot* slot = next();
  if (slot == nullptr) return Objection{"step-order", entry_text(entry) + ": '" + id + "' is done when all is done"};
  if (slot->step->id != id)
    return Objection{"step-order", entry_text(entry) + " is of step '" + id + "', and " + what(*slot) + " comes next"};
  if (slot->performer != nullptr)
    return Objection{"step-order", entry_text(entry) + ": " + what(*slot) + " is done again before it was witnessed"};
  if (number_of(entry.body["round"], "round") != round_)
    return Objection{"secrets-restart", entry_text(entry) + " is of another round than " + std::to_string(round_)};
  if (signer == nullptr || !may_perform(*slot, *signer)) {
    return Objection{"step-performers", entry_text(entry) + ": " + what(*slot) + " is for the " +
                                            slot->step->performer + ", and " + who(signer) + " did it"};
  }
  const bool deviates = entry.body.contains("deviation");
  if (deviates && !may_deviate(*slot->step, entry.body["deviation"]))
    return Objection{"step-deviations", entry_text(entry) + ": " + what(*slot) + " may not be done so"};
  if (slot->step->action == "policies") {
    if (auto objection = choose(entry.body["result"])) return objection;
  }
  Slot& done = *std::ranges::find_if(slots_, [](const Slot& other) { return !other.done(); });
  done.performer = signer;
  done.record = last_record_ = leaf;
  done.entry = entry.sequence;
  done.deviates = deviates;
  return std::nullopt;
}

bool Progress::may_deviate(const Step& step, const Json& deviation) const {
  object_of(deviation, "a deviation", {"text", "what"});
  (void)name_of(deviation["text"], "why", 1000);
  const auto found =
      std::ranges::find(step.deviations, name_of(deviation["what"], "a deviation", 1000), &Deviation::text);
  return found != step.deviations.end() && (!found->drill_only || drill_);
}

std::optional<Objection> Progress::choose(const Json& result) {
  const Json& chosen = result.is_object() && result.contains("policies") ? result["policies"] : Json();
  std::map<std::string, std::string> choices;
  for (const PolicyQuestion& policy : script_.policies) {
    const std::string choice = text_or_empty(chosen, policy.id);
    if (std::ranges::find(policy.choices, choice, &PolicyQuestion::Choice::id) == policy.choices.end())
      return Objection{"policies", "the policy '" + policy.id + "' was not decided"};
    choices.emplace(policy.id, choice);
  }
  std::swap(choices_, choices);
  Json left = Json::array();
  for (const Step* step : left_out()) left.push_back(step->id);
  if (!result.contains("left_out") || result["left_out"] != left) {
    std::swap(choices_, choices);
    return Objection{"policies", "it does not say which steps the policies leave out"};
  }
  rebuild_slots();
  return std::nullopt;
}

/// More witnesses than needed may sign, until the next step is done.
std::optional<Objection> Progress::witness(const Entry& entry, const Person* signer) {
  object_of(entry.body, "a witnessing", {"record", "step"});
  const transcript::Hash record = transcript::hash_from_hex(string_of(entry.body["record"], "record"), "record");
  const auto slot = std::ranges::find_if(
      slots_, [&](const Slot& other) { return other.performer != nullptr && other.record == record; });
  if (slot == slots_.end() || record != last_record_ || slot->step->id != string_of(entry.body["step"], "step"))
    return Objection{"step-witnesses", entry_text(entry) + " does not witness the step before it"};
  if (signer == slot->performer)
    return Objection{"step-witnesses",
                     entry_text(entry) + ": " + who(signer) + " witnesses the own step " + what(*slot)};
  if (signer != nullptr && signer->has_role("auditor") && slot->deviates && !slot->approved) {
    slot->approved = true;
    return std::nullopt;
  }
  if (signer == nullptr || !signer->has_role("witness"))
    return Objection{"step-witnesses", entry_text(entry) + ": " + who(signer) + " is no witness"};
  if (!slot->witnesses.insert(signer).second)
    return Objection{"step-witnesses", entry_text(entry) + ": " + who(signer) + " witnesses " + what(*slot) + " twice"};
  return std::nullopt;
}

std::optional<Objection> Progress::restart(const Person* signer) {
  if (signer == nullptr || !signer->has_role("coordinator"))
    return Objection{"secrets-restart", who(signer) + " began again with the keys, not the coordinator"};
  if (!secrets_pending()) return Objection{"secrets-restart", "nothing that needs the keys was under way"};
  for (Slot& slot : slots_) {
    if (!slot.step->secrets) continue;
    Slot fresh;
    fresh.phase = slot.phase;
    fresh.step = slot.step;
    fresh.person = slot.person;
    slot = fresh;
  }
  ++round_;
  return std::nullopt;
}

std::optional<Objection> Progress::finish(const Entry& entry, const Person* signer) {
  if (signer == nullptr || !signer->has_role("coordinator"))
    return Objection{"ceremony-end", who(signer) + " ended it, not the coordinator"};
  if (entry.type == kAbortedType) {
    object_of(entry.body, "an abort", {"notified", "reason", "secured"});
    aborted_ = true;
    return std::nullopt;
  }
  if (entry.type != kEndedType) return Objection{"step-order", entry_text(entry) + " is of no type of a ceremony"};
  if (const Slot* open = next()) return Objection{"ceremony-end", "it ends, and step " + what(*open) + " is not done"};
  ended_ = true;
  return std::nullopt;
}

}  // namespace solemn::keys
