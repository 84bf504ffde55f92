// The steps of a key ceremony, one after the other, at the terminal.
#include "cli/keys_conductor.hpp"

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/time.hpp"
#include "base/words.hpp"
#include "cli/build_info.hpp"
#include "hash/sha256.hpp"
#include "keys/measures.hpp"
#include "transcript/time.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

keys::PlanFacts Stage::facts() const {
  keys::PlanFacts facts;
  facts.label = options.label;
  facts.script_sha256 = hash::sha256(base::read_file(options.folder.script(), transcript::kMaxJsonBytes));
  facts.software = "solemn " + std::string(kVersion) + " (" + std::string(kCommit) + ")";
  facts.drill = options.drill;
  facts.time = base::now_seconds();
  facts.size = options.paper_size;
  return facts;
}

std::vector<std::string> Stage::head(const keys::Slot* slot) const {
  const std::size_t width = screen.width();
  const std::string stamp = options.drill ? "   DRILL " : " ";
  if (slot == nullptr) return {spread(" " + options.label, stamp, width), " " + script.title, std::string(width, '-')};
  const std::vector<keys::Slot>& slots = record.progress().slots();
  const auto done =
      static_cast<std::size_t>(std::ranges::count_if(slots, [](const keys::Slot& s) { return s.done(); }));
  const auto phase = static_cast<std::size_t>(slot->phase - script.phases.data());
  std::string time;
  if (slot->phase->minutes != 0) {
    const auto began = record.progress().phase_began(*slot->phase);
    const std::uint64_t now = transcript::unix_now();
    const std::uint64_t minutes = began && now > *began ? (now - *began) / 60 : 0;
    time = bar(minutes, slot->phase->minutes, 14) + " " + std::to_string(minutes) + " of " +
           std::to_string(slot->phase->minutes) + " min ";
  }
  return {spread(" " + options.label,
                 "step " + std::to_string(done + 1) + " of " + std::to_string(slots.size()) + stamp, width),
          spread(" Phase " + std::to_string(phase + 1) + " of " + std::to_string(script.phases.size()) + "   " +
                     slot->phase->title,
                 time, width),
          std::string(width, '-')};
}

namespace {

void record_what_was_seen(Stage& stage) {
  while (!stage.unrecorded.empty()) {
    const keys::Incident seen = stage.unrecorded.front();
    stage.unrecorded.pop_front();
    const RecordJson incident = {{"rule", seen.rule}, {"source", "watch"}, {"text", seen.text}, {"worse", seen.worse}};
    stage.record.append("incident", incident, stage.coordinator(), stage.signer_of(stage.coordinator()),
                        transcript::unix_now());
  }
}

}  // namespace

void Stage::append(std::string_view type, RecordJson body, const keys::Person& person) {
  record_what_was_seen(*this);
  record.append(type, std::move(body), person, signer_of(person), transcript::unix_now());
}

void Stage::incident(const std::string& text, const std::string& step) {
  append("incident", {{"source", "program"}, {"step", step}, {"text", text}}, coordinator());
}

Action action_named(std::string_view name) {
  for (Action (*group)(std::string_view) :
       {machine_action, key_action, share_action, backup_action, record_action, cleanup_action, recovery_action}) {
    if (Action action = group(name)) return action;
  }
  throw Error(Code::internal, "no action '" + std::string(name) + "'");
}

RecordJson show_verdict(Screen& screen, const base::Verdict& verdict) {
  RecordJson checks = RecordJson::array();
  for (const base::Check& check : verdict.checks()) {
    const bool passed = check.outcome == base::Outcome::passed;
    const std::string_view word = passed ? "ok" : check.outcome == base::Outcome::failed ? "FAILED" : "not run";
    std::string text = std::string(word) + std::string(8 - word.size(), ' ') + std::string(check.rule);
    const std::string detail = base::printable(check.detail);
    if (!detail.empty()) text += ": " + detail;
    if (passed) {
      screen.line("  " + (columns_of(text) + 2 <= screen.width() ? text : text.substr(0, screen.width() - 6) + " ..."));
    } else {
      screen.strong(text);
    }
    checks.push_back({{"detail", detail},
                      {"outcome", passed                                   ? "passed"
                                  : check.outcome == base::Outcome::failed ? "failed"
                                                                           : "not_run"},
                      {"rule", check.rule}});
  }
  return checks;
}

RecordJson file_fact(const keys::CeremonyFolder& folder, const base::Path& file) {
  const base::Bytes bytes = base::read_file(file, std::uint64_t{64} << 20);
  return {{"bytes", bytes.size()},
          {"name", file.lexically_relative(folder.folder).generic_string()},
          {"sha256", base::to_hex(hash::sha256(bytes))}};
}

keys::KeySession& session_of(Stage& stage) {
  if (!stage.session) throw Error(Code::internal, "a step with keys came before the keys");
  return *stage.session;
}

void read_aloud(Screen& screen, std::string_view label, base::ByteSpan digest) {
  const std::string words = base::words_of(digest.first(std::min<std::size_t>(digest.size(), 16)));
  const std::string grouped = base::grouped_hex(digest, "      ");
  const auto show = [&] {
    constexpr std::size_t kAround = 9;  // label, blank lines, words, question
    (void)screen.need(kAround + static_cast<std::size_t>(std::ranges::count(grouped, '\n')));
    screen.line();
    screen.line("  " + std::string(label) + ":");
    screen.line();
    for (std::string_view rest = grouped; !rest.empty();) {
      const std::size_t end = rest.find('\n');
      screen.line(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    screen.line();
    screen.paragraph(words, 6);
    screen.line();
  };
  show();
  const std::string last = words.substr(words.rfind(' ') + 1);
  while (screen.ask("  All have compared it? Type its last word: ") != last) {
    if (screen.need(2)) show();
    screen.paragraph("That is not the last word.");
  }
}

void write_in_bundle(Stage& stage, ActionResult& done, const std::string& name, base::ByteSpan bytes) {
  const base::Path path = stage.options.folder.folder / name;
  base::write_file(path, bytes, base::Overwrite::yes);
  done.result["files"].push_back(file_fact(stage.options.folder, path));
  stage.screen.line("  wrote " + name);
}

base::Path ask_folder(const Stage& stage, const std::string& prompt, const base::Path& otherwise,
                      const std::string& called) {
  std::string place;
  while (place.empty() || !std::filesystem::is_directory(place)) {
    place = stage.screen.ask("  " + prompt + (stage.options.drill ? " (Enter: " + called + ")" : "") + ": ");
    if (place.empty() && stage.options.drill) place = otherwise.string();
  }
  return place;
}

std::string ask_text(Screen& screen, const std::string& prompt) {
  constexpr std::size_t kLongest = 300;
  std::string typed;
  while (typed.empty() || typed.size() > kLongest || base::printable(typed) != typed) typed = screen.ask(prompt);
  return typed;
}

void accept(Screen& screen, std::string_view question) {
  while (screen.ask("  " + std::string(question) + " Type yes: ") != "yes") {
    screen.paragraph("Only \"yes\" goes on.");
  }
}

namespace {

/// Said at a prompt instead of what was asked for.
enum class Order : std::uint8_t { none, deviate, incident, abort, pause };

std::optional<Order> order_of(std::string_view typed) {
  if (typed == "e") return Order::deviate;
  if (typed == "i") return Order::incident;
  if (typed == "a") return Order::abort;
  if (typed == "q") return Order::pause;
  return std::nullopt;
}

constexpr std::string_view kOrders = "  e: exception   i: incident   a: abort   q: pause";

/// Sheets of keys that will never be used. How many files there were.
std::size_t wipe_papers(const Stage& stage) {
  std::vector<base::Path> files;
  std::error_code ignored;
  for (const auto& file : std::filesystem::recursive_directory_iterator(stage.options.papers, ignored))
    if (file.is_regular_file()) files.push_back(file.path());
  for (const base::Path& file : files) (void)keys::wipe_file(file);
  return files.size();
}

class Steps {
 public:
  explicit Steps(Stage& stage) : stage_(stage), screen_(stage.screen) {}

  /// Until the end; false when somebody paused or aborted.
  bool go_on();
  bool aborted() const noexcept { return aborted_; }

 private:
  bool one(const keys::Slot& slot);
  void page(const keys::Slot& slot);
  std::optional<Order> begin(const keys::Slot& slot);
  std::optional<ActionResult> act(const keys::Slot& slot);
  void measure(const keys::Slot& slot, RecordJson& result);
  std::optional<Order> sign(const keys::Slot& slot, const RecordJson& result, const RecordJson* deviation);
  bool witness(const keys::Slot& slot);
  bool approve(const keys::Slot& slot);
  std::optional<std::string> ask_initials(const std::string& prompt, const keys::Slot& slot);
  std::vector<const keys::Deviation*> allowed_deviations(const keys::Slot& slot) const;
  bool deviate(const keys::Slot& slot);
  bool obey(Order order, const keys::Slot& slot);
  void report_incident(const keys::Slot& slot);
  bool abort();
  void restart();
  void seal_if_over(const keys::Phase* phase);
  const keys::Person* initials_of(const std::string& typed);

  Stage& stage_;
  Screen& screen_;
  bool aborted_ = false;
};

std::string title_of(const keys::Script& script, const keys::Slot& slot) {
  if (slot.person != nullptr) return slot.person->name + " (" + slot.person->initials + ")";
  const keys::Role* role = script.role(slot.step->performer);
  return role == nullptr ? slot.step->performer : role->title;
}

void Steps::page(const keys::Slot& slot) {
  const std::string title = keys::step_number(stage_.script, *slot.step) + "  " + slot.step->text;
  screen_.begin_page(stage_.head(&slot), title);
  screen_.line();
  screen_.strong(title);
  screen_.line();
  screen_.line("  By: " + title_of(stage_.script, slot) + "      Witnesses: " + std::to_string(slot.step->witnesses) +
               (slot.step->secrets ? "      Keys are in memory" : ""));
  screen_.line();
}

const keys::Person* Steps::initials_of(const std::string& typed) {
  const keys::Person* person = stage_.people.by_initials(typed);
  if (person == nullptr) screen_.paragraph("Nobody here has the initials \"" + base::printable(typed) + "\".");
  return person;
}

std::optional<Order> Steps::begin(const keys::Slot& slot) {
  if (slot.step->action.empty() && slot.step->measures.empty()) return Order::none;
  while (true) {
    screen_.line("  Enter: begin   " + std::string(kOrders.substr(2)));
    const std::string typed = screen_.ask("  > ");
    if (typed.empty()) return Order::none;
    if (const auto order = order_of(typed)) return order;
  }
}

/// nullopt: it did not succeed, and somebody has to decide what now.
std::optional<ActionResult> Steps::act(const keys::Slot& slot) {
  if (slot.step->action.empty()) return ActionResult{};
  try {
    ActionResult done = action_named(slot.step->action)(stage_, slot);
    if (done.good) return done;
  } catch (const Error& error) {
    if (error.code() == Code::interrupted || error.code() == Code::internal) throw;
    screen_.line();
    screen_.strong("Not done: " + base::printable(error.message()));
    if (!error.hint().empty()) screen_.paragraph(base::printable(error.hint()));
  } catch (const std::filesystem::filesystem_error& error) {  // a mistyped path must not cost the keys in memory
    screen_.line();
    screen_.strong("Not done: '" + base::printable(error.path1().string()) + "': " + error.code().message());
  }
  return std::nullopt;
}

/// The program that the ceremony began with.
std::string software_of(const Stage& stage) {
  for (const keys::CeremonyEntry& item : stage.record.entries()) {
    if (item.entry.type == keys::kBegunType) return keys::beginning_from(item.entry.body).software;
  }
  return "";
}

void Steps::measure(const keys::Slot& slot, RecordJson& result) {
  for (const keys::Measure& measure : slot.step->measures) {
    const auto is_taken = [&](const std::string& typed) {
      if (typed.empty() || typed.size() > 300 || base::printable(typed) != typed) return false;
      const std::string objection = keys::measure_objection(measure.id, typed, software_of(stage_));
      if (!objection.empty()) screen_.paragraph("Not taken: " + objection + ".");
      return objection.empty();
    };
    std::string typed = screen_.ask("  " + measure.prompt + ": ");
    while (!is_taken(typed)) typed = screen_.ask("  " + measure.prompt + ": ");
    result["measures"][measure.id] = typed;
  }
}

std::optional<Order> Steps::sign(const keys::Slot& slot, const RecordJson& result, const RecordJson* deviation) {
  screen_.line();
  screen_.line(kOrders);
  while (true) {
    const std::string typed = screen_.ask("  " + title_of(stage_.script, slot) + " signs, initials: ");
    // What was made stays as it is: an incident is written down, and the signature is asked for again.
    const auto order = order_of(typed);
    if (order == Order::incident) {
      report_incident(slot);
      continue;
    }
    if (order == Order::deviate && (deviation != nullptr || allowed_deviations(slot).empty())) {
      screen_.paragraph("The script allows no other way here.");
      continue;
    }
    if (order) return order;
    const keys::Person* person = initials_of(typed);
    if (person == nullptr) continue;
    RecordJson body = {{"result", result}, {"round", stage_.record.progress().round()}, {"step", slot.step->id}};
    if (deviation != nullptr) body["deviation"] = *deviation;
    try {
      stage_.append(keys::kStepType, std::move(body), *person);
      return Order::none;
    } catch (const Error& error) {
      if (error.code() != Code::refused) throw;
      screen_.paragraph(error.message());
    }
  }
}

/// The standing state of a slot: the record moves under our feet.
const keys::Slot& standing(const Stage& stage, const keys::Slot& slot) {
  return *std::ranges::find_if(stage.record.progress().slots(), [&](const keys::Slot& other) {
    return other.step == slot.step && other.person == slot.person;
  });
}

/// Of a step that is signed already; empty when an order was obeyed instead, nullopt: stop here.
std::optional<std::string> Steps::ask_initials(const std::string& prompt, const keys::Slot& slot) {
  std::string typed = screen_.ask(prompt);
  const auto order = order_of(typed);
  if (!order) return typed;
  if (*order == Order::deviate) {
    screen_.paragraph("The step is signed already: who does not agree reports an incident, or has it aborted.");
    return std::string();
  }
  return obey(*order, slot) ? std::optional(std::string()) : std::nullopt;
}

/// false: stop here.
bool Steps::witness(const keys::Slot& slot) {
  while (standing(stage_, slot).witnesses.size() < slot.step->witnesses) {
    const std::size_t missing = slot.step->witnesses - standing(stage_, slot).witnesses.size();
    const auto typed = ask_initials("  Witnesses sign, initials (" + std::to_string(missing) + " more): ", slot);
    if (!typed) return false;
    for (std::string_view rest = *typed; !rest.empty();) {
      const std::string one(rest.substr(0, rest.find(' ')));
      rest.remove_prefix(std::min(rest.size(), one.size() + 1));
      const keys::Person* person = one.empty() ? nullptr : initials_of(one);
      if (person == nullptr) continue;
      try {
        stage_.append(keys::kWitnessedType,
                      {{"record", base::to_hex(standing(stage_, slot).record)}, {"step", slot.step->id}}, *person);
      } catch (const Error& error) {
        if (error.code() != Code::refused) throw;
        screen_.paragraph(error.message());
      }
    }
  }
  return approve(slot);
}

/// false: stop here.
bool Steps::approve(const keys::Slot& slot) {
  const keys::Person& auditor = *stage_.people.with_role("auditor").front();
  while (standing(stage_, slot).deviates && !standing(stage_, slot).approved) {
    const auto typed = ask_initials("  " + auditor.name + " (auditor) approves, initials: ", slot);
    if (!typed) return false;
    if (*typed != auditor.initials) continue;
    stage_.append(keys::kWitnessedType,
                  {{"record", base::to_hex(standing(stage_, slot).record)}, {"step", slot.step->id}}, auditor);
  }
  return true;
}

std::vector<const keys::Deviation*> Steps::allowed_deviations(const keys::Slot& slot) const {
  std::vector<const keys::Deviation*> allowed;
  for (const keys::Deviation& deviation : slot.step->deviations) {
    if (!deviation.drill_only || stage_.options.drill) allowed.push_back(&deviation);
  }
  return allowed;
}

bool Steps::deviate(const keys::Slot& slot) {
  const std::vector<const keys::Deviation*> allowed = allowed_deviations(slot);
  if (allowed.empty()) {
    screen_.paragraph("The script allows no other way for this step. It is done, or the ceremony is aborted.");
    screen_.pause();
    return true;
  }
  page(slot);
  screen_.paragraph("What is different, as the script allows it; the auditor must sign it as well:");
  for (std::size_t i = 0; i < allowed.size(); ++i)
    screen_.paragraph(std::to_string(i + 1) + "  " + allowed[i]->text, 4);
  std::size_t chosen = 0;
  while (chosen == 0 || chosen > allowed.size()) {
    const std::string typed = screen_.ask("  Its number (Enter: back): ");
    if (typed.empty()) return true;
    chosen = typed.size() == 1 && typed[0] >= '1' && typed[0] <= '9' ? static_cast<std::size_t>(typed[0] - '0') : 0;
  }
  std::string why;
  while (why.empty()) why = screen_.ask("  Why: ");
  const RecordJson deviation = {{"text", base::printable(why)}, {"what", allowed[chosen - 1]->text}};
  const auto order = sign(slot, RecordJson::object(), &deviation);
  if (order != Order::none) return obey(*order, slot);
  return witness(slot);
}

void Steps::report_incident(const keys::Slot& slot) {
  std::string text;
  while (text.empty()) text = screen_.ask("  What happened: ");
  const keys::Person* person = nullptr;
  while (person == nullptr) person = initials_of(screen_.ask("  Who reports it, initials: "));
  stage_.append("incident", {{"source", person->initials}, {"step", slot.step->id}, {"text", base::printable(text)}},
                *person);
  screen_.paragraph("It is in the record.");
}

bool Steps::abort() {
  if (screen_.ask("  Type abort to end this ceremony for good (Enter: back): ") != "abort") return true;
  const auto ask = [&](std::string_view prompt) {
    std::string text;
    while (text.empty()) text = screen_.ask(prompt);
    return base::printable(text);
  };
  const std::string reason = ask("  Reason: ");
  const std::string secured = ask("  Materials secured (sheets, media, machines; where): ");
  const std::string notified = ask("  Who was told: ");
  const keys::Person& coordinator = *stage_.people.with_role("coordinator").front();
  while (screen_.ask("  " + coordinator.name + " (coordinator) signs the abort, initials: ") != coordinator.initials) {}
  stage_.session.reset();
  stage_.recovery.reset();
  const std::size_t wiped = wipe_papers(stage_);
  if (wiped != 0)
    screen_.paragraph(std::to_string(wiped) + " files for the printer were overwritten and removed. Destroy what was " +
                      "printed of them.");
  stage_.append(keys::kAbortedType, {{"notified", notified}, {"reason", reason}, {"secured", secured}},
                stage_.coordinator());
  stage_.record.seal(stage_.people, stage_.keyring, stage_.options.private_folder, transcript::unix_now());
  aborted_ = true;
  return false;
}

/// false: stop here.
bool Steps::obey(Order order, const keys::Slot& slot) {
  switch (order) {
    case Order::deviate:
      return deviate(slot);
    case Order::incident:
      report_incident(slot);
      return true;
    case Order::abort:
      return abort();
    case Order::pause:
      return (stage_.session || stage_.recovery) &&
             screen_.ask("  Keys are in memory: a pause throws them and all sheets away. Type pause (Enter: back): ") !=
                 "pause";
    case Order::none:
      return true;
  }
  return true;
}

bool Steps::one(const keys::Slot& slot) {
  page(slot);
  if (slot.performer != nullptr) {
    screen_.paragraph("This step was done by " + slot.performer->name +
                      " before the interruption. What was seen then is signed now.");
    screen_.line(kOrders);
    return witness(slot);
  }
  const auto order = begin(slot);
  if (order != Order::none) return obey(*order, slot);
  stage_.secrets_here = stage_.secrets_here || slot.step->secrets;
  std::optional<ActionResult> done = act(slot);
  if (!done) {
    screen_.line();
    screen_.line("  Enter: again   " + std::string(kOrders.substr(2)));
    const auto after = order_of(screen_.ask("  > "));
    return after ? obey(*after, slot) : true;
  }
  measure(slot, done->result);
  const auto signed_order = sign(slot, done->result, nullptr);
  if (signed_order != Order::none) return obey(*signed_order, slot);
  return witness(slot);
}

/// The keys of an interrupted run are gone: whatever was made of them is worth nothing, and is made again.
void Steps::restart() {
  screen_.begin_page(stage_.head(nullptr));
  screen_.line();
  screen_.strong("The keys of the interrupted run are gone, as they must be: they were in memory only.");
  screen_.line();
  screen_.paragraph(
      stage_.script.keys.empty()
          ? "All steps with shares in memory are done again. The record keeps that this happened."
          : "All steps from the dice on are done again, with new keys. Sheets that were printed before are of no use "
            "any more: collect them and destroy them now. The record keeps that this happened.");
  screen_.line();
  (void)wipe_papers(stage_);
  const keys::Person& coordinator = stage_.coordinator();
  const std::string said =
      stage_.script.keys.empty() ? " signs that it begins again" : " signs that the old sheets are destroyed";
  while (screen_.ask("  " + coordinator.name + said + ", initials: ") != coordinator.initials) {}
  stage_.append(keys::kRestartedType, {{"reason", "the run was interrupted while keys were in memory"}}, coordinator);
}

void Steps::seal_if_over(const keys::Phase* phase) {
  const keys::Slot* next = stage_.record.progress().next();
  if (next != nullptr && next->phase == phase) return;
  stage_.record.seal(stage_.people, stage_.keyring, stage_.options.private_folder, transcript::unix_now());
}

bool Steps::go_on() {
  while (const keys::Slot* next = stage_.record.progress().next()) {
    const bool here = stage_.script.keys.empty() ? stage_.secrets_here : stage_.session.has_value();
    if (stage_.record.progress().secrets_pending() && !here) {
      restart();
      continue;
    }
    const keys::Slot slot = *next;
    if (!one(slot)) return false;
    if (standing(stage_, slot).done()) seal_if_over(slot.phase);
  }
  return true;
}

}  // namespace

int conduct(Stage& stage) {
  Steps steps(stage);
  if (stage.record.progress().aborted()) {  // and then the power was cut
    stage.record.seal(stage.people, stage.keyring, stage.options.private_folder, transcript::unix_now());
    return 6;
  }
  if (!steps.go_on()) {
    if (stage.session || stage.recovery) (void)wipe_papers(stage);  // a pause: the keys go, and so do their sheets
    if (!steps.aborted()) record_what_was_seen(stage);
    return 6;
  }
  // After a power cut in the last moment only the seal is missing.
  if (!stage.record.progress().ended()) stage.append(keys::kEndedType, RecordJson::object(), stage.coordinator());
  stage.record.seal(stage.people, stage.keyring, stage.options.private_folder, transcript::unix_now());
  return 0;
}

}  // namespace solemn::cli
