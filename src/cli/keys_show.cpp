// solemn keys show: how far a key ceremony is, and what it came to.
#include "base/error.hpp"
#include "cli/keys_verbs.hpp"
#include "keys/verify_ceremony.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

namespace {

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

void show_checklist(const keys::CeremonyFacts& facts, Ui& ui) {
  for (const auto& line : facts.checklist) {
    const bool open = line.mark == keys::Progress::Mark::open;
    const bool left_out = line.mark == keys::Progress::Mark::left_out;
    const bool deviating = line.mark == keys::Progress::Mark::deviating;
    ui.line((open       ? "[ ] "
             : left_out ? "[-] "
                        : "[x] ") +
            base::printable(line.text) +
            (deviating  ? "  (with deviations)"
             : left_out ? "  (not done: policy)"
                        : ""));
    ui.json()["checklist"].push_back(
        {{"text", line.text}, {"done", !open && !left_out}, {"deviations", deviating}, {"left_out", left_out}});
  }
}

void show_keys(const keys::CeremonyFacts& facts, Ui& ui) {
  for (const keys::MadeKey& key : facts.keys) {
    const std::string fingerprint = base::to_hex(key.key.fingerprint());
    ui.line(padded(key.name, 20) + padded(std::string(name(key.key.scheme)), 18) + fingerprint.substr(0, 16));
    ui.json()["keys"].push_back({{"name", key.name},
                                 {"public_key", key.key.hex()},
                                 {"fingerprint", fingerprint},
                                 {"holders", facts.holders_of(key.name)}});
  }
}

void show_exceptions(const keys::CeremonyFacts& facts, Ui& ui) {
  for (const keys::DeviationFact& item : facts.deviations)
    ui.line("deviation  " + base::printable(item.step + ": " + item.what + " (" + item.text + ")"));
  for (const keys::IncidentFact& item : facts.incidents)
    ui.line("incident   " + item.time + "  " + base::printable(item.text));
  ui.json()["deviations"] = facts.deviations.size();
  ui.json()["incidents"] = facts.incidents.size();
}

int run_show(const Arguments& arguments, Ui& ui) {
  const base::Path folder = arguments.path("DIR");
  if (!keys::holds_ceremony(folder))
    throw Error(Code::usage, quoted(folder) + " holds no key ceremony that has begun",
                "solemn keys plan DIR, then solemn keys run DIR");
  const keys::CeremonyAudit audit = keys::audit_ceremony(folder, {});
  if (!audit.progress) throw Error(Code::malformed, "the record cannot be read", "solemn audit " + shell_word(folder));
  const keys::Progress& progress = *audit.progress;
  ui.line(base::printable(audit.facts.beginning.label) + (audit.facts.beginning.drill ? "   DRILL" : ""));
  ui.line(audit.origin);
  const keys::Slot* next = progress.next();
  const std::string state = progress.aborted() ? "aborted"
                            : progress.ended() ? "over"
                            : next == nullptr
                                ? "every step is done"
                                : "next: " + keys::step_number(*audit.script, *next->step) + "  " + next->step->id;
  ui.line(std::to_string(audit.facts.steps) + " of " + std::to_string(progress.slots().size()) + " steps; " + state);
  ui.json()["ceremony"] = audit.facts.beginning.label;
  ui.json()["drill"] = audit.facts.beginning.drill;
  ui.json()["origin"] = audit.origin;
  ui.json()["steps_done"] = audit.facts.steps;
  ui.json()["steps"] = progress.slots().size();
  ui.json()["state"] = state;
  show_checklist(audit.facts, ui);
  show_keys(audit.facts, ui);
  show_exceptions(audit.facts, ui);
  ui.note("nothing was judged: solemn audit " + shell_word(folder) + " does");
  return 0;
}

}  // namespace

std::vector<Command> keys_show_commands() {
  return {{"keys",
           "show",
           "",
           "how far a key ceremony is, and what it came to",
           {{"DIR", "the folder of the ceremony"}},
           {},
           "Checklist, keys, deviations and incidents as the record says. Judges nothing: solemn audit does.",
           {},
           run_show}};
}

}  // namespace solemn::cli
