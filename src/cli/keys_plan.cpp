// solemn keys plan: script, participants and papers of a ceremony, before the day.
#include <filesystem>

#include "base/error.hpp"
#include "base/time.hpp"
#include "cli/build_info.hpp"
#include "cli/keys_verbs.hpp"
#include "cli/transcript_verbs.hpp"
#include "hash/sha256.hpp"
#include "keys/papers.hpp"
#include "keys/record.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

namespace {

template <class Parse>
auto in_file(const base::Path& file, Parse parse) {
  try {
    return parse();
  } catch (const Error& error) { throw error.with_context(quoted(file)); }
}

}  // namespace

keys::Script parse_script_file(const base::Path& file, std::string_view text) {
  return in_file(file, [&] { return keys::parse_script(text); });
}

keys::People parse_people_file(const base::Path& file, std::string_view text) {
  return in_file(file, [&] { return keys::parse_people(text); });
}

namespace {

constexpr std::uint64_t kMaxPlanBytes = std::uint64_t{1} << 20;

/// --script FILE, or what lies in the folder, or `otherwise`; and writes it there when it is not there yet.
std::string planned_text(const base::Path& file, const std::optional<std::string>& option,
                         const std::string& otherwise) {
  const bool there = std::filesystem::exists(file);
  if (!option && there) return whole_text(file, kMaxPlanBytes);
  const std::string text = option ? whole_text(*option, kMaxPlanBytes) : otherwise;
  if (there && base::same_file(file, *option)) return text;
  base::write_file(file, base::as_bytes(text), base::Overwrite::yes);
  return text;
}

keys::PlanFacts facts_of(const Arguments& arguments, const keys::Script& script, const std::string& script_text) {
  keys::PlanFacts facts;
  facts.label = arguments.maybe("--label").value_or(script.title);
  facts.script_sha256 = hash::sha256(base::as_bytes(script_text));
  facts.software = "solemn " + std::string(kVersion) + " (" + std::string(kCommit) + ")";
  facts.drill = arguments.flag("--drill");
  facts.time = base::now_seconds();
  if (const auto size = arguments.maybe("--paper")) {
    const auto known = paper::page_size_named(*size);
    if (!known) throw Error(Code::usage, "--paper is a4 or letter");
    facts.size = *known;
  }
  return facts;
}

void write_paper(const base::Path& path, const paper::SecretBytes& pdf, Ui& ui) {
  base::write_file(path, pdf.expose(), base::Overwrite::yes);
  ui.line("wrote " + quoted(path));
  ui.json()["files"].push_back(path.string());
}

int run_plan(const Arguments& arguments, Ui& ui) {
  const keys::CeremonyFolder folder{arguments.path("DIR")};
  if (std::filesystem::exists(folder.record()))
    throw Error(Code::refused, "the ceremony in " + quoted(folder.folder) + " has begun, and its script is fixed",
                "plan another one in another folder");
  transcript::make_folder(folder.folder);
  const std::string script_text =
      planned_text(folder.script(), arguments.maybe("--script"), std::string(keys::default_script_text()));
  const keys::Script script = parse_script_file(folder.script(), script_text);
  const std::string people_text = planned_text(folder.people(), arguments.maybe("--participants"),
                                               keys::write_people(keys::invented_people(script)));
  const keys::People people = parse_people_file(folder.people(), people_text);
  base::Verdict verdict = keys::check_script(script);
  const base::Verdict of_people = keys::check_people(script, people);
  for (const base::Check& check : of_people.checks())
    verdict.add(check.rule, check.outcome == base::Outcome::passed, check.detail);
  const int status = ui.verdict(verdict, quoted(folder.folder));
  if (status != 0) return status;
  const keys::PlanFacts facts = facts_of(arguments, script, script_text);
  write_paper(folder.folder / "script.pdf", paper::script_pdf(keys::script_paper(script, people, facts)), ui);
  write_paper(folder.folder / "log.pdf", paper::blank_log_pdf(keys::blank_log_paper(script, people, facts)), ui);
  ui.hash("script", "script_sha256", facts.script_sha256);
  ui.json()["steps"] = script.n_steps();
  ui.json()["participants"] = people.all.size();
  ui.note("fill in " + quoted(folder.people()) + ", then run this again: the papers are made anew");
  if (const std::size_t n = keys::without_contact(people).size(); n != 0 && !facts.drill)
    ui.warning(std::to_string(n) +
               " people have no emergency contact; before the day coordinator and custodians need one");
  ui.next("solemn keys run " + shell_word(folder.folder) + (facts.drill ? " --drill" : ""));
  return 0;
}

}  // namespace

std::vector<Command> keys_plan_commands() {
  return {{"keys",
           "plan",
           "",
           "prepare a key ceremony: script, participants, papers",
           {{"DIR", "the folder of the ceremony; made when missing"}},
           {{"--script", "FILE", "a script of your own (default: DIR/script.json, or the shipped procedure)", false,
             Kind::file},
            {"--participants", "FILE", "who takes part (default: DIR/participants.json, or a form to fill in)", false,
             Kind::file},
            {"--label", "TEXT", "what the ceremony is called (default: the script's title)"},
            {"--paper", "SIZE", "a4 (default) or letter"},
            {"--drill", "", "stamp the papers: DRILL"}},
           "Writes script.json, participants.json, script.pdf (to read aloud, with boxes) and log.pdf (the auditor's "
           "empty log).\n"
           "Both JSON files are for people to edit; run it again afterwards. What breaks a rule is named. "
           "docs/key-ceremony.md.",
           {{"solemn keys plan ceremony --drill", "the shipped procedure with invented people: enough for a drill"}},
           run_plan}};
}

}  // namespace solemn::cli
